import type { Trigger } from "./blueprint.ts";
import { authoredProblem, type Problem } from "./blueprint-problem.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { parseDurationSeconds } from "./duration.ts";
import type { TriggerDraft } from "./trigger-draft.ts";

export type TriggerWindow = Pick<Trigger, "periodSeconds" | "datapointsToAlarm" | "evaluationPeriods">;

/** CloudWatch's limit for period x evaluation periods. */
const MAXIMUM_WINDOW_SECONDS = 86_400;
/** `error-rate-slo` of the presets: 2 of 3 x 60 s. One bad minute is not enough, and the newest point of a ratio may be late. */
const DEFAULT_PERIOD_SECONDS = 60;
const DEFAULT_DATAPOINTS = 2;
const DEFAULT_PERIODS = 3;
/** Silence of three minutes: a single late datapoint is none. */
const ABSENT_PERIODS = 3;
/** Metric math reaches back by one period only, and an hour is the longest in which everything is kept long enough. */
export const PREVIOUS_PERIOD_SECONDS = 3600;

/** Of a trigger that nobody wrote: the default, slower where the signal is. */
export function derivedWindow(signal: SignalMeaning): TriggerWindow {
  return {
    periodSeconds: Math.max(DEFAULT_PERIOD_SECONDS, wholeMinutes(signal.armed?.resolutionSeconds ?? 0)),
    datapointsToAlarm: DEFAULT_DATAPOINTS,
    evaluationPeriods: DEFAULT_PERIODS,
  };
}

/** The window as written, with the defaults of the trigger's form. An existing alarm has its own and this only describes it. */
export function windowOf({ fields, signal, preset, instead, at }: TriggerDraft, problems: Problem[]): TriggerWindow {
  const existing = signal.armed?.source.kind === "alarm";
  const written = fields.period ?? `${fields.against === "previous-period" ? PREVIOUS_PERIOD_SECONDS : DEFAULT_PERIOD_SECONDS}s`;
  const periodSeconds = parseDurationSeconds(written) ?? DEFAULT_PERIOD_SECONDS;
  const { datapoints, periods } = existing ? countsOf(fields, 1, 1) : defaultCounts(fields, signal);

  if (![10, 20, 30].includes(periodSeconds) && (periodSeconds % 60 !== 0 || periodSeconds === 0))
    problems.push(
      authoredProblem(at("period"), `period ${written} is not one that CloudWatch has`, "write 10s, 20s, 30s or whole minutes"),
    );
  else if (!existing && signal.armed !== null && periodSeconds < signal.armed.resolutionSeconds && instead !== null)
    problems.push(
      authoredProblem(
        at("period"),
        `preset ${preset} looks every ${periodSeconds} s, and ${signal.name} has a value every ${signal.armed.resolutionSeconds} s`,
        `use preset ${instead}, which takes such a signal, or a signal with a value every ${periodSeconds} s`,
      ),
    );
  else if (!existing && signal.armed !== null && periodSeconds < signal.armed.resolutionSeconds)
    problems.push(
      authoredProblem(
        fields.period === undefined ? at("period").slice(0, -1) : at("period"),
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

function defaultCounts(fields: TriggerDraft["fields"], signal: SignalMeaning) {
  if (fields.absent) return countsOf(fields, ABSENT_PERIODS, ABSENT_PERIODS);
  const isRatio = signal.armed?.source.kind === "ratio";
  // A step shows in one period only when each is compared with the one before.
  if (fields.against === "previous-period") return countsOf(fields, 1, isRatio ? 2 : 1);
  const wanted = fields.datapoints_to_alarm ?? DEFAULT_DATAPOINTS;
  // The newest point of a ratio may be late, so that M of M would miss it or stick.
  return countsOf(fields, DEFAULT_DATAPOINTS, Math.max(DEFAULT_PERIODS, isRatio ? wanted + 1 : wanted));
}

function countsOf(fields: TriggerDraft["fields"], datapoints: number, periods: number) {
  const of = fields.evaluation_periods ?? Math.max(fields.datapoints_to_alarm ?? 1, periods);
  return { datapoints: fields.datapoints_to_alarm ?? Math.min(datapoints, of), periods: of };
}

function wholeMinutes(seconds: number): number {
  return Math.ceil(seconds / 60) * 60;
}
