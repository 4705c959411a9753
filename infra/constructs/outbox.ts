import { Duration } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { DeliverNotificationsEnvironmentSchema } from "../../functions/entry/deliver-notifications/environment.ts";
import { tableKey } from "../permissions.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { type PageTarget, publishPages } from "./page-topic.ts";
import { type FunctionDefaults, PipelineFunction } from "./pipeline-function.ts";

export interface OutboxProps extends FunctionDefaults {
  /** Must have a stream with new images. */
  readonly table: ITableV2;
  readonly page: PageTarget;
  /** Topics that blueprints name for their own messages, and for the people whom they call. */
  readonly notificationTopicArns: readonly string[];
}

/** Delivers timeline events to people from the table's stream: off the critical path, and not lost when a step dies. */
export class Outbox extends Construct {
  readonly deliverer: PipelineFunction<{ TOPIC_ARN: string; PARKING_QUEUE_URL: string }>;
  /** Records that the function itself set aside, since nobody can deliver them. */
  readonly parking: DeadLetterQueue;
  /** Batches that Lambda gave up on. */
  readonly failed: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: OutboxProps) {
    super(scope, id);
    const { tableStreamArn } = props.table;
    if (tableStreamArn === undefined)
      throw new Error("the outbox needs a table with a stream: set `dynamoStream`, or give `tableStreamArn`");
    this.parking = new DeadLetterQueue(this, "Parking", { purpose: "timeline events that cannot be delivered" });
    this.failed = new DeadLetterQueue(this, "Failed", { purpose: "stream batches that deliver-notifications failed on" });
    this.deliverer = new PipelineFunction(this, "DeliverNotifications", {
      folder: "entry/deliver-notifications",
      description: "Rollguard: sends timeline events to people",
      logRetention: props.logRetention,
      logRemovalPolicy: props.logRemovalPolicy,
      environmentSchema: DeliverNotificationsEnvironmentSchema,
      environment: { TOPIC_ARN: props.page.topic.topicArn, PARKING_QUEUE_URL: this.parking.queue.queueUrl },
      timeout: Duration.seconds(30),
      permissions: [
        ...publishPages(props.page, props.notificationTopicArns),
        new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [this.parking.queue.queueArn] }),
        new PolicyStatement({
          actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
          resources: [tableStreamArn],
        }),
        new PolicyStatement({ actions: ["dynamodb:ListStreams"], resources: ["*"] }),
        ...tableKey(props.table),
      ],
    });
    const { fn, role } = this.deliverer;
    const mapping = new EventSourceMapping(this, "Stream", {
      target: fn,
      eventSourceArn: tableStreamArn,
      // A first deployment has nothing to miss; a re-created mapping must not skip what happened in between.
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual("INSERT"),
          dynamodb: { Keys: { sk: { S: FilterRule.beginsWith("EV#") } } },
        }),
      ],
      batchSize: 10,
      bisectBatchOnError: true,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(6),
      onFailure: new SqsDlq(this.failed.queue),
    });
    // The role must be able to read the stream before Lambda checks that it can.
    mapping.node.addDependency(role);
  }
}
