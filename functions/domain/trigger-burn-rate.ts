import type { Trigger } from "./blueprint.ts";
import type { AuthoredTrigger } from "./blueprint-authored-trigger.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { formatDuration, parseDurationSeconds } from "./duration.ts";
import { convertQuantity, parseQuantity } from "./quantity.ts";
import type { TriggerDraft } from "./trigger-draft.ts";
import type { BurnRateForm, BurnWindow } from "./trigger-form.ts";

/** The two pairs that page somebody (Google, The Site Reliability Workbook, chapter 5, table 5-8): 2 % of a month's budget in 1 h, 5 % in 6 h. */
export const DEFAULT_BURN_WINDOWS: readonly BurnWindow[] = [
  { longSeconds: 3600, shortSeconds: 300, burn: 14.4 },
  { longSeconds: 21_600, shortSeconds: 1800, burn: 6 },
];
/** One period of an alarm; CloudWatch evaluates longer ones only once an hour. */
const LONGEST_WINDOW_SECONDS = 86_400;

type AuthoredBurnRate = NonNullable<AuthoredTrigger["burn_rate"]>;

/** The burn rate of a ratio's objective; null where the objective or the signal makes none. Windows that CloudWatch or arithmetic refuses are problems. */
export function compileBurnRate({ signal, at }: TriggerDraft, written: AuthoredBurnRate, problems: Problem[]): BurnRateForm | null {
  const path = at("burn_rate");
  const refused = signalProblem(signal, at("signal"));
  if (refused !== null) problems.push(refused);
  const quantity = parseQuantity(written.objective);
  const objectivePercent = quantity === null ? null : convertQuantity(quantity, "%");
  if (objectivePercent === null || objectivePercent <= 0 || objectivePercent >= 100) {
    problems.push(
      authoredProblem(
        [...path, "objective"],
        `objective "${written.objective}" is not between 0% and 100%`,
        "write the share of requests that must be good, such as 99.9%",
      ),
    );
    return null;
  }
  const windows = written.windows?.map(({ long, short, burn }) => ({
    longSeconds: parseDurationSeconds(long) ?? Number.NaN,
    shortSeconds: parseDurationSeconds(short) ?? Number.NaN,
    burn,
  }));
  const pairs = windows ?? DEFAULT_BURN_WINDOWS;
  for (const [index, pair] of pairs.entries()) {
    const where = written.windows === undefined ? [...path, "objective"] : [...path, "windows", index];
    problems.push(...windowProblems(pair, signal, where), ...reachProblems(pair, objectivePercent, where));
    if (pairs.slice(0, index).some((other) => other.longSeconds === pair.longSeconds && other.shortSeconds === pair.shortSeconds))
      problems.push(authoredProblem(where, "the same pair of windows is there twice", "keep the one with the lower burn"));
  }
  return { type: "burn-rate", objectivePercent, windows: [...pairs] };
}

/** What a trigger's own window says of a burn rate: its parts have windows of their own, and the shortest is what is looked at last. */
export function burnRateWindow({ windows }: BurnRateForm): Pick<Trigger, "periodSeconds" | "datapointsToAlarm" | "evaluationPeriods"> {
  return { periodSeconds: Math.min(...windows.map(({ shortSeconds }) => shortSeconds)), datapointsToAlarm: 1, evaluationPeriods: 1 };
}

function signalProblem({ name, armed, better }: SignalMeaning, path: ProblemPath): Problem | null {
  if (armed !== null && armed.source.kind !== "ratio")
    return authoredProblem(
      path,
      `a burn rate is of a share of bad requests, and ${name} is no ratio`,
      "use a ratio signal such as error_rate",
    );
  if (better === "higher")
    return authoredProblem(
      path,
      `a burn rate is of a share of bad requests, and of ${name} higher is better`,
      "describe the share of bad requests as a signal of its own",
    );
  return null;
}

function windowProblems({ longSeconds, shortSeconds }: BurnWindow, signal: SignalMeaning, path: ProblemPath): readonly Problem[] {
  const problems: Problem[] = [];
  const resolutionSeconds = Math.max(60, signal.armed?.resolutionSeconds ?? 0);
  for (const seconds of [longSeconds, shortSeconds]) {
    if (seconds % 60 === 0 && seconds >= resolutionSeconds && seconds <= LONGEST_WINDOW_SECONDS) continue;
    problems.push(
      authoredProblem(
        path,
        `a window of ${formatDuration(seconds)} is not one that CloudWatch has for ${signal.name}`,
        `write whole minutes from ${formatDuration(resolutionSeconds)} to 24h`,
      ),
    );
  }
  if (shortSeconds >= longSeconds)
    problems.push(
      authoredProblem(
        path,
        `the short window of ${formatDuration(shortSeconds)} is not shorter than the long one of ${formatDuration(longSeconds)}`,
        "make it about a twelfth of the long one",
      ),
    );
  return problems;
}

/** Even when every request fails, the budget burns only 100 / (100 - objective) times as fast as allowed. */
function reachProblems({ burn }: BurnWindow, objectivePercent: number, path: ProblemPath): readonly Problem[] {
  const fastest = Number((100 / (100 - objectivePercent)).toPrecision(6));
  if (burn < fastest) return [];
  return [
    authoredProblem(
      path,
      `a burn of ${burn} is never passed: with an objective of ${objectivePercent}% the budget burns at most ${fastest} times as fast as allowed`,
      "write windows with a lower burn, or a stricter objective",
    ),
  ];
}
