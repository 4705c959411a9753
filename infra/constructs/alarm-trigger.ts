import { ArnFormat, Duration, Stack } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Match, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { ALARM_PREFIX } from "../../functions/domain/blueprint.ts";
import { StartRollbackEnvironmentSchema } from "../../functions/entry/start-rollback/environment.ts";
import { startExecution, tableAccess } from "../permissions.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { type FunctionDefaults, PipelineFunction } from "./pipeline-function.ts";

/** A request older than this is not delivered any more: rolling back a day later would hit a service that moved on. */
export const MAX_EVENT_AGE = Duration.minutes(15);

export interface AlarmTriggerProps extends FunctionDefaults {
  readonly machine: IStateMachine;
  /** What triggers that may not act would have done goes there; whether a service was changed lately comes from there. */
  readonly table: ITableV2;
  /** EventBridge sources that may start a rollback. */
  readonly eventSources: readonly string[];
  /** Alarms that blueprints listen to although Rollguard did not make them. */
  readonly existingAlarmNames: readonly string[];
  readonly blueprintFiles: Readonly<Record<string, string>>;
}

/** From an alarm to an execution: rule -> `start-rollback` -> StartExecution with a deterministic name. Alarms may also invoke the function directly. */
export class AlarmTrigger extends Construct {
  readonly starter: PipelineFunction<{ TABLE_NAME: string; MACHINE_ARN: string; EVENT_SOURCES: string }>;
  /** Events that EventBridge could not hand to Lambda. */
  readonly undelivered: DeadLetterQueue;
  /** Events that the function took and could not work off. */
  readonly failed: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: AlarmTriggerProps) {
    super(scope, id);
    this.undelivered = new DeadLetterQueue(this, "Undelivered", { purpose: "alarm events that EventBridge could not deliver" });
    this.failed = new DeadLetterQueue(this, "Failed", { purpose: "alarm events that start-rollback failed on" });
    this.starter = new PipelineFunction(this, "StartRollback", {
      ...props,
      folder: "entry/start-rollback",
      description: "Rollguard: starts the machine for an alarm or a manual request",
      environmentSchema: StartRollbackEnvironmentSchema,
      environment: {
        TABLE_NAME: props.table.tableName,
        MACHINE_ARN: props.machine.stateMachineArn,
        EVENT_SOURCES: props.eventSources.join(","),
      },
      timeout: Duration.seconds(20),
      permissions: [startExecution(props.machine), ...tableAccess(props.table, ["Query", "PutItem"])],
      extraFiles: props.blueprintFiles,
    });
    const { fn } = this.starter;
    // The rule's retries end when Lambda has accepted the event; from there on these count.
    fn.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: MAX_EVENT_AGE, onFailure: new SqsDestination(this.failed.queue) });
    new Rule(this, "Rule", {
      description: "Rollguard: alarms that went into ALARM",
      eventPattern: {
        source: [...props.eventSources],
        detailType: ["CloudWatch Alarm State Change"],
        detail: {
          state: { value: ["ALARM"] },
          previousState: { value: Match.anythingBut("ALARM") },
          alarmName: [{ prefix: ALARM_PREFIX }, ...props.existingAlarmNames],
        },
      },
      targets: [new LambdaFunction(fn, { deadLetterQueue: this.undelivered.queue, maxEventAge: MAX_EVENT_AGE, retryAttempts: 20 })],
    });
    // A name with a wildcard would let other alarms in too; EventBridge, which takes names literally, still hears of it.
    const direct = props.existingAlarmNames.filter((alarmName) => !/[*?]/.test(alarmName));
    [`${ALARM_PREFIX}*`, ...direct].forEach((alarmName, index) => {
      fn.addPermission(`AlarmAction${index}`, {
        principal: new ServicePrincipal("lambda.alarms.cloudwatch.amazonaws.com"),
        sourceAccount: Stack.of(this).account,
        sourceArn: Stack.of(this).formatArn({
          service: "cloudwatch",
          resource: "alarm",
          resourceName: alarmName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      });
    });
  }
}
