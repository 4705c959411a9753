import { CfnAlarm, type CfnAlarmProps, CfnCompositeAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { resultId, resultLabel } from "../../functions/domain/alarm-watch.ts";
import type { Operator } from "../../functions/domain/blueprint.ts";
import type { CompiledAlarm, MetricWatch } from "../../functions/domain/blueprint-alarms.ts";
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

/**
 * The alarms of the blueprints that CloudFormation makes: those on a metric or on metric math, the parts of composites, and the composites over them. Tuned
 * ones are left to the pipeline. None has actions: EventBridge hears every transition.
 */
export class ServiceAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    const made = new Map<string, CfnAlarm>();
    for (const alarm of props.alarms) {
      const { watch, alarmName } = alarm;
      if (alarm.owner !== "cdk" || watch === null) continue;
      if (watch.kind === "metric") {
        if (watch.threshold === null || (watch.expression !== null && props.metricMath === false)) continue;
        made.set(alarmName, this.metricAlarm(alarm, watch, watch.threshold));
      } else if (props.metricMath !== false) {
        const named = { alarmName, alarmDescription: alarm.description };
        const composite = new CfnCompositeAlarm(this, constructId(alarm), { ...named, alarmRule: watch.rule });
        // CloudWatch refuses a rule that names an alarm which is not there yet.
        for (const part of watch.parts.flatMap((name) => made.get(name) ?? [])) composite.addResourceDependency(part);
      }
    }
  }

  private metricAlarm(alarm: CompiledAlarm, watch: MetricWatch, threshold: number): CfnAlarm {
    return new CfnAlarm(this, constructId(alarm), {
      alarmName: alarm.alarmName,
      alarmDescription: alarm.description,
      comparisonOperator: COMPARISONS[watch.operator],
      threshold,
      evaluationPeriods: watch.evaluationPeriods,
      datapointsToAlarm: watch.datapointsToAlarm,
      treatMissingData: watch.missingData,
      ...watchedOf(watch, alarm),
    });
  }
}

/** An acting alarm's never changes with its kind; a part has its own name. */
function constructId({ role, alarmName, service, trigger }: CompiledAlarm): string {
  return role === "part" ? alarmName : `${service}-${trigger.name}`;
}

type Watched = Pick<
  CfnAlarmProps,
  "namespace" | "metricName" | "dimensions" | "period" | "statistic" | "extendedStatistic" | "evaluateLowSampleCountPercentile" | "metrics"
>;

/** The alarm's metric, or its metric-math queries. */
function watchedOf({ leaves, expression, periodSeconds, lowSamples }: MetricWatch, { trigger, signal }: CompiledAlarm): Watched {
  const [only] = leaves;
  if (expression === null && only !== undefined) {
    return {
      ...metricOf(only.metric),
      period: periodSeconds,
      ...statisticOf(only.metric.stat),
      ...(lowSamples === "ignore" && { evaluateLowSampleCountPercentile: lowSamples }),
    };
  }
  return {
    metrics: [
      { id: resultId(signal), label: resultLabel(trigger, signal), expression: expression ?? "", returnData: true },
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
