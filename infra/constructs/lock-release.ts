import { Duration } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { ReleaseLockEnvironmentSchema } from "../../functions/entry/release-lock/environment.ts";
import { tableAccess } from "../permissions.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { type PageTarget, publishPages } from "./page-topic.ts";
import { type FunctionDefaults, PipelineFunction } from "./pipeline-function.ts";

export interface LockReleaseProps extends FunctionDefaults {
  readonly machine: IStateMachine;
  readonly table: ITableV2;
  readonly page: PageTarget;
  /** Topics that blueprints name for their own messages. */
  readonly notificationTopicArns: readonly string[];
  /** `blueprints.json`: whom a service calls when its run is killed. */
  readonly blueprintFiles: Readonly<Record<string, string>>;
}

/** Safety net: StopExecution and the execution timeout skip every Catch, so the end of an execution frees its lock from outside. */
export class LockRelease extends Construct {
  readonly releaser: PipelineFunction<{ TABLE_NAME: string; TOPIC_ARN: string }>;
  readonly failed: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: LockReleaseProps) {
    super(scope, id);
    this.failed = new DeadLetterQueue(this, "Failed", { purpose: "ends of executions whose lock could not be freed" });
    this.releaser = new PipelineFunction(this, "ReleaseLock", {
      ...props,
      folder: "entry/release-lock",
      extraFiles: props.blueprintFiles,
      description: "Rollguard: frees the lock of an execution that was stopped, timed out or failed",
      environmentSchema: ReleaseLockEnvironmentSchema,
      environment: { TABLE_NAME: props.table.tableName, TOPIC_ARN: props.page.topic.topicArn },
      timeout: Duration.seconds(20),
      permissions: [
        ...tableAccess(props.table, ["GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"]),
        ...publishPages(props.page, props.notificationTopicArns),
      ],
    });
    const { fn } = this.releaser;
    fn.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: Duration.hours(1), onFailure: new SqsDestination(this.failed.queue) });
    new Rule(this, "Rule", {
      description: "Rollguard: executions that ended without reaching RecordIncident's end",
      eventPattern: {
        source: ["aws.states"],
        detailType: ["Step Functions Execution Status Change"],
        detail: { status: ["ABORTED", "TIMED_OUT", "FAILED"], stateMachineArn: [props.machine.stateMachineArn] },
      },
      targets: [new LambdaFunction(fn, { deadLetterQueue: this.failed.queue, maxEventAge: Duration.hours(1), retryAttempts: 20 })],
    });
  }
}
