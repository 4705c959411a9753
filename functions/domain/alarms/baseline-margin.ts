import type { Signal } from "../signal.ts";
import type { BaselineForm } from "../trigger-form.ts";
import { factor, guarded, isCounted, type Leaf, literal, signalMath } from "./signal-math.ts";

/** How far a signal is from what its baseline allows, in its own unit: the alarm breaches beyond 0. */
export interface Margin {
  readonly leaves: readonly Leaf[];
  readonly expression: string;
}

/**
 * Against another signal at the same time (the stable arm). Both sides must have samples in the period: AWS counts a missing operand as 0, and a control that
 * is not there would make everything a breach. A side that publishes on events is 0 without samples, unless the author asks for some: the arm without errors
 * is what the other one is to be compared with. Without a floor one bad request is added to the control's share or count, or a control without errors would
 * make every error a breach.
 */
export function controlMargin(signal: Signal, control: Signal, form: BaselineForm, minimumSamples?: number): Margin | null {
  const side = (of: Signal) => {
    const quietIsZero = isQuiet(of, minimumSamples);
    return { samples: minimumSamples ?? (quietIsZero ? undefined : 1), quietIsZero };
  };
  const { samples, ...options } = side(signal);
  const { samples: controlSamples, ...controlOptions } = side(control);
  const judged = signalMath(signal, samples, options);
  const other = signalMath(control, controlSamples, { ...controlOptions, side: "control", oneMore: addsOne(form) });
  if (judged === null || other === null) return null;
  return {
    leaves: [...judged.leaves, ...other.leaves],
    expression: guarded([...judged.conditions, ...other.conditions], margin(judged.value, other.value, form)),
  };
}

/**
 * Against the period before this one. Metric math has no lag: a value less its rate of change over the period is the value before. That the rate is one
 * period's holds for neighbouring datapoints; across a gap it is the straight line between them. The first datapoint of a range has no rate and is left out.
 * What publishes on events is 0 where it has none, and without a floor a count has one more in the period before. Unmeasured on AWS.
 */
export function previousMargin(signal: Signal, form: BaselineForm, minimumSamples: number | undefined): Margin | null {
  const math = signalMath(signal, minimumSamples, { quietIsZero: isQuiet(signal, minimumSamples) });
  const first = math?.leaves[0];
  if (math === null || first === undefined) return null;
  const value = guarded(math.conditions, math.value);
  const oneMore = addsOne(form) && isCounted(signal) ? " + 1" : "";
  const before = `${factor(value)} - RATE(${value}) * PERIOD(${first.id})${oneMore}`;
  return { leaves: math.leaves, expression: guarded([`ABS(RATE(${value})) >= 0`], margin(value, before, form)) };
}

/** True where too much is bad: the limit is above the baseline. */
export function isUpper({ operator }: Pick<BaselineForm, "operator">): boolean {
  return operator.startsWith(">");
}

/** The limit that a baseline gives: of `factor` and `percent` a multiple, of `points` a distance; never stricter than the floor. */
export function limitOf(baseline: number, form: BaselineForm): number {
  const plain = form.by === "points" ? baseline + signedPoints(form) : multiplier(form) * baseline;
  if (form.floor === null) return plain;
  return isUpper(form) ? Math.max(plain, form.floor) : Math.min(plain, form.floor);
}

function isQuiet({ publishes }: Signal, minimumSamples: number | undefined): boolean {
  return publishes === "on-event" && minimumSamples === undefined;
}

/** A multiple of nothing is nothing. */
function addsOne(form: BaselineForm): boolean {
  return form.floor === null && form.by !== "points" && isUpper(form);
}

function margin(value: string, baseline: string, form: BaselineForm): string {
  const points = signedPoints(form);
  const limit =
    form.by === "points"
      ? `${factor(baseline)} ${points < 0 ? "-" : "+"} ${literal(Math.abs(points))}`
      : `${literal(multiplier(form))} * ${factor(baseline)}`;
  if (form.floor === null) return `${factor(value)} - ${factor(limit)}`;
  const looser = `${limit} ${isUpper(form) ? ">" : "<"} ${literal(form.floor)}`;
  return `${factor(value)} - IF(${looser}, ${limit}, ${literal(form.floor)})`;
}

function multiplier(form: BaselineForm): number {
  if (form.by === "factor") return form.amount;
  return 1 + ((isUpper(form) ? 1 : -1) * form.amount) / 100;
}

function signedPoints(form: BaselineForm): number {
  return isUpper(form) ? form.amount : -form.amount;
}
