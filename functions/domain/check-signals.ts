import { isAsBefore } from "./baseline.ts";
import type { Check } from "./blueprint.ts";
import { expectationOf } from "./check-words.ts";
import { compare, describeDegradation, withUnit } from "./measured.ts";
import type { CheckResult, SignalReading } from "./rollback-document.ts";

/** Checks that compare a signal's value. */
export type SignalCheck = Extract<Check, { type: "threshold" | "baseline" | "queue_length" }>;
export type Judged = Pick<CheckResult, "expected" | "actual" | "verdict" | "degradation" | "improvement" | "measured">;

/** A value since the service is stable; null = no data. */
export interface Reading {
  readonly signal: string;
  readonly value: number | null;
}

const UNKNOWN = { verdict: "inconclusive", degradation: null, improvement: null } as const;

/** Three-valued: without a value, or without anything to compare it with, it is inconclusive. */
export function judgeSignal(check: SignalCheck, readings: readonly Reading[], incident: readonly SignalReading[]): Judged {
  const expected = expectationOf(check);
  const value = readings.find((reading) => reading.signal === check.signal)?.value ?? null;
  const known = incident.find((reading) => reading.signal === check.signal);
  if (value === null) return { expected, actual: "no data", ...UNKNOWN };
  const measured = { signal: check.signal, value };
  switch (check.type) {
    case "threshold": {
      const before = beforeOf(known);
      const holds = compare(value, check.operator, check.target);
      const better = check.operator.startsWith("<") ? "lower" : "higher";
      const asBefore = !holds && check.orAsBefore === true && before !== null && isAsBefore(value, before, better);
      const verdict = holds || asBefore ? "pass" : "fail";
      const actual = `${withUnit(value, check.unit)}${asBefore && before !== null ? `, as before the change (${withUnit(before, check.unit)})` : ""}`;
      return { expected, actual, verdict, measured, ...trend(value, known, verdict) };
    }
    case "baseline": {
      const before = beforeOf(known);
      if (before === null)
        return { expected, actual: `${withUnit(value, check.unit)}, and nothing is known of before the change`, measured, ...UNKNOWN };
      if (before === 0) return { expected, actual: `${withUnit(value, check.unit)}, and it was 0 before the change`, measured, ...UNKNOWN };
      const percent = (100 * value) / before;
      const verdict = compare(percent, check.operator, check.percentOfBaseline) ? "pass" : "fail";
      const actual = `${withUnit(percent, "%")} (${withUnit(value, check.unit)} of ${withUnit(before, check.unit)})`;
      return { expected, actual, verdict, measured, ...trend(value, known, verdict) };
    }
    case "queue_length": {
      const verdict = value <= check.maximum ? "pass" : "fail";
      return { expected, actual: withUnit(value, known?.unit ?? "count"), verdict, measured, ...trend(value, known, verdict) };
    }
  }
}

/** The median of the hour before the change; its mean where an older assessment has no median. */
export function beforeOf(reading: SignalReading | undefined): number | null {
  return reading === undefined ? null : reading.baseline === undefined ? reading.before : reading.baseline;
}

/** Against before the incident where the check fails, against the incident where it passes. */
export function trend(
  value: number,
  incident: SignalReading | undefined,
  verdict: CheckResult["verdict"],
): Pick<CheckResult, "degradation" | "improvement"> {
  if (incident === undefined || verdict === "inconclusive") return { degradation: null, improvement: null };
  const { before, during, unit } = incident;
  if (verdict === "pass") {
    return {
      degradation: null,
      improvement: during === null ? null : `Restored from ${withUnit(during, unit)} to ${withUnit(value, unit)}`,
    };
  }
  return { degradation: before === null ? null : describeDegradation(before, value, unit), improvement: null };
}
