import { Stack, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import type { Blueprint, FindingPolicy } from "../../functions/domain/blueprint.ts";
import { Rollguard, type RollguardProps } from "../../infra/index.ts";
import { aBlueprint } from "../support/builders/index.ts";
import { resourcesOf } from "./read-template.ts";
import { anApp } from "./synthesise.ts";

const wanting = (service: string, findings?: FindingPolicy): Blueprint =>
  aBlueprint({ service, triggers: [], ...(findings && { findings }) });

/** The stack of somebody who uses the construct; synthesised with cdk-nag, which throws on an error. */
function synthesised(blueprints: readonly Blueprint[], props: Partial<RollguardProps> = {}): Template {
  const app = anApp();
  const stack = new Stack(app, "Shop");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new Rollguard(stack, "Rollguard", { blueprints, ...props });
  return Template.fromJSON(app.synth().getStackByName("Shop").template);
}

const findingRules = (template: Template) =>
  Object.entries(resourcesOf(template, "AWS::Events::Rule")).filter(([name]) => name.includes("FindingTrigger"));
const patterns = (template: Template) => findingRules(template).map(([, { Properties }]) => Properties.EventPattern);

describe("the rules of findings", () => {
  it("are none where no blueprint lists a source, and then nobody may ask Inspector", () => {
    const template = synthesised([wanting("checkout")]);

    expect(findingRules(template)).toEqual([]);
    expect(JSON.stringify(resourcesOf(template, "AWS::IAM::Policy"))).not.toContain("inspector2");
  });

  it("are one for each source that any blueprint lists, with the least severity that one of them wants", () => {
    const template = synthesised([
      wanting("checkout", { sources: ["guardduty", "security-hub"], minimumSeverity: "high" }),
      wanting("search", { sources: ["guardduty", "inspector"], minimumSeverity: "medium" }),
    ]);

    expect(patterns(template).sort((one, other) => (one.source[0] < other.source[0] ? -1 : 1))).toEqual([
      {
        source: ["aws.guardduty"],
        "detail-type": ["GuardDuty Finding"],
        detail: { service: { archived: [false] }, severity: [{ numeric: [">=", 4] }] },
      },
      {
        source: ["aws.inspector2"],
        "detail-type": ["Inspector2 Finding"],
        detail: { status: ["ACTIVE"], severity: ["CRITICAL", "HIGH", "MEDIUM"], resources: { type: ["AWS_ECR_CONTAINER_IMAGE"] } },
      },
      {
        source: ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
        detail: { findings: { RecordState: ["ACTIVE"], Workflow: { Status: ["NEW"] }, Severity: { Label: ["CRITICAL", "HIGH"] } } },
      },
    ]);
  });

  it("let a drill in where the deployment does, and no other source of AWS", () => {
    const eventSources = ["aws.cloudwatch", "rollguard.alarm-clock"];

    const template = synthesised([wanting("checkout", { sources: ["guardduty"], minimumSeverity: "high" })], { eventSources });

    expect(patterns(template).map(({ source }) => source)).toEqual([["aws.guardduty", "rollguard.alarm-clock"]]);
  });

  it("deliver to the function of the alarms, with its retries and its dead-letter queue", () => {
    const template = synthesised([wanting("checkout", { sources: ["guardduty"], minimumSeverity: "high" })]);

    const alarmRule = Object.entries(resourcesOf(template, "AWS::Events::Rule")).find(([name]) => name.includes("AlarmTriggerRule"));
    const [target] = alarmRule?.[1].Properties.Targets ?? [];
    expect(target).toMatchObject({ RetryPolicy: { MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 20 } });
    for (const [, { Properties }] of findingRules(template)) {
      expect(Properties.Targets).toEqual([{ ...target, Id: expect.any(String) }]);
    }
    expect(findingRules(template)).toHaveLength(1);
  });
});

describe("the right to ask Inspector", () => {
  it("has SelectStrategy alone, and only where a blueprint lists Inspector", () => {
    const listed = synthesised([wanting("checkout", { sources: ["inspector"], minimumSeverity: "high" })]);
    const passedOn = synthesised([wanting("checkout", { sources: ["security-hub"], minimumSeverity: "high" })]);

    const policies = (template: Template) =>
      Object.entries(resourcesOf(template, "AWS::IAM::Policy")).filter(([, policy]) =>
        JSON.stringify(policy).includes("inspector2:ListFindings"),
      );
    expect(policies(listed).map(([name]) => name)).toEqual([expect.stringContaining("SelectStrategy")]);
    expect(policies(passedOn)).toEqual([]);
  });
});
