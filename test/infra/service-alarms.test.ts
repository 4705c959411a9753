import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import type { Trigger } from "../../functions/domain/blueprint.ts";
import { type CompiledAlarm, compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import { ServiceAlarms } from "../../infra/constructs/service-alarms.ts";
import { aBlueprint, aRatioSignal, aSignal, aTrigger } from "../support/builders/index.ts";

const windows = [{ longSeconds: 3600, shortSeconds: 300, burn: 14.4 }];
const burning: Partial<Trigger> = { signal: "error_rate", rule: null, form: { type: "burn-rate", objectivePercent: 99.9, windows } };

function templateOf(alarms: readonly CompiledAlarm[], metricMath?: boolean): Template {
  const stack = new Stack(new App(), "Shop");
  new ServiceAlarms(stack, "Alarms", { alarms, ...(metricMath === undefined ? {} : { metricMath }) });
  return Template.fromStack(stack);
}

function compiledOf(...triggers: readonly Partial<Trigger>[]): readonly CompiledAlarm[] {
  return compileAlarms(aBlueprint({ signals: [aSignal(), aRatioSignal()], triggers: triggers.map(aTrigger) }));
}

describe("service alarms", () => {
  it("tell CloudWatch what a percentile of few samples is worth only where it is not evaluated", () => {
    const [plain] = compiledOf({});
    if (plain?.watch?.kind !== "metric") throw new Error("a threshold on a percentile watches a metric");
    const ignoring: CompiledAlarm = { ...plain, watch: { ...plain.watch, lowSamples: "ignore" } };
    const lowSamplesOf = (alarm: CompiledAlarm) =>
      Object.values(templateOf([alarm]).findResources("AWS::CloudWatch::Alarm")).map(
        ({ Properties }) => [Properties.ExtendedStatistic, Properties.EvaluateLowSampleCountPercentile] as const,
      );

    expect(lowSamplesOf(ignoring)).toEqual([["p95", "ignore"]]);
    expect(lowSamplesOf(plain)).toEqual([["p95", undefined]]);
  });

  it("keep the logical id of an acting alarm when its trigger becomes a burn rate's or a guarded one", () => {
    const idsOf = (trigger: Partial<Trigger>, type: string) =>
      Object.keys(templateOf(compiledOf({ name: "trouble", alarmName: "rollguard-checkout-trouble", ...trigger })).findResources(type));

    const [plain] = idsOf({}, "AWS::CloudWatch::Alarm");
    expect(idsOf({ minimumSamples: 200 }, "AWS::CloudWatch::Alarm")).toEqual([plain]);
    expect(idsOf(burning, "AWS::CloudWatch::CompositeAlarm")).toEqual([plain]);
    expect(idsOf(burning, "AWS::CloudWatch::Alarm")).toHaveLength(2);
  });

  it("let one part be shared by nobody: two burn rates have parts of their own", () => {
    const two = compiledOf(
      { ...burning, name: "burn", alarmName: "rollguard-checkout-burn" },
      { ...burning, name: "burn-1", alarmName: "rollguard-checkout-burn-1" },
    );
    const template = templateOf(two);

    template.resourceCountIs("AWS::CloudWatch::Alarm", 4);
    template.resourceCountIs("AWS::CloudWatch::CompositeAlarm", 2);
  });

  it("without metric math leave out parts, composites, ratios and guards, and nothing else", () => {
    const alarms = compiledOf(
      {},
      { ...burning, name: "burn" },
      { name: "guarded", minimumSamples: 200 },
      { name: "rate", signal: "error_rate" },
    );
    const template = templateOf(alarms, false);

    template.resourceCountIs("AWS::CloudWatch::CompositeAlarm", 0);
    template.resourceCountIs("AWS::CloudWatch::Alarm", 1);
    template.hasResourceProperties("AWS::CloudWatch::Alarm", { ExtendedStatistic: "p95", Threshold: 200 });
  });

  it("of a tuned threshold are none, whatever the target", () => {
    const form = { type: "baseline", operator: ">", against: "season", by: "factor", amount: 2, floor: null, control: null } as const;
    const alarms = compiledOf({ rule: null, form }, { name: "fixed", alarmName: "rollguard-checkout-fixed" });

    expect(alarms.map(({ owner }) => owner)).toEqual(["pipeline", "cdk"]);
    for (const metricMath of [true, false]) {
      const made = Object.values(templateOf(alarms, metricMath).findResources("AWS::CloudWatch::Alarm"));
      expect(made.map(({ Properties }) => Properties.AlarmName)).toEqual(["rollguard-checkout-fixed"]);
    }
  });
});
