import { randomUUID } from "node:crypto";
import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { CreateStateMachineCommand, DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, it } from "vitest";
import { cloudWatchMetricSource } from "../../../functions/adapters/aws/cloud-watch-metric-source.ts";
import { snsPager } from "../../../functions/adapters/aws/sns-pager.ts";
import { sqsParking } from "../../../functions/adapters/aws/sqs-parking.ts";
import { stepFunctionsStarter } from "../../../functions/adapters/aws/step-functions-starter.ts";
import { aRollbackInput } from "../builders/rollback-document.ts";
import { describeKmsAdapters } from "./kms-adapters.ts";

/** The other AWS adapters against an emulator: that what they send and read fits the wire. */
export function describeAwsAdapters(endpoint: () => string): void {
  const settings = () => ({
    endpoint: endpoint(),
    region: "us-east-1",
    credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
  });
  const unique = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

  describeKmsAdapters(endpoint);

  describe("CloudWatch adapter", () => {
    it("reads back what was published, aligned, with gaps", async () => {
      const client = new CloudWatchClient(settings());
      const Namespace = unique("Contract");
      const start = Math.floor(Date.now() / 10_000) * 10 - 60;
      const datum = (second: number, Value: number) => ({
        MetricName: "Requests",
        Timestamp: new Date((start + second) * 1000),
        Value,
        StorageResolution: 1,
      });
      await client.send(new PutMetricDataCommand({ Namespace, MetricData: [datum(3, 1), datum(7, 2), datum(25, 5)] }));
      const metric = { namespace: Namespace, name: "Requests", dimensions: {}, stat: "Sum" };

      const series = await cloudWatchMetricSource(client).series(
        [
          { metric, periodSeconds: 10 },
          { metric: { ...metric, stat: "Average" }, periodSeconds: 10 },
          { metric: { ...metric, name: "Absent" }, periodSeconds: 10 },
        ],
        new Date((start + 2) * 1000),
        new Date((start + 31) * 1000),
      );

      expect(series).toEqual([
        { startEpochSeconds: start, periodSeconds: 10, values: [3, null, 5, null] },
        { startEpochSeconds: start, periodSeconds: 10, values: [1.5, null, 5, null] },
        { startEpochSeconds: start, periodSeconds: 10, values: [null, null, null, null] },
      ]);
    });

    it("reads alarms by name and by prefix and state", async () => {
      const client = new CloudWatchClient(settings());
      const prefix = unique("rollguard-contract");
      const names = ["a", "b"].map((name) => `${prefix}-${name}`);
      for (const AlarmName of names) {
        await client.send(
          new PutMetricAlarmCommand({
            AlarmName,
            Namespace: "Contract",
            MetricName: "Requests",
            Statistic: "Sum",
            Period: 60,
            EvaluationPeriods: 1,
            Threshold: 5,
            ComparisonOperator: "GreaterThanThreshold",
          }),
        );
      }
      const before = Date.now() - 2_000;
      const reasonData = JSON.stringify({ threshold: 5, evaluatedDatapoints: [{ timestamp: "2026-11-20T03:12:20.000+0000", value: 9 }] });
      await client.send(
        new SetAlarmStateCommand({ AlarmName: names[0], StateValue: "ALARM", StateReason: "set", StateReasonData: reasonData }),
      );
      const metrics = cloudWatchMetricSource(client);

      const readings = await metrics.alarms([...names, `${prefix}-absent`]);
      const inAlarm = await metrics.alarmsInAlarm(prefix);

      expect(readings.map(({ alarmName }) => alarmName).sort()).toEqual(names);
      expect(inAlarm).toMatchObject([
        { alarmName: names[0], state: "ALARM", reason: "set", alarmArn: expect.stringMatching(/^arn:aws:cloudwatch:/) },
      ]);
      expect(Date.parse(inAlarm[0]?.since ?? "")).toBeGreaterThan(before);
    });
  });

  describe("Step Functions adapter", () => {
    it("starts one execution of a name, however many ask", async () => {
      const client = new SFNClient(settings());
      const definition = JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Pass", End: true } } });
      const roleArn = "arn:aws:iam::000000000000:role/contract";
      const created = await client.send(new CreateStateMachineCommand({ name: unique("contract"), definition, roleArn }));
      const stateMachineArn = created.stateMachineArn ?? "";
      const starter = stepFunctionsStarter(stateMachineArn, client);
      const input = aRollbackInput();

      const outcomes = await Promise.all(Array.from({ length: 10 }, () => starter.start(input)));
      const otherInput = await starter.start({ ...input, trigger: { ...input.trigger, source: "reconciler" } });

      const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
      const described = await client.send(new DescribeExecutionCommand({ executionArn: executions[0]?.executionArn }));
      // While it runs, AWS answers an equal start like the first one; emulators differ there.
      expect(outcomes).toContain("started");
      expect(otherInput).toBe("already-started");
      expect(executions.map(({ name }) => name)).toEqual([input.execution.name]);
      expect(JSON.parse(described.input ?? "")).toEqual(input);
    });
  });

  describe("SNS and SQS adapters", () => {
    let queueUrl = "";
    let topicArn = "";

    beforeAll(async () => {
      const sqs = new SQSClient(settings());
      queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: unique("contract") }))).QueueUrl ?? "";
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] }));
      const sns = new SNSClient(settings());
      topicArn = (await sns.send(new CreateTopicCommand({ Name: unique("contract") }))).TopicArn ?? "";
      await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "sqs", Endpoint: Attributes?.QueueArn }));
    });
    const received = async () => {
      const client = new SQSClient(settings());
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 5, VisibilityTimeout: 300 }),
      );
      return Messages.map(({ Body }) => JSON.parse(Body ?? ""));
    };

    it("deliver a message with subject and attributes", async () => {
      await snsPager(topicArn, new SNSClient(settings())).publish({
        topicArn: null,
        subject: "Rollguard checkout: recovered",
        text: "checkout recovered",
        attributes: { eventId: "2026-11-20T03:13:24.900Z#RecordIncident#closed" },
      });

      expect(await received()).toMatchObject([
        {
          Subject: "Rollguard checkout: recovered",
          Message: "checkout recovered",
          MessageAttributes: { eventId: { Type: "String", Value: "2026-11-20T03:13:24.900Z#RecordIncident#closed" } },
        },
      ]);
    });

    it("park a record", async () => {
      await sqsParking(queueUrl, new SQSClient(settings())).park({ odd: true }, "not a stream record");

      expect(await received()).toEqual([{ reason: "not a stream record", record: { odd: true } }]);
    });
  });
}
