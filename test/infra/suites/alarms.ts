import { expect, it } from "vitest";
import { loadBlueprints } from "../../../blueprints/load-blueprints.ts";
import { type CompiledAlarm, compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import type { MetricRef, SignalSource } from "../../../functions/domain/signal.ts";
import { type Resource, resourceName, resourcesOf } from "../read-template.ts";
import type { Synthesised } from "../synthesise.ts";

export function alarmSuite(aws: Synthesised, enrolled: Synthesised): void {
  it("arms the example blueprints exactly as they compile", () => {
    const compiled = loadBlueprints("blueprints/examples", { metricPreset: "none" }).flatMap((blueprint) => compileAlarms(blueprint));

    expect(compiled.length).toBeGreaterThan(5);
    expect(serviceAlarms(aws)).toEqual(compiled.map(expected).sort(byName));
  });

  it("arms dimensions and missing data, and leaves an existing alarm to its owner", () => {
    expect(serviceAlarms(enrolled)).toMatchObject([
      {
        alarmName: "rollguard-ledger-queue-age",
        rule: { operator: ">", threshold: 60 },
        missingData: "breaching",
        source: { kind: "metric", metric: { dimensions: { QueueName: "postings" }, stat: "Maximum" } },
      },
    ]);
  });

  it("gives service alarms no actions: EventBridge hears every transition", () => {
    const actions = Object.values(resourcesOf(aws.pipeline, "AWS::CloudWatch::Alarm"))
      .filter(isServiceAlarm)
      .map(({ Properties }) => [Properties.AlarmActions, Properties.OKActions, Properties.ActionsEnabled]);

    expect(actions.flat().filter((value) => value !== undefined)).toEqual([]);
  });

  it("watches the pipeline itself and pages people, under names that start no rollback", () => {
    const alarms = Object.values(resourcesOf(aws.pipeline, "AWS::CloudWatch::Alarm")).filter((alarm) => !isServiceAlarm(alarm));

    expect(alarms.map(({ Properties }) => Properties.AlarmName).sort()).toEqual(
      [
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        ...["AlarmsFailed", "AlarmsUndelivered", "LocksFailed", "MessagesFailed", "MessagesParked"].map((queue) => `${queue}NotEmpty`),
        ...[
          "DecideApproval",
          "DeliverNotifications",
          "JudgeRelease",
          "KeepConfig",
          "ObserveReleases",
          "ReconcileAlarms",
          "ReleaseLock",
          "StartRollback",
          "SweepDue",
        ].map((name) => `${name}Errors`),
        "StreamLate",
      ]
        .map((name) => `rgpipeline-RollguardPipeline-${name}`)
        .sort(),
    );
    for (const { Properties } of alarms) {
      expect(Properties.AlarmActions.map(resourceName)).toEqual(["parameter topicarn"]);
      expect(Properties.Metrics).toBeUndefined();
    }
  });

  it("has an alarm on every queue", () => {
    const watched = Object.values(resourcesOf(aws.pipeline, "AWS::CloudWatch::Alarm")).flatMap(({ Properties }) =>
      Properties.Namespace === "AWS/SQS" ? Properties.Dimensions.map(({ Value }: { Value: unknown }) => resourceName(Value)) : [],
    );

    expect(watched.sort()).toEqual(Object.keys(resourcesOf(aws.pipeline, "AWS::SQS::Queue")).sort());
  });
}

interface ArmedAlarm {
  readonly alarmName: string;
  readonly description: string;
  readonly rule: { readonly operator: string; readonly threshold: number } | null;
  readonly periods: readonly [m: number, n: number, seconds: number];
  readonly missingData: string;
  readonly source: SignalSource;
}

function serviceAlarms({ pipeline }: Synthesised): ArmedAlarm[] {
  return Object.values(resourcesOf(pipeline, "AWS::CloudWatch::Alarm")).filter(isServiceAlarm).map(readAlarm).sort(byName);
}

function isServiceAlarm({ Properties }: Resource): boolean {
  return Properties.AlarmName.startsWith("rollguard-");
}

function expected({ alarmName, description, trigger, signal }: CompiledAlarm): ArmedAlarm {
  return {
    alarmName,
    description,
    rule: trigger.rule,
    periods: [trigger.datapointsToAlarm, trigger.evaluationPeriods, trigger.periodSeconds],
    missingData: trigger.missingData,
    source: signal.source,
  };
}

/** Reads an alarm back into the blueprint's words. */
function readAlarm({ Properties: alarm }: Resource): ArmedAlarm {
  const operators: Record<string, string> = {
    GreaterThanThreshold: ">",
    GreaterThanOrEqualToThreshold: ">=",
    LessThanThreshold: "<",
    LessThanOrEqualToThreshold: "<=",
  };
  const math = alarm.Metrics?.find((query: { Expression?: string }) => query.Expression !== undefined);
  const seconds = alarm.Period ?? alarm.Metrics[1].MetricStat.Period;
  return {
    alarmName: alarm.AlarmName,
    description: alarm.AlarmDescription,
    rule: { operator: operators[alarm.ComparisonOperator] ?? "", threshold: alarm.Threshold },
    periods: [alarm.DatapointsToAlarm, alarm.EvaluationPeriods, seconds],
    missingData: alarm.TreatMissingData,
    source: math
      ? readRatio(math.Expression, alarm.Metrics)
      : { kind: "metric", metric: readMetric(alarm, alarm.Statistic ?? alarm.ExtendedStatistic) },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a template's metric queries
function readRatio(expression: string, queries: readonly any[]): SignalSource {
  const minimumTotal = Number(/^IF\(total >= (\d+), 100 \* FILL\(part, 0\) \/ total\)$/.exec(expression)?.[1]);
  const leaf = (id: string) => {
    const { MetricStat, ReturnData } = queries.find(({ Id }) => Id === id);
    expect(ReturnData).toBe(false);
    return readMetric(MetricStat.Metric, MetricStat.Stat);
  };
  return { kind: "ratio", part: leaf("part"), total: leaf("total"), minimumTotal };
}

// biome-ignore lint/suspicious/noExplicitAny: a template's metric
function readMetric(metric: any, stat: string): MetricRef {
  const pairs = (metric.Dimensions ?? []).map(({ Name, Value }: { Name: string; Value: string }) => [Name, Value]);
  return { namespace: metric.Namespace, name: metric.MetricName, dimensions: Object.fromEntries(pairs), stat };
}

function byName(one: { readonly alarmName: string }, other: { readonly alarmName: string }): number {
  return one.alarmName < other.alarmName ? -1 : 1;
}
