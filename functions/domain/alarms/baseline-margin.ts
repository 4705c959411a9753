import type { Signal } from "../signal.ts";
import type { BaselineForm } from "../trigger-form.ts";
import { factor, guarded, type Leaf, literal, signalMath } from "./signal-math.ts";

/** How far a signal is from what its baseline allows, in its own unit: the alarm breaches beyond 0. */
export interface Margin {
  readonly leaves: readonly Leaf[];
  readonly expression: string;
}

/**
 * Against another signal at the same time (the stable arm). Both sides must have their samples. Without a floor one bad request is added to the control's share,
 * or a control without errors would make every error a breach (detection: "canary against control").
 */
export function controlMargin(signal: Signal, control: Signal, form: BaselineForm, minimumSamples: number | undefined): Margin | null {
  const judged = signalMath(signal, minimumSamples);
  const oneMore = form.floor === null && form.by !== "points" && isUpper(form);
  const other = signalMath(control, minimumSamples, { side: "control", oneMore });
  if (judged === null || other === null) return null;
  return {
    leaves: [...judged.leaves, ...other.leaves],
    expression: guarded([...judged.conditions, ...other.conditions], margin(judged.value, other.value, form)),
  };
}

/**
 * Against the period before this one. Metric math has no lag: a value less its rate of change over the period is the value before. That the rate is one
 * period's holds for neighbouring datapoints; across a gap it is the straight line between them. Unmeasured on AWS.
 */
export function previousMargin(signal: Signal, form: BaselineForm, minimumSamples: number | undefined): Margin | null {
  const math = signalMath(signal, minimumSamples);
  const first = math?.leaves[0];
  if (math === null || first === undefined) return null;
  const value = guarded(math.conditions, math.value);
  return { leaves: math.leaves, expression: margin(value, `${factor(value)} - RATE(${value}) * PERIOD(${first.id})`, form) };
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

function margin(value: string, baseline: string, form: BaselineForm): string {
  const points = signedPoints(form);
  const limit =
    form.by === "points"
      ? `${factor(baseline)} ${points < 0 ? "-" : "+"} ${literal(Math.abs(points))}`
      : `${literal(multiplier(form))} * ${factor(baseline)}`;
  if (form.floor === null) return `${factor(value)} - ${factor(limit)}`;
  const stricter = `${limit} ${isUpper(form) ? ">" : "<"} ${literal(form.floor)}`;
  // What IF makes of a missing condition is not documented: 0 times the baseline leaves no value where there is no baseline.
  return `${factor(value)} - IF(${stricter}, ${limit}, ${literal(form.floor)}) + 0 * ${factor(baseline)}`;
}

function multiplier(form: BaselineForm): number {
  if (form.by === "factor") return form.amount;
  return 1 + ((isUpper(form) ? 1 : -1) * form.amount) / 100;
}

function signedPoints(form: BaselineForm): number {
  return isUpper(form) ? form.amount : -form.amount;
}
