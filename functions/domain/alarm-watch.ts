import { controlMargin, previousMargin } from "./alarms/baseline-margin.ts";
import { guarded, isCounted, type Leaf, signalMath } from "./alarms/signal-math.ts";
import { isTuned } from "./alarms/signal-rule.ts";
import type { Operator, Trigger } from "./blueprint.ts";
import type { MetricWatch } from "./blueprint-alarms.ts";
import type { Signal } from "./signal.ts";
import type { BaselineForm } from "./trigger-form.ts";

/**
 * What the alarm of a trigger watches; null for an alarm that exists already. Of a trend its entry condition, of absence the number of samples. A burn rate has
 * a composite over parts (alarms/burn-rate.ts) and is none of this. `control`: the signal that a baseline of that kind is taken from.
 */
export function metricWatchOf(trigger: Trigger, signal: Signal, control: Signal | null): MetricWatch | null {
  const { form, rule } = trigger;
  if (signal.source.kind === "alarm") return null;
  if (form?.type === "absence") return absenceWatch(trigger, signal);
  if (form?.type === "baseline") return baselineWatch(trigger, form, signal, control);
  if (rule === null) throw new Error(`trigger ${trigger.name} has no threshold and no other form`);
  return plainWatch(trigger, signal, rule.operator, rule.threshold);
}

function plainWatch(trigger: Trigger, signal: Signal, operator: Operator, threshold: number | null): MetricWatch | null {
  const math = signalMath(signal, trigger.minimumSamples, { quietIsZero: dropsToNothing(trigger, signal, operator) });
  if (math === null) return null;
  const expression = guarded(math.conditions, math.value);
  return { kind: "metric", leaves: math.leaves, expression: unlessLeaf(expression, math.leaves), operator, threshold, ...judged(trigger) };
}

/** A period in which a late point cannot be taken for a drop, as long as two of them are needed. */
const LEAST_PERIOD_SECONDS = 300;

/**
 * Where a count may not fall, nothing is the deepest fall. AWS's own counts have no points then (RequestCount: "reported if there is a nonzero value"); a count
 * that an agent publishes is silent also when the agent is, and that is never called a drop: absence watches for it.
 */
export function dropsToNothing(trigger: Trigger, signal: Signal, operator: Operator): boolean {
  const { periodSeconds, datapointsToAlarm, minimumSamples } = trigger;
  if (!operator.startsWith("<") || !isCounted(signal) || signal.source.kind !== "metric" || minimumSamples !== undefined) return false;
  return signal.source.metric.namespace.startsWith("AWS/") && periodSeconds >= LEAST_PERIOD_SECONDS && datapointsToAlarm > 1;
}

function baselineWatch(trigger: Trigger, form: BaselineForm, signal: Signal, control: Signal | null): MetricWatch | null {
  if (isTuned(form.against)) return plainWatch(trigger, signal, form.operator, null);
  if (form.against === "control" && control === null) throw new Error(`trigger ${trigger.name} does not say what it is compared with`);
  const { minimumSamples } = trigger;
  const margin = control === null ? previousMargin(signal, form, minimumSamples) : controlMargin(signal, control, form, minimumSamples);
  if (margin === null) throw new Error(`trigger ${trigger.name} compares ${signal.name} with an alarm: it has no values`);
  return { kind: "metric", ...margin, operator: form.operator, threshold: 0, ...judged(trigger) };
}

/** Of a ratio the total counts: without errors its part has no samples either. */
function absenceWatch(trigger: Trigger, { source }: Signal): MetricWatch | null {
  if (source.kind === "alarm") return null;
  const metric = { ...(source.kind === "ratio" ? source.total : source.metric), stat: "SampleCount" };
  const base = { kind: "metric", leaves: [{ id: "m1", metric }], expression: null, operator: "<", threshold: 1 } as const;
  return { ...base, ...judged(trigger), missingData: "breaching" };
}

type Judged = "periodSeconds" | "datapointsToAlarm" | "evaluationPeriods" | "missingData" | "lowSamples";

function judged({ periodSeconds, datapointsToAlarm, evaluationPeriods, missingData }: Trigger): Pick<MetricWatch, Judged> {
  return { periodSeconds, datapointsToAlarm, evaluationPeriods, missingData, lowSamples: "evaluate" };
}

function unlessLeaf(expression: string, leaves: readonly Leaf[]): string | null {
  return leaves.length === 1 && leaves[0]?.id === expression ? null : expression;
}

/** Id of the expression among an alarm's queries; people see it in the console. */
export function resultId({ source }: Signal): string {
  return source.kind === "ratio" ? "ratio" : "result";
}

/** Its label there: the signal, or how far that is from what its baseline allows. */
export function resultLabel({ form }: Pick<Trigger, "form">, signal: Signal): string {
  const isMargin = form?.type === "baseline" && !isTuned(form.against);
  return isMargin ? `${signal.name} less what its baseline allows` : signal.name;
}
