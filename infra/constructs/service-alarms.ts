import { CfnAlarm, type CfnAlarmProps } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Operator } from "../../functions/domain/blueprint.ts";
import type { CompiledAlarm } from "../../functions/domain/blueprint-alarms.ts";
import type { MetricRef } from "../../functions/domain/signal.ts";

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
      const watched = watchedOf(alarm);
      if (alarm.trigger.rule === null || watched === null || (watched.metrics && props.metricMath === false)) continue;
      new CfnAlarm(this, `${alarm.service}-${alarm.trigger.name}`, {
        alarmName: alarm.alarmName,
        alarmDescription: alarm.description,
        comparisonOperator: COMPARISONS[alarm.trigger.rule.operator],
        threshold: alarm.trigger.rule.threshold,
        evaluationPeriods: alarm.trigger.evaluationPeriods,
        datapointsToAlarm: alarm.trigger.datapointsToAlarm,
        treatMissingData: alarm.trigger.missingData,
        ...watched,
      });
    }
  }
}

type Watched = Pick<CfnAlarmProps, "namespace" | "metricName" | "dimensions" | "period" | "statistic" | "extendedStatistic" | "metrics">;

/** The alarm's metric, or its metric-math queries; null for an alarm that exists already. */
function watchedOf({ signal, trigger }: CompiledAlarm): Watched | null {
  const { source } = signal;
  switch (source.kind) {
    case "alarm":
      return null;
    case "metric":
      return { ...metricOf(source.metric), period: trigger.periodSeconds, ...statisticOf(source.metric.stat) };
    case "ratio": {
      const leaf = (id: string, metric: MetricRef): CfnAlarm.MetricDataQueryProperty => ({
        id,
        metricStat: { metric: metricOf(metric), period: trigger.periodSeconds, stat: metric.stat },
        returnData: false,
      });
      return {
        metrics: [
          {
            id: "ratio",
            label: signal.name,
            // Too little traffic gives no datapoint, and the missing-data rule decides; requests without errors give 0.
            expression: `IF(total >= ${source.minimumTotal}, 100 * FILL(part, 0) / total)`,
            returnData: true,
          },
          leaf("part", source.part),
          leaf("total", source.total),
        ],
      };
    }
  }
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
