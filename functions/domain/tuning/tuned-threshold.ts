import { isUpper, limitOf } from "../alarms/baseline-margin.ts";
import { formatQuantity } from "../quantity.ts";
import type { Unit } from "../signal.ts";
import type { BaselineForm } from "../trigger-form.ts";

const SIGNIFICANT_DIGITS = 6;
const WHOLE_PERCENT = 100;

export interface TunedThreshold {
  readonly threshold: number;
  /** What kept it from being what the form alone says, in words. */
  readonly notes: readonly string[];
}

/**
 * The threshold that a baseline gives: `factor` x baseline, so many `points` over it (under it for `<`), or so many `percent`. Rounded to 6 significant
 * digits, so that the same baseline gives the same alarm. A floor is taken as it is written, and a percentage stays within 0 and 100: such an alarm may be
 * one that cannot fire any more, and the notes say so; so they do where what must not be less would have to be negative.
 */
export function tunedThreshold(form: BaselineForm, baseline: number, unit: Unit): TunedThreshold {
  const notes: string[] = [];
  let threshold = rounded(limitOf(baseline, { ...form, floor: null }));
  if (form.floor !== null && (isUpper(form) ? threshold < form.floor : threshold > form.floor)) {
    notes.push(`the floor ${formatQuantity(form.floor, unit)} counts, since the baseline gives ${formatQuantity(threshold, unit)}`);
    threshold = form.floor;
  }
  if (unit === "%" && threshold > WHOLE_PERCENT) {
    notes.push(`nothing is over 100 %, so the threshold is 100 % and not ${formatQuantity(threshold, unit)}${neverFires(form, ">")}`);
    threshold = WHOLE_PERCENT;
  }
  if (unit === "%" && threshold < 0) {
    notes.push(`nothing is under 0 %, so the threshold is 0 % and not ${formatQuantity(threshold, unit)}${neverFires(form, "<")}`);
    threshold = 0;
  } else if (form.operator === "<" ? threshold <= 0 : form.operator === "<=" && threshold < 0) {
    notes.push(
      `the threshold is ${threshold === 0 ? "0" : "under 0"}: where the signal is never negative, the alarm cannot fire as long as this baseline holds`,
    );
  }
  return { threshold, notes };
}

/**
 * Nothing is a multiple of 0: without a floor, the first error after a quiet hour would be over the threshold. Such a baseline gives none. Nothing is under 0
 * either: at night, where there is no traffic, a lower bound is one that cannot fire, and not that of the evening.
 */
export function givesThreshold({ by, floor, operator }: BaselineForm, baseline: number): boolean {
  return by === "points" || floor !== null || baseline > 0 || operator === "<";
}

function neverFires({ operator }: BaselineForm, never: ">" | "<"): string {
  return operator === never ? ": as long as this baseline holds, the alarm cannot fire" : "";
}

function rounded(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}
