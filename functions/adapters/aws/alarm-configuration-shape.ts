import type {
  ComparisonOperator,
  Dimension,
  MetricAlarm,
  MetricDataQuery,
  PutMetricAlarmInput,
  StandardUnit,
  Statistic,
} from "@aws-sdk/client-cloudwatch";
import { canonicalJson } from "../../domain/release-content.ts";
import type { AlarmConfiguration, ConfiguredMetric, ConfiguredQuery } from "../../domain/tuning/alarm-configuration.ts";

/** A configuration as PutMetricAlarm takes it. */
export function toPutMetricAlarm(configuration: AlarmConfiguration): PutMetricAlarmInput {
  const { metric, queries, threshold, description } = configuration;
  return {
    AlarmName: configuration.alarmName,
    ...(description === null ? {} : { AlarmDescription: description }),
    ActionsEnabled: configuration.actionsEnabled,
    OKActions: [...configuration.okActions],
    AlarmActions: [...configuration.alarmActions],
    InsufficientDataActions: [...configuration.insufficientDataActions],
    ComparisonOperator: configuration.comparisonOperator as ComparisonOperator,
    ...(threshold === null ? {} : { Threshold: threshold }),
    EvaluationPeriods: configuration.evaluationPeriods,
    DatapointsToAlarm: configuration.datapointsToAlarm,
    TreatMissingData: configuration.treatMissingData,
    // CloudWatch refuses it for anything but a percentile.
    ...(metric !== null && isPercentile(metric.stat)
      ? { EvaluateLowSampleCountPercentile: configuration.evaluateLowSampleCountPercentile }
      : {}),
    ...(metric === null ? { Metrics: queries.map(toQuery) } : plain(metric)),
  };
}

function plain({ namespace, name, dimensions, stat, periodSeconds, unit }: ConfiguredMetric): Partial<PutMetricAlarmInput> {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: toDimensions(dimensions),
    Period: periodSeconds,
    ...(isPercentile(stat) ? { ExtendedStatistic: stat } : { Statistic: stat as Statistic }),
    ...(unit === null ? {} : { Unit: unit as StandardUnit }),
  };
}

function toQuery({ id, label, expression, metric, periodSeconds, returnData, accountId }: ConfiguredQuery): MetricDataQuery {
  return {
    Id: id,
    ReturnData: returnData,
    ...(label === null ? {} : { Label: label }),
    ...(expression === null ? {} : { Expression: expression }),
    ...(periodSeconds === null ? {} : { Period: periodSeconds }),
    ...(accountId === null ? {} : { AccountId: accountId }),
    ...(metric === null
      ? {}
      : {
          MetricStat: {
            Metric: { Namespace: metric.namespace, MetricName: metric.name, Dimensions: toDimensions(metric.dimensions) },
            Period: metric.periodSeconds,
            Stat: metric.stat,
            ...(metric.unit === null ? {} : { Unit: metric.unit as StandardUnit }),
          },
        }),
  };
}

/** What DescribeAlarms says, with the defaults that PutMetricAlarm documents where it says nothing. A sliding window is the default, too. */
export function fromMetricAlarm(alarm: MetricAlarm): AlarmConfiguration {
  const evaluationPeriods = alarm.EvaluationPeriods ?? 0;
  const { EvaluationWindow, WarmUpConfiguration, ThresholdMetricId, EvaluationCriteria } = alarm;
  const others = canonicalJson({
    window: EvaluationWindow?.WallClockWindow,
    warmUp: WarmUpConfiguration,
    band: ThresholdMetricId,
    criteria: EvaluationCriteria,
  });
  return {
    alarmName: alarm.AlarmName ?? "",
    description: alarm.AlarmDescription ?? null,
    actionsEnabled: alarm.ActionsEnabled ?? true,
    okActions: alarm.OKActions ?? [],
    alarmActions: alarm.AlarmActions ?? [],
    insufficientDataActions: alarm.InsufficientDataActions ?? [],
    comparisonOperator: alarm.ComparisonOperator ?? "",
    threshold: alarm.Threshold ?? null,
    evaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? evaluationPeriods,
    treatMissingData: alarm.TreatMissingData ?? "missing",
    evaluateLowSampleCountPercentile: alarm.EvaluateLowSampleCountPercentile || "evaluate",
    metric: alarm.MetricName === undefined || alarm.MetricName === "" ? null : ofPlain(alarm),
    queries: (alarm.Metrics ?? []).map(fromQuery),
    others: others === "{}" ? null : others,
  };
}

function ofPlain({ Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic, Period, Unit }: MetricAlarm): ConfiguredMetric {
  return {
    namespace: Namespace ?? "",
    name: MetricName ?? "",
    dimensions: fromDimensions(Dimensions),
    // An emulator names a statistic beside the percentile.
    stat: ExtendedStatistic || Statistic || "",
    periodSeconds: Period ?? 0,
    unit: Unit ?? null,
  };
}

function fromQuery({ Id, Label, Expression, MetricStat, Period, ReturnData, AccountId }: MetricDataQuery): ConfiguredQuery {
  return {
    id: Id ?? "",
    label: Label ?? null,
    expression: Expression ?? null,
    periodSeconds: Period ?? null,
    returnData: ReturnData ?? true,
    accountId: AccountId ?? null,
    metric: MetricStat === undefined ? null : fromStat(MetricStat),
  };
}

function fromStat({ Metric, Period, Stat, Unit }: NonNullable<MetricDataQuery["MetricStat"]>): ConfiguredMetric {
  return {
    namespace: Metric?.Namespace ?? "",
    name: Metric?.MetricName ?? "",
    dimensions: fromDimensions(Metric?.Dimensions),
    stat: Stat ?? "",
    periodSeconds: Period ?? 0,
    unit: Unit ?? null,
  };
}

function toDimensions(dimensions: ConfiguredMetric["dimensions"]): Dimension[] {
  return dimensions.map(({ name, value }) => ({ Name: name, Value: value }));
}

function fromDimensions(dimensions: readonly Dimension[] = []): ConfiguredMetric["dimensions"] {
  return dimensions.map(({ Name, Value }) => ({ name: Name ?? "", value: Value ?? "" }));
}

function isPercentile(stat: string): boolean {
  return stat.startsWith("p");
}
