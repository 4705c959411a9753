import { watchOf } from "./alarm-watch.ts";
import type { Blueprint, Operator, Trigger } from "./blueprint.ts";
import { formatQuantity } from "./quantity.ts";
import type { MetricRef, Signal } from "./signal.ts";

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

/** Every acting alarm of a blueprint, in the order of its triggers. */
export function compileAlarms(blueprint: Blueprint): readonly CompiledAlarm[] {
  return blueprint.triggers.map((trigger) => {
    const signal = blueprint.signals.find((candidate) => candidate.name === trigger.signal);
    // A compiled blueprint names only signals that it holds; a broken one must not turn into a missing alarm.
    if (signal === undefined) throw new Error(`trigger ${trigger.name} of ${blueprint.service} names the unknown signal ${trigger.signal}`);
    const existing = signal.source.kind === "alarm";
    return {
      alarmName: trigger.alarmName,
      service: blueprint.service,
      trigger,
      signal,
      existing,
      role: "acting",
      owner: existing ? "other" : "cdk",
      watch: watchOf(trigger, signal),
      description: describeAlarm(blueprint.service, trigger, signal),
    };
  });
}

/**
 * Seconds from the onset of a lasting breach to the alarm, at the latest: M bad datapoints, the part of a period that the onset falls
 * into, and the wait for the next evaluation (every 10 s for periods below a minute, else every minute on a sliding window). The time that
 * the metric takes to be published comes on top.
 */
export function worstDetectionSeconds(trigger: Trigger): number {
  const evaluationSeconds = trigger.periodSeconds < 60 ? 10 : 60;
  return trigger.datapointsToAlarm * trigger.periodSeconds + 2 * evaluationSeconds;
}

/** The rule in words: `latency_p95 >= 200 ms in 2 of 3 x 60 s`. */
export function describeRule(trigger: Trigger, signal: Signal): string {
  if (trigger.rule === null) return `the alarm ${trigger.alarmName}`;
  const { operator, threshold } = trigger.rule;
  return `${signal.name} ${operator} ${formatQuantity(threshold, signal.unit)} in ${trigger.datapointsToAlarm} of ${trigger.evaluationPeriods} x ${trigger.periodSeconds} s`;
}

function describeAlarm(service: string, trigger: Trigger, signal: Signal): string {
  const kind = `(${trigger.class}, ${trigger.severity})`;
  if (trigger.rule === null) return `Rollguard listens to ${describeRule(trigger, signal)} for ${service} ${kind}.`;
  const guard = signal.source.kind === "ratio" ? `, judged from ${signal.source.minimumTotal} per period` : "";
  return `Rollguard: ${describeRule(trigger, signal)}${guard}; ${service} ${kind}. Detects a lasting breach within ${worstDetectionSeconds(trigger)} s of its onset.`;
}
