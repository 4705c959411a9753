import type { Trigger } from "./blueprint.ts";
import type { AuthoredTrigger } from "./blueprint-authored.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { parseDurationSeconds } from "./duration.ts";

export type TriggerWindow = Pick<Trigger, "periodSeconds" | "datapointsToAlarm" | "evaluationPeriods">;

/** CloudWatch's limit for period x evaluation periods. */
const MAXIMUM_WINDOW_SECONDS = 86_400;
/** `error-rate-slo` of the presets: 2 of 3 x 60 s. One bad minute is not enough, and the newest point of a ratio may be late. */
const DEFAULT_PERIOD_SECONDS = 60;
const DEFAULT_DATAPOINTS = 2;
const DEFAULT_PERIODS = 3;

/** Of a trigger that nobody wrote: the default, slower where the signal is. */
export function derivedWindow(signal: SignalMeaning): TriggerWindow {
  return {
    periodSeconds: Math.max(DEFAULT_PERIOD_SECONDS, wholeMinutes(signal.armed?.resolutionSeconds ?? 0)),
    datapointsToAlarm: DEFAULT_DATAPOINTS,
    evaluationPeriods: DEFAULT_PERIODS,
  };
}

/** The window as written, with defaults. `existing`: the alarm has its own window and this only describes it. */
export function windowOf(
  trigger: AuthoredTrigger,
  signal: SignalMeaning,
  existing: boolean,
  path: ProblemPath,
  problems: Problem[],
): TriggerWindow {
  const periodSeconds = parseDurationSeconds(trigger.period ?? `${DEFAULT_PERIOD_SECONDS}s`) ?? DEFAULT_PERIOD_SECONDS;
  const periods = trigger.evaluation_periods ?? Math.max(trigger.datapoints_to_alarm ?? 1, existing ? 1 : DEFAULT_PERIODS);
  const datapoints = trigger.datapoints_to_alarm ?? Math.min(existing ? 1 : DEFAULT_DATAPOINTS, periods);
  const at = (key: string) => [...path, key];

  if (![10, 20, 30].includes(periodSeconds) && (periodSeconds % 60 !== 0 || periodSeconds === 0))
    problems.push(
      authoredProblem(at("period"), `period ${trigger.period} is not one that CloudWatch has`, "write 10s, 20s, 30s or whole minutes"),
    );
  else if (!existing && signal.armed !== null && periodSeconds < signal.armed.resolutionSeconds)
    problems.push(
      authoredProblem(
        trigger.period === undefined ? path : at("period"),
        `period ${periodSeconds}s is shorter than the resolution of ${signal.name}, which has a value every ${signal.armed.resolutionSeconds} s`,
        `use ${wholeMinutes(signal.armed.resolutionSeconds)}s, or set resolution on the signal if it is published more often`,
      ),
    );
  if (datapoints > periods)
    problems.push(
      authoredProblem(
        at("datapoints_to_alarm"),
        `${datapoints} datapoints can never breach in ${periods} periods`,
        "make evaluation_periods at least as many",
      ),
    );
  if (periodSeconds * periods > MAXIMUM_WINDOW_SECONDS)
    problems.push(
      authoredProblem(
        at("evaluation_periods"),
        `the window is ${periodSeconds * periods} s long`,
        `CloudWatch takes ${MAXIMUM_WINDOW_SECONDS} s (a day): use fewer or shorter periods`,
      ),
    );
  return { periodSeconds, datapointsToAlarm: datapoints, evaluationPeriods: periods };
}

function wholeMinutes(seconds: number): number {
  return Math.ceil(seconds / 60) * 60;
}
