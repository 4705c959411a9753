import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { Rollguard } from "../../infra/constructs/rollguard.ts";
import { aBlueprint } from "../support/builders/index.ts";
import { functionOf, resourceName, resourcesOf } from "./read-template.ts";
import { anApp } from "./synthesise.ts";

const looks = { mode: "observe" as const, signals: [{ signal: "latency_p95", class: "performance" as const, severity: "high" as const }] };

function deployed(...blueprints: Parameters<typeof aBlueprint>[0][]): Template {
  const stack = new Stack(anApp(), "Shop");
  new Rollguard(stack, "Rollguard", { blueprints: blueprints.map(aBlueprint) });
  return Template.fromStack(stack);
}

describe("looks at new releases", () => {
  const template = deployed({ looks }, { service: "search", triggers: [] });

  it("have a group of their own, which takes its schedules along, and whose name EventBridge Scheduler takes", () => {
    const groups = Object.values(resourcesOf(template, "AWS::Scheduler::ScheduleGroup"));

    expect(groups.map(({ Properties }) => Properties.Name)).toEqual([expect.stringMatching(/^[0-9a-zA-Z-_.]{1,64}$/)]);
  });

  it("are made by the observer, which knows the group, the function and the role", () => {
    const { Variables } = functionOf(template, "ObserveReleases").Properties.Environment;

    expect([Variables.LOOK_GROUP, Variables.LOOK_FUNCTION_ARN, Variables.LOOK_ROLE_ARN].map(resourceName)).toEqual([
      "LooksSchedules",
      "LooksJudgeReleaseFunction",
      "LooksSchedulerRole",
    ]);
  });

  it("are delivered for a quarter of an hour, and a function that fails pages people", () => {
    const [invoke] = Object.entries(resourcesOf(template, "AWS::Lambda::EventInvokeConfig")).filter(([id]) => id.includes("JudgeRelease"));
    const alarms = Object.values(resourcesOf(template, "AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties.AlarmName);

    expect(invoke?.[1].Properties).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 900 });
    expect(alarms).toContain("rgpipeline-Shop-JudgeReleaseErrors");
  });

  it("are not deployed where no blueprint has any", () => {
    const without = deployed({});

    without.resourceCountIs("AWS::Scheduler::ScheduleGroup", 0);
    expect(Object.keys(resourcesOf(without, "AWS::Lambda::Function")).filter((id) => id.includes("Judge"))).toEqual([]);
    expect(functionOf(without, "ObserveReleases").Properties.Environment.Variables).toMatchObject({ LOOK_GROUP: "", LOOK_ROLE_ARN: "" });
    expect(JSON.stringify(resourcesOf(without, "AWS::IAM::Policy"))).not.toContain("scheduler:");
  });
});
