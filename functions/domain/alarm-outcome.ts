import { type AlarmRule, type AlarmState, breaches } from "./alarm-rule.ts";

/** What decides about the points of an evaluation range. Filled in anew for every evaluation, so that a replay allocates nothing per tick. */
export interface RangeFacts {
  /** Points that have a value. */
  real: number;
  /** Breaching ones among the newest N real points. */
  breaching: number;
  /** Periods between the newest point and the oldest breaching one; -1 = none breaches. */
  oldestBreaching: number;
  /** The same of the newest point that is fine; Infinity = none is. */
  newestFine: number;
}

/** What an evaluation says. */
export interface Outcome {
  /** Null: the alarm keeps its state. */
  readonly state: AlarmState | null;
  /** False where AWS's documentation leaves the outcome open. */
  readonly documented: boolean;
}

const ALARM: Outcome = { state: "ALARM", documented: true };
const OK: Outcome = { state: "OK", documented: true };
const UNKNOWN: Outcome = { state: "INSUFFICIENT_DATA", documented: true };
const KEEP: Outcome = { state: null, documented: true };
const OPEN_ALARM: Outcome = { state: "ALARM", documented: false };
const OPEN_OK: Outcome = { state: "OK", documented: false };
const OPEN_KEEP: Outcome = { state: null, documented: false };

export function noFacts(): RangeFacts {
  return { real: 0, breaching: 0, oldestBreaching: -1, newestFine: Number.POSITIVE_INFINITY };
}

/**
 * Counts `periods` points, `stride` places apart, back from the newest one at `newest`; places outside `values` and NaN are missing points.
 */
export function countRange(
  facts: RangeFacts,
  rule: AlarmRule,
  values: Float64Array,
  newest: number,
  stride: number,
  periods: number,
): void {
  facts.real = 0;
  facts.breaching = 0;
  facts.oldestBreaching = -1;
  facts.newestFine = Number.POSITIVE_INFINITY;
  for (let age = 0; age < periods; age++) {
    const value = values[newest - age * stride];
    if (value === undefined || Number.isNaN(value)) continue;
    facts.real++;
    if (breaches(rule, value)) {
      if (facts.real <= rule.evaluationPeriods) facts.breaching++;
      facts.oldestBreaching = age;
    } else if (age < facts.newestFine) facts.newestFine = age;
  }
}

/** CloudWatch's decision about an evaluation range (user guide, "Configuring how alarms treat missing data"). */
export function outcomeOf(rule: AlarmRule, facts: RangeFacts): Outcome {
  const { datapointsToAlarm: m, evaluationPeriods: n, missingData } = rule;
  const { real, breaching, oldestBreaching, newestFine } = facts;
  if (real >= n || missingData === "notBreaching") return breaching >= m ? ALARM : OK;

  const filled = n - real;
  if (missingData === "breaching") return breaching + filled >= m ? ALARM : OK;
  if (real === 0) return missingData === "ignore" ? KEEP : UNKNOWN;
  if (breaching >= m) return ALARM;
  if (breaching === 0 || real >= m) return OK;

  // Fewer than M real points, some of them breaching. AWS calls an alarm "premature" that waits for points which may never come: the
  // oldest breaching point is at least M periods old and nothing newer speaks against it.
  const premature = oldestBreaching + 1 >= m && newestFine > oldestBreaching;
  // The documentation shows no cell with an older point that is fine, and none of `ignore` that is not premature.
  if (!premature) return missingData === "missing" ? OK : OPEN_OK;
  // Even with every gap counted as breaching there would be no alarm: waiting for points cannot be the reason for one.
  if (breaching + filled < m) return OPEN_OK;
  const documented = breaching === real;
  if (missingData === "missing") return documented ? ALARM : OPEN_ALARM;
  return documented ? KEEP : OPEN_KEEP;
}
