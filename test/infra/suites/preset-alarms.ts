import { expect, it } from "vitest";
import { loadBlueprints } from "../../../blueprints/load-blueprints.ts";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { type Resource, resourcesOf } from "../read-template.ts";
import type { Synthesised } from "../synthesise.ts";

/** Every preset of the seeds, and every other form of a trigger. */
export function presetAlarmSuite(presets: Synthesised, local: Synthesised): void {
  const compiled = loadBlueprints("test/infra/blueprints/presets", { metricPreset: "none" }).flatMap((blueprint) =>
    compileAlarms(blueprint),
  );
  const made = alarmsOf(presets, "AWS::CloudWatch::Alarm");
  const composites = alarmsOf(presets, "AWS::CloudWatch::CompositeAlarm");
  const alarmNamed = (alarmName: string) => made.find(({ Properties }) => Properties.AlarmName === alarmName)?.Properties;

  it("pass CloudFormation's rules, every one that is not the pipeline's", () => {
    const ours = compiled.filter(({ owner }) => owner === "cdk");

    expect(presets.findings).toEqual([]);
    expect(ours.length).toBeGreaterThan(25);
    expect([...made, ...composites].map(({ Properties }) => Properties.AlarmName).sort()).toEqual(
      ours.map(({ alarmName }) => alarmName).sort(),
    );
  });

  it("leave tuned alarms to the pipeline, and those of others to them", () => {
    const left = compiled.filter(({ owner }) => owner !== "cdk").map(({ alarmName }) => alarmName);

    expect(left).toContain("rollguard-preset-requests-error-rate-2x-tuned");
    expect(left).toContain("team-5xx");
    expect(left.filter((alarmName) => alarmNamed(alarmName) !== undefined)).toEqual([]);
  });

  it("are made as they compile: threshold, window, missing data, metrics", () => {
    for (const { alarmName, watch, description } of compiled.filter(({ owner }) => owner === "cdk")) {
      if (watch?.kind !== "metric") continue;
      const alarm = alarmNamed(alarmName);

      expect(alarm).toMatchObject({
        AlarmDescription: description,
        Threshold: watch.threshold,
        DatapointsToAlarm: watch.datapointsToAlarm,
        EvaluationPeriods: watch.evaluationPeriods,
        TreatMissingData: watch.missingData,
      });
      expect(queriesOf(alarm)).toEqual(
        watch.leaves.map(({ id, metric }) => [watch.expression === null ? null : id, metric.name, metric.stat, watch.periodSeconds]),
      );
      expect(alarm.Metrics?.map(({ Expression }: Query) => Expression)[0] ?? null).toBe(watch.expression);
      expect(alarm.Metrics?.filter(({ ReturnData }: Query) => ReturnData).length ?? 1).toBe(1);
    }
  });

  it("guard a percentile with its samples, and a share with its total", () => {
    expect(alarmNamed("rollguard-preset-requests-latency-api-p95").Metrics).toMatchObject([
      { Id: "result", Expression: "IF(samples >= 200, m1)", Label: "latency_p95", ReturnData: true },
      { Id: "m1", MetricStat: { Stat: "p95", Period: 300 }, ReturnData: false },
      { Id: "samples", MetricStat: { Stat: "SampleCount", Period: 300 }, ReturnData: false },
    ]);
    expect(alarmNamed("rollguard-preset-requests-error-rate-slo")).toMatchObject({ DatapointsToAlarm: 2, EvaluationPeriods: 3 });
    expect(alarmNamed("rollguard-preset-requests-error-rate-slo").Metrics[0]).toMatchObject({
      Id: "ratio",
      Expression: "IF(total >= 100, 100 * FILL(part, 0) / total)",
    });
  });

  it("say of a comparison that what they show is a margin", () => {
    expect(alarmNamed("rollguard-preset-forms-canary-errors")).toMatchObject({
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 0,
      Metrics: expect.arrayContaining([expect.objectContaining({ Label: "errors less what its baseline allows", ReturnData: true })]),
    });
  });

  it("of a high resolution have a period below a minute; of absence nothing breaches", () => {
    expect(alarmNamed("rollguard-preset-health-health-deploy")).toMatchObject({ Period: 10, EvaluationPeriods: 3, Statistic: "Sum" });
    expect(alarmNamed("rollguard-preset-health-health-critical")).toMatchObject({ Period: 30, EvaluationPeriods: 3, Statistic: "Maximum" });
    expect(alarmNamed("rollguard-preset-forms-silent")).toMatchObject({
      Statistic: "SampleCount",
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      TreatMissingData: "breaching",
    });
  });

  it("of a burn rate depend on their parts, which exist first and start nothing", () => {
    const burn = composites.find(({ Properties }) => Properties.AlarmName === "rollguard-preset-forms-burn");
    const template = presets.pipeline.toJSON().Resources;
    const before = [burn?.DependsOn ?? []].flat().map((id) => template[id].Properties.AlarmName);
    const [rule] = Object.values(resourcesOf(presets.pipeline, "AWS::Events::Rule")).filter(({ Properties }) =>
      Properties.EventPattern?.["detail-type"]?.includes("CloudWatch Alarm State Change"),
    );
    const [{ prefix }, ...existing] = rule?.Properties.EventPattern.detail.alarmName ?? [{}];

    expect(before.sort()).toEqual(["1-long", "1-short", "2-long", "2-short"].map((part) => `rgpart-preset-forms-burn-${part}`));
    expect(burn?.Properties.AlarmRule).toBe(
      '(ALARM("rgpart-preset-forms-burn-1-long") AND ALARM("rgpart-preset-forms-burn-1-short")) OR (ALARM("rgpart-preset-forms-burn-2-long") AND ALARM("rgpart-preset-forms-burn-2-short"))',
    );
    expect([prefix, existing]).toEqual(["rollguard-", ["team-5xx"]]);
    expect(before.filter((alarmName) => alarmName.startsWith(prefix) || existing.includes(alarmName))).toEqual([]);
  });

  it("have no actions of their own: EventBridge hears every transition", () => {
    const actions = [...made, ...composites].flatMap(({ Properties }) =>
      Object.keys(Properties).filter((property) => /Actions/.test(property)),
    );

    expect(actions).toEqual([]);
  });

  it("on metric math are left to the alarm clock on this machine, which CloudFormation's emulator would refuse", () => {
    const names = alarmsOf(local, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties.AlarmName);
    const plain = compiled.filter(({ owner, watch }) => owner === "cdk" && watch?.kind === "metric" && watch.expression === null);

    expect(names.sort()).toEqual(plain.map(({ alarmName }) => alarmName).sort());
    expect(alarmsOf(local, "AWS::CloudWatch::CompositeAlarm")).toEqual([]);
  });
}

interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: { readonly MetricName: string }; readonly Stat: string; readonly Period: number };
  readonly ReturnData: boolean;
}

function alarmsOf({ pipeline }: Synthesised, type: string): Resource[] {
  return Object.values(resourcesOf(pipeline, type)).filter(({ Properties }) => /^(rollguard|rgpart)-/.test(Properties.AlarmName));
}

/** Id, metric, statistic and seconds of everything that an alarm reads. */
// biome-ignore lint/suspicious/noExplicitAny: a template's alarm
function queriesOf(alarm: any): (readonly [string | null, string, string, number])[] {
  if (alarm.Metrics === undefined) return [[null, alarm.MetricName, alarm.Statistic ?? alarm.ExtendedStatistic, alarm.Period]];
  return alarm.Metrics.flatMap(({ Id, MetricStat: of }: Query) =>
    of === undefined ? [] : [[Id, of.Metric.MetricName, of.Stat, of.Period]],
  );
}
