import { CfnAlarm, type CfnAlarmProps } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { resultId } from "../../functions/domain/alarm-watch.ts";
import type { Operator } from "../../functions/domain/blueprint.ts";
import type { CompiledAlarm, MetricWatch } from "../../functions/domain/blueprint-alarms.ts";
import type { MetricRef, Signal } from "../../functions/domain/signal.ts";

export interface ServiceAlarmsProps {
  /** As `compileAlarms` makes them. Existing alarms are listened to, not made. */
  readonly alarms: readonly CompiledAlarm[];
  /** False leaves out alarms on metric math, which emulators refuse; the alarm clock evaluates those from the blueprint. @default true */
  readonly metricMath?: boolean;
}

const COMPARISONS: Readonly<Record<Operator, string>> = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
};

/** The acting alarms of the blueprints. They have no actions: EventBridge hears every transition. */
export class ServiceAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    for (const alarm of props.alarms) {
      const { watch } = alarm;
      if (watch?.kind !== "metric" || watch.threshold === null || (watch.expression !== null && props.metricMath === false)) continue;
      new CfnAlarm(this, `${alarm.service}-${alarm.trigger.name}`, {
        alarmName: alarm.alarmName,
        alarmDescription: alarm.description,
        comparisonOperator: COMPARISONS[watch.operator],
        threshold: watch.threshold,
        evaluationPeriods: watch.evaluationPeriods,
        datapointsToAlarm: watch.datapointsToAlarm,
        treatMissingData: watch.missingData,
        ...watchedOf(watch, alarm.signal),
      });
    }
  }
}

type Watched = Pick<CfnAlarmProps, "namespace" | "metricName" | "dimensions" | "period" | "statistic" | "extendedStatistic" | "metrics">;

/** The alarm's metric, or its metric-math queries. */
function watchedOf({ leaves, expression, periodSeconds }: MetricWatch, signal: Signal): Watched {
  const [only] = leaves;
  if (expression === null && only !== undefined)
    return { ...metricOf(only.metric), period: periodSeconds, ...statisticOf(only.metric.stat) };
  return {
    metrics: [
      { id: resultId(signal), label: signal.name, expression: expression ?? "", returnData: true },
      ...leaves.map(({ id, metric }) => ({
        id,
        metricStat: { metric: metricOf(metric), period: periodSeconds, stat: metric.stat },
        returnData: false,
      })),
    ],
  };
}

function metricOf({ namespace, name, dimensions }: MetricRef): {
  namespace: string;
  metricName: string;
  dimensions?: CfnAlarm.DimensionProperty[];
} {
  const pairs = Object.entries(dimensions).map(([dimension, value]) => ({ name: dimension, value }));
  return { namespace, metricName: name, ...(pairs.length > 0 && { dimensions: pairs }) };
}

function statisticOf(stat: string): Pick<Watched, "statistic" | "extendedStatistic"> {
  return stat.startsWith("p") ? { extendedStatistic: stat } : { statistic: stat };
}
