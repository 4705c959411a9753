import { Match } from "aws-cdk-lib/assertions";
import { expect, it } from "vitest";
import { resourceName, resourcesOf } from "../read-template.ts";
import type { Synthesised } from "../synthesise.ts";

export function eventSuite(aws: Synthesised, enrolled: Synthesised): void {
  const rules = resourcesOf(aws.pipeline, "AWS::Events::Rule");
  const invokes = Object.fromEntries(
    Object.values(resourcesOf(aws.pipeline, "AWS::Lambda::EventInvokeConfig")).map(({ Properties }) => [
      resourceName(Properties.FunctionName),
      Properties,
    ]),
  );

  it("starts a rollback for alarms that go into ALARM, if they are ours or listened to, from AWS alone", () => {
    const pattern = {
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      detail: {
        state: { value: ["ALARM"] },
        previousState: { value: [{ "anything-but": ["ALARM"] }] },
        alarmName: [{ prefix: "rollguard-" }],
      },
    };

    expect(rules.AlarmTriggerRule?.Properties.EventPattern).toEqual(pattern);
    expect(resourcesOf(enrolled.pipeline, "AWS::Events::Rule").AlarmTriggerRule?.Properties.EventPattern.detail.alarmName).toEqual([
      { prefix: "rollguard-" },
      "postings-stuck",
    ]);
  });

  it("tries to deliver an alarm for 15 minutes and 20 times, then keeps it", () => {
    const [target, ...others] = rules.AlarmTriggerRule?.Properties.Targets ?? [];

    expect(others).toEqual([]);
    expect(resourceName(target.Arn)).toBe("AlarmTriggerStartRollbackFunction");
    expect(resourceName(target.DeadLetterConfig.Arn)).toBe("AlarmTriggerUndeliveredQueue");
    expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 900, MaximumRetryAttempts: 20 });
  });

  it("repeats a failed start twice within 15 minutes, then keeps the event", () => {
    const config = invokes.AlarmTriggerStartRollbackFunction;

    expect(config).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 900 });
    expect(resourceName(config.DestinationConfig.OnFailure.Destination)).toBe("AlarmTriggerFailedQueue");
  });

  it("lets alarms of this account invoke the starter directly, ours by prefix and foreign ones by name", () => {
    const permissions = Object.values(resourcesOf(enrolled.pipeline, "AWS::Lambda::Permission")).filter(
      ({ Properties }) => Properties.Principal === "lambda.alarms.cloudwatch.amazonaws.com",
    );

    expect(permissions.map(({ Properties }) => resourceName(Properties.SourceArn)).sort()).toEqual([
      "cloudwatch alarm:postings-stuck",
      "cloudwatch alarm:rollguard-*",
    ]);
    expect(permissions.map(({ Properties }) => Properties.SourceAccount)).toEqual([{ Ref: "AWS::AccountId" }, { Ref: "AWS::AccountId" }]);
  });

  it("lets every other caller in only with the ARN it comes from", () => {
    aws.pipeline.allResourcesProperties("AWS::Lambda::Permission", { Action: "lambda:InvokeFunction", SourceArn: Match.anyValue() });
  });

  it("frees the lock when an execution of our machine was stopped, timed out or failed", () => {
    const { EventPattern, Targets } = rules.LockReleaseRule?.Properties ?? {};
    const { stateMachineArn, ...detail } = EventPattern.detail;

    expect(EventPattern).toMatchObject({ source: ["aws.states"], "detail-type": ["Step Functions Execution Status Change"] });
    expect(detail).toEqual({ status: ["ABORTED", "TIMED_OUT", "FAILED"] });
    expect(stateMachineArn.map(resourceName)).toEqual(["RollbackMachine"]);
    expect(resourceName(Targets[0].DeadLetterConfig.Arn)).toBe("LockReleaseFailedQueue");
    expect(resourceName(invokes.LockReleaseReleaseLockFunction.DestinationConfig.OnFailure.Destination)).toBe("LockReleaseFailedQueue");
  });

  it("observes releases every minute, reconciles alarms and sweeps what is due every two, without repeating a failed look", () => {
    const schedules = Object.entries(rules).flatMap(([name, { Properties }]) =>
      Properties.ScheduleExpression ? [[name, Properties.ScheduleExpression, Properties.State]] : [],
    );

    expect(schedules.sort()).toEqual([
      ["ApprovalsSweepDueSchedule", "rate(2 minutes)", "ENABLED"],
      ["ObserverObserveReleasesSchedule", "rate(1 minute)", "ENABLED"],
      ["ObserverReconcileAlarmsSchedule", "rate(2 minutes)", "ENABLED"],
    ]);
    expect(invokes.ObserverObserveReleasesFunction).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(invokes.ApprovalsSweepDueFunction).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 120 });
    expect(invokes.ObserverReconcileAlarmsFunction).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 120 });
  });

  it("delivers new timeline events from the table's stream, halves a failing batch and keeps what it gave up on", () => {
    const [mapping] = Object.values(resourcesOf(aws.pipeline, "AWS::Lambda::EventSourceMapping"));
    const { FilterCriteria, DestinationConfig, EventSourceArn, FunctionName, ...rest } = mapping?.Properties ?? {};

    expect(rest).toEqual({
      BatchSize: 10,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 21_600,
      StartingPosition: "TRIM_HORIZON",
    });
    expect(FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { eventName: ["INSERT"], dynamodb: { Keys: { sk: { S: [{ prefix: "EV#" }] } } } },
    ]);
    expect([EventSourceArn, FunctionName, DestinationConfig.OnFailure.Destination].map(resourceName)).toEqual([
      "parameter tablestreamarn",
      "OutboxDeliverNotificationsFunction",
      "OutboxFailedQueue",
    ]);
  });

  it("keeps undelivered messages for 14 days in encrypted queues that refuse plain HTTP", () => {
    const queues = resourcesOf(aws.pipeline, "AWS::SQS::Queue");

    expect(Object.keys(queues).sort()).toEqual([
      "AlarmTriggerFailedQueue",
      "AlarmTriggerUndeliveredQueue",
      "LockReleaseFailedQueue",
      "OutboxFailedQueue",
      "OutboxParkingQueue",
    ]);
    aws.pipeline.allResourcesProperties("AWS::SQS::Queue", { SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 });
    aws.pipeline.allResourcesProperties("AWS::SQS::QueuePolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } })]),
      },
    });
  });
}
