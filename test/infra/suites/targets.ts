import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import type { Resource } from "../read-template.ts";
import { resourcesOf } from "../read-template.ts";
import type { Synthesised } from "../synthesise.ts";

/** What MiniStack refuses at CreateStack, as far as we could be tempted to use it. */
const REFUSED_BY_EMULATORS = [
  "AWS::CloudWatch::CompositeAlarm",
  "AWS::CloudWatch::AnomalyDetector",
  "AWS::StepFunctions::StateMachineVersion",
  "AWS::StepFunctions::StateMachineAlias",
  "AWS::Events::Connection",
  "AWS::Events::Archive",
  "AWS::EKS::AccessEntry",
];

/** Without what differs by account, region and stack. */
function plainId(id: string): string {
  return id
    .replace("Annotation::", "")
    .replace(/arn:(<[^>]*>|aws):s3:::<[^>]*>/, "archive")
    .replace(/arn:(<[^>]*>|aws):ecr:(<[^>]*>|[a-z0-9-]+):(<[^>]*>|\d+):/, "own registry:")
    .replace(/arn:(<[^>]*>|aws):scheduler:(<[^>]*>|[a-z0-9-]+):(<[^>]*>|\d+):schedule\/<[^>]*>/, "own schedules");
}

export function targetSuite(aws: Synthesised, local: Synthesised, enrolled: Synthesised): void {
  it.each([
    ["aws", aws],
    ["local", local],
    ["aws with a VPC", enrolled],
  ])("has no finding of cdk-nag or CloudFormation's rules on target %s", (_, { findings }) => {
    expect(findings).toEqual([]);
  });

  it("acknowledges only what cannot be narrower, each with its reason", () => {
    const all = [aws, local, enrolled].flatMap(({ acknowledgements }) => acknowledgements);

    expect([...new Set(all.map(({ id }) => plainId(id)))].sort()).toEqual([
      "@aws-cdk/aws-ec2:noSubnetRouteTableId",
      "AwsSolutions-IAM5[Resource::*]",
      "AwsSolutions-IAM5[Resource::archive/evidence/*]",
      "AwsSolutions-IAM5[Resource::archive/secrets/*]",
      "AwsSolutions-IAM5[Resource::archive/snapshots/*]",
      "AwsSolutions-IAM5[Resource::own registry:repository/*]",
      "AwsSolutions-IAM5[Resource::own schedules/rg-look-*]",
      "AwsSolutions-S1",
      "AwsSolutions-SQS3",
    ]);
    for (const { path, reason } of all) {
      expect(reason.length).toBeGreaterThan(30);
      expect(path).toMatch(/\/(Role|Queue|Vpc|Bucket)$/);
    }
  });

  describe("local", () => {
    it("leaves out access entries and alarms on metric math, and nothing else", () => {
      const missing = namesMissing(aws.pipeline, local.pipeline);

      expect(missing.filter((name) => !name.startsWith("AWS::EKS::AccessEntry"))).toEqual(
        mathAlarms(aws.pipeline).map((name) => `AWS::CloudWatch::Alarm ${name}`),
      );
      expect(missing.length).toBeGreaterThan(mathAlarms(aws.pipeline).length);
      expect(namesMissing(local.pipeline, aws.pipeline)).toEqual([]);
      expect(namesMissing(aws.state, local.state)).toEqual([]);
      expect(mathAlarms(local.pipeline)).toEqual([]);
    });

    it("has nothing that emulators refuse", () => {
      const types = Object.values(local.pipeline.toJSON().Resources as Record<string, Resource>).map(({ Type }) => Type);

      expect(types.filter((type) => REFUSED_BY_EMULATORS.includes(type))).toEqual([]);
    });

    it("switches the schedules off, hears the alarm clock too and lets logs go", () => {
      const rules = resourcesOf(local.pipeline, "AWS::Events::Rule");

      expect(rules.ObserverObserveReleasesSchedule?.Properties.State).toBe("DISABLED");
      expect(rules.ObserverReconcileAlarmsSchedule?.Properties.State).toBe("DISABLED");
      expect(rules.ApprovalsSweepDueSchedule?.Properties.State).toBe("DISABLED");
      expect(rules.AlarmTriggerRule?.Properties.EventPattern.source).toEqual(["aws.cloudwatch", "rollguard.alarm-clock"]);
      local.pipeline.hasResourceProperties("AWS::Lambda::Function", {
        Environment: { Variables: { EVENT_SOURCES: "aws.cloudwatch,rollguard.alarm-clock" } },
      });
      expect(
        Object.values(resourcesOf(local.pipeline, "AWS::Logs::LogGroup")).every(({ DeletionPolicy }) => DeletionPolicy === "Delete"),
      ).toBe(true);
    });

    it("publishes what the command, the demo and the tests look for", () => {
      for (const { pipeline } of [aws, local]) {
        expect(Object.keys(pipeline.toJSON().Outputs).sort()).toEqual([
          "DecideApprovalFunction",
          "DeliverNotificationsFunction",
          "JudgeReleaseFunction",
          "KeepConfigFunction",
          "LookScheduleGroup",
          "MachineArn",
          "ObserveReleasesFunction",
          "ParkingQueueUrl",
          "ReconcileAlarmsFunction",
          "ReleaseLockFunction",
          "StartRollbackFunction",
          "SweepDueFunction",
          "TableName",
          "TopicArn",
        ]);
      }
    });
  });
}

function namesMissing(from: Template, other: Template): string[] {
  const names = (template: Template) =>
    Object.entries(template.toJSON().Resources as Record<string, Resource>).map(([id, { Type }]) => `${Type} ${id}`);
  const present = new Set(names(other));
  return names(from).filter((name) => !present.has(name));
}

function mathAlarms(template: Template): string[] {
  const alarms = Object.entries(template.findResources("AWS::CloudWatch::Alarm") as Record<string, Resource>);
  return alarms.filter(([, { Properties }]) => Properties.Metrics !== undefined).map(([id]) => id);
}
