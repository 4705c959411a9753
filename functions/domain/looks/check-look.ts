import type { Blueprint } from "../blueprint.ts";
import { beforeOf, type Reading, trend } from "../check-signals.ts";
import { withUnit } from "../measured.ts";
import type { CheckResult, SignalReading } from "../rollback-document.ts";
import type { RollbackTrigger } from "../rollback-trigger.ts";

/** Where nothing better is known of before the release: so much better than in the incident (seed 003, response time). */
const BETTER_PERCENT = 20;

/** The signal that failed a look at this service's release; undefined for other triggers, and for the other members of its group. */
export function lookedSignal(
  { service }: Pick<Blueprint, "service">,
  trigger: Pick<RollbackTrigger, "service" | "look">,
): string | undefined {
  return trigger.service === service ? trigger.look?.signal : undefined;
}

export interface LookCheckFacts {
  readonly blueprint: Pick<Blueprint, "signals">;
  /** What failed the look. */
  readonly looked: string | undefined;
  readonly readings: readonly Reading[];
  readonly incident: readonly SignalReading[];
  /** Has the restored release had as much time as an alarm has to clear? */
  readonly hadTime: boolean;
}

/**
 * No alarm turns green for what failed a look, so its signal is asked itself: it has to be at least half of the way back to what it was before the release (by
 * factors, since looks judge those). No better than in the incident is a failure, like an alarm that stays red; in between nobody can tell. No value is no
 * business of this check.
 */
export function lookChecks({ blueprint, looked, readings, incident, hadTime }: LookCheckFacts): CheckResult[] {
  const signal = blueprint.signals.find(({ name }) => name === looked);
  const value = readings.find((reading) => reading.signal === looked)?.value ?? null;
  if (signal === undefined || value === null) return [];
  const { name, unit, better } = signal;
  const known = incident.find((reading) => reading.signal === name);
  const during = known?.during ?? null;
  const common = { check: `look at ${name}`, critical: true, rollbackTrigger: true, measured: { signal: name, value } };
  if (during === null) {
    const actual = `${withUnit(value, unit)}, and nothing to compare it with`;
    const expected = "better than in the incident";
    return [{ ...common, expected, actual, verdict: "inconclusive", degradation: null, improvement: null }];
  }
  const isBetter = (one: number, other: number) => (better === "lower" ? one < other : one > other);
  const before = beforeOf(known) ?? known?.before ?? null;
  const limit = before !== null && isBetter(before, during) ? halfWay(before, during) : muchBetter(during, better);
  const isBack = isBetter(value, during) && !isBetter(limit, value);
  const verdict = isBack ? "pass" : hadTime && !isBetter(value, during) ? "fail" : "inconclusive";
  const was = before === null ? "" : `, before the change ${withUnit(before, unit)}`;
  const expected = `${better === "lower" ? "<=" : ">="} ${withUnit(limit, unit)}`;
  const actual = `${withUnit(value, unit)}, in the incident ${withUnit(during, unit)}${was}`;
  return [{ ...common, expected, actual, verdict, ...trend(value, known, verdict) }];
}

/** In the middle of two values by factors; of a 0 there is no factor. */
function halfWay(one: number, other: number): number {
  return one > 0 && other > 0 ? Math.sqrt(one * other) : (one + other) / 2;
}

function muchBetter(during: number, better: "lower" | "higher"): number {
  return during * (1 + ((better === "lower" ? -1 : 1) * BETTER_PERCENT) / 100);
}
