import { resultId, resultLabel } from "../alarm-watch.ts";
import type { CompiledAlarm, MetricWatch } from "../blueprint-alarms.ts";
import type { Sha256 } from "../execution-name.ts";
import { canonicalJson, contentHash } from "../release-content.ts";
import type { MetricRef } from "../signal.ts";
import type { Operator } from "../trigger-form.ts";

/** One metric with its dimensions in any order. */
export interface ConfiguredMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
  readonly stat: string;
  readonly periodSeconds: number;
  readonly unit: string | null;
}

/** One entry of an alarm's metric math; it has either an expression or a metric. */
export interface ConfiguredQuery {
  readonly id: string;
  readonly label: string | null;
  readonly expression: string | null;
  readonly metric: ConfiguredMetric | null;
  readonly periodSeconds: number | null;
  readonly returnData: boolean;
  readonly accountId: string | null;
}

/**
 * A metric alarm as data: everything of PutMetricAlarm that decides what the alarm does, since that call replaces the whole
 * (AmazonCloudWatch API Reference, PutMetricAlarm). Tags are no part of it: PutMetricAlarm leaves those of an existing alarm alone.
 */
export interface AlarmConfiguration {
  readonly alarmName: string;
  readonly description: string | null;
  readonly actionsEnabled: boolean;
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  readonly comparisonOperator: string;
  /** Null only where somebody else made it so (a band of an anomaly detector). */
  readonly threshold: number | null;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: string;
  readonly evaluateLowSampleCountPercentile: string;
  /** The one metric that is watched; null for metric math. */
  readonly metric: ConfiguredMetric | null;
  /** Metric math; empty for one metric. */
  readonly queries: readonly ConfiguredQuery[];
  /** Settings that we never make, as canonical JSON (a window on the wall clock, a warm-up); null where there are none. */
  readonly others: string | null;
}

const COMPARISONS: Readonly<Record<Operator, string>> = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
};
/** AlarmDescription takes so many characters. */
const LONGEST_DESCRIPTION = 1024;

/** The whole configuration of a compiled alarm at a threshold. `tuned` says where that comes from, after the alarm's own description. It has no actions: EventBridge hears every transition. */
export function alarmConfiguration(alarm: CompiledAlarm, watch: MetricWatch, threshold: number, tuned: string): AlarmConfiguration {
  const { leaves, expression, periodSeconds } = watch;
  const [only] = leaves;
  const plain = expression === null && only !== undefined ? configured(only.metric, periodSeconds) : null;
  return {
    alarmName: alarm.alarmName,
    description: described(alarm.description, tuned),
    actionsEnabled: true,
    okActions: [],
    alarmActions: [],
    insufficientDataActions: [],
    comparisonOperator: COMPARISONS[watch.operator],
    threshold,
    evaluationPeriods: watch.evaluationPeriods,
    datapointsToAlarm: watch.datapointsToAlarm,
    treatMissingData: watch.missingData,
    evaluateLowSampleCountPercentile: plain?.stat.startsWith("p") ? watch.lowSamples : "evaluate",
    metric: plain,
    queries: plain === null ? queriesOf(alarm, watch) : [],
    others: null,
  };
}

/** What is tuned is said whole, whatever it costs the alarm's own description. */
function described(own: string, tuned: string): string {
  const left = Math.max(0, LONGEST_DESCRIPTION - tuned.length - 1);
  return `${own.slice(0, left)} ${tuned}`.slice(0, LONGEST_DESCRIPTION);
}

/** How the description tells that a deployment made the alarm: by the name of its table. */
export function ownerMark(deployment: string): string {
  return `Tuned by ${deployment}:`;
}

function queriesOf({ signal, trigger }: CompiledAlarm, { leaves, expression, periodSeconds }: MetricWatch): ConfiguredQuery[] {
  const common = { periodSeconds: null, accountId: null };
  return [
    { ...common, id: resultId(signal), label: resultLabel(trigger, signal), expression, metric: null, returnData: true },
    ...leaves.map(({ id, metric }) => ({
      ...common,
      id,
      label: null,
      expression: null,
      metric: configured(metric, periodSeconds),
      returnData: false,
    })),
  ];
}

function configured({ namespace, name, dimensions, stat }: MetricRef, periodSeconds: number): ConfiguredMetric {
  const pairs = Object.entries(dimensions).map(([dimension, value]) => ({ name: dimension, value }));
  return { namespace, name, dimensions: pairs, stat, periodSeconds, unit: null };
}

/** Equal text for equal alarms: the order of queries, dimensions and actions means nothing. */
export function canonicalConfiguration(configuration: AlarmConfiguration): string {
  const { queries, metric, okActions, alarmActions, insufficientDataActions } = configuration;
  return canonicalJson({
    ...configuration,
    okActions: okActions.toSorted(),
    alarmActions: alarmActions.toSorted(),
    insufficientDataActions: insufficientDataActions.toSorted(),
    metric: inOrder(metric),
    queries: queries.map((query) => ({ ...query, metric: inOrder(query.metric) })).toSorted((one, other) => order(one.id, other.id)),
  });
}

export function configurationHash(configuration: AlarmConfiguration, sha256: Sha256): string {
  return sha256(canonicalConfiguration(configuration));
}

/** Names of what differs between two configurations of one alarm: for people who ask what was edited. */
export function differences(one: AlarmConfiguration, other: AlarmConfiguration): readonly string[] {
  const [left, right] = [one, other].map((each) => JSON.parse(canonicalConfiguration(each)) as Record<string, unknown>);
  const names = Object.keys({ ...left, ...right }).toSorted();
  return names.filter((name) => canonicalJson(left?.[name]) !== canonicalJson(right?.[name]));
}

/** What is measured, whatever the threshold: a baseline of another measurement says nothing about this one. */
export function measureHash({ leaves, expression, periodSeconds }: MetricWatch, sha256: Sha256): string {
  return contentHash({ leaves, expression, periodSeconds }, sha256);
}

function inOrder(metric: ConfiguredMetric | null): ConfiguredMetric | null {
  return metric && { ...metric, dimensions: metric.dimensions.toSorted((one, other) => order(one.name, other.name)) };
}

function order(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
