import { metricWatchOf } from "./alarm-watch.ts";
import { alarmProblems } from "./alarms/alarm-limits.ts";
import { burnParts, burnRule, burnWatch, describePart } from "./alarms/burn-rate.ts";
import { describeAlarm, fitting } from "./alarms/describe-alarm.ts";
import { worstDetectionSeconds } from "./alarms/detection-time.ts";
import { isTuned } from "./alarms/signal-rule.ts";
import type { Blueprint, Operator, Trigger } from "./blueprint.ts";
import type { MetricRef, Signal } from "./signal.ts";
import type { BurnRateForm } from "./trigger-form.ts";

export { describeRule } from "./alarms/describe-alarm.ts";
export { worstDetectionSeconds } from "./alarms/detection-time.ts";

/** A metric alarm, or metric math over `leaves`, exactly as CloudWatch gets it. */
export interface MetricWatch {
  readonly kind: "metric";
  readonly leaves: readonly { readonly id: string; readonly metric: MetricRef }[];
  /** Metric math over the ids of the leaves; null: the one leaf itself. */
  readonly expression: string | null;
  readonly operator: Operator;
  /** Null until a baseline is known: such an alarm does not exist before. */
  readonly threshold: number | null;
  readonly periodSeconds: number;
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly missingData: Trigger["missingData"];
  /** CloudWatch's EvaluateLowSampleCountPercentile; it applies to a plain percentile only. */
  readonly lowSamples: "evaluate" | "ignore";
}

/** A composite alarm. */
export interface CompositeWatch {
  readonly kind: "composite";
  /** AlarmRule as CloudWatch reads it. */
  readonly rule: string;
  /** Names of the alarms in it. */
  readonly parts: readonly string[];
}

/** One alarm of a blueprint. Infrastructure makes it (unless `existing`), the alarm clock evaluates it, the command prints it. */
export interface CompiledAlarm {
  readonly alarmName: string;
  readonly service: string;
  readonly trigger: Trigger;
  readonly signal: Signal;
  /** True when the alarm belongs to somebody else and is only listened to. */
  readonly existing: boolean;
  /** A part belongs to an acting composite alarm; it is named `rgpart-…` and starts nothing. */
  readonly role: "acting" | "part";
  /** Who makes it: CloudFormation, or the pipeline, which tunes its threshold anew. */
  readonly owner: "cdk" | "pipeline" | "other";
  /** Null for an alarm that exists already. */
  readonly watch: MetricWatch | CompositeWatch | null;
  /** In words, with the time that detection takes at worst. */
  readonly description: string;
}

/**
 * Every alarm of a blueprint, in the order of its triggers: the parts of a composite, then it. Deterministic. Throws on a blueprint that names an unknown
 * signal, and on an alarm that CloudWatch would refuse: a missing alarm is worse than a failed deployment.
 */
export function compileAlarms(blueprint: Blueprint): readonly CompiledAlarm[] {
  const alarms = blueprint.triggers.flatMap((trigger) => compileTrigger(blueprint, trigger));
  const refused = alarms.flatMap((alarm) => alarmProblems(alarm).map((problem) => `${alarm.alarmName}: ${problem}`));
  if (refused.length > 0)
    throw new Error(`CloudWatch would refuse alarms of ${blueprint.service}: ${refused.join("; ")}. Change their triggers`);
  return alarms;
}

function compileTrigger(blueprint: Blueprint, trigger: Trigger): CompiledAlarm[] {
  const { service } = blueprint;
  const signal = signalOf(blueprint, trigger, trigger.signal);
  const { form, alarmName } = trigger;
  const existing = signal.source.kind === "alarm";
  const common = { service, trigger, signal, existing };
  const acting = { ...common, alarmName, role: "acting", description: describeAlarm(service, trigger, signal) } as const;
  if (form?.type === "burn-rate" && !existing) return compileBurnRate(acting, form);
  const control = form?.type === "baseline" && form.control !== null ? signalOf(blueprint, trigger, form.control) : null;
  const isPipelines = form?.type === "baseline" && isTuned(form.against);
  return [{ ...acting, owner: existing ? "other" : isPipelines ? "pipeline" : "cdk", watch: metricWatchOf(trigger, signal, control) }];
}

function compileBurnRate(acting: Omit<CompiledAlarm, "owner" | "watch">, form: BurnRateForm): CompiledAlarm[] {
  const { service, trigger, signal } = acting;
  if (!Number.isFinite(worstDetectionSeconds(trigger, signal)))
    throw new Error(`trigger ${trigger.name} of ${service} can never fire: its windows ask for more than 100% of bad requests`);
  const parts = burnParts(service, trigger, form);
  const children = parts.map((part): CompiledAlarm => {
    const watch = burnWatch(signal, trigger, part);
    if (watch === null) throw new Error(`trigger ${trigger.name} of ${service} needs a ratio, which ${signal.name} is not`);
    const description = fitting(`Rollguard: ${describePart(part, trigger)}. Starts nothing by itself.`);
    return { ...acting, alarmName: part.alarmName, role: "part", owner: "cdk", watch, description };
  });
  const composite = { kind: "composite", rule: burnRule(parts), parts: parts.map(({ alarmName }) => alarmName) } as const;
  return [...children, { ...acting, owner: "cdk", watch: composite }];
}

/** A compiled blueprint names only signals that it holds; a broken one must not turn into a missing alarm. */
function signalOf({ service, signals }: Blueprint, trigger: Trigger, name: string): Signal {
  const signal = signals.find((candidate) => candidate.name === name);
  if (signal === undefined) throw new Error(`trigger ${trigger.name} of ${service} names the unknown signal ${name}`);
  return signal;
}
