import { Duration } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type * as z from "zod/mini";
import { DecideApprovalEnvironmentSchema } from "../../functions/entry/decide-approval/environment.ts";
import { SweepDueEnvironmentSchema } from "../../functions/entry/sweep-due/environment.ts";
import { dueAccess, tableAccess } from "../permissions.ts";
import { type FunctionDefaults, PipelineFunction } from "./pipeline-function.ts";
import { schedule } from "./schedule.ts";
import { type Archive, templateAccess } from "./snapshot-bucket.ts";

export interface ApprovalsProps extends FunctionDefaults {
  readonly machine: IStateMachine;
  readonly table: ITableV2;
  /** Its key seals the tokens of what waits. */
  readonly archive: Archive;
  /** False leaves `sweep-due` to be invoked by hand. @default true */
  readonly scheduled?: boolean;
}

/**
 * Who may answer a run that waits: `decide-approval` in the name of a person who may invoke it, and `sweep-due` when nobody has until the deadline. No other
 * function can open a token or send one.
 */
export class Approvals extends Construct {
  readonly decideApproval: PipelineFunction<z.infer<typeof DecideApprovalEnvironmentSchema>>;
  readonly sweepDue: PipelineFunction<z.infer<typeof SweepDueEnvironmentSchema>>;

  constructor(scope: Construct, id: string, props: ApprovalsProps) {
    super(scope, id);
    const { machine, table, archive, logRetention, logRemovalPolicy } = props;
    const environment = { TABLE_NAME: table.tableName, TEMPLATE_KEY_ARN: archive.keyArn };
    const answers = [
      ...tableAccess(table, ["ConditionCheckItem", "PutItem", "Query", "UpdateItem"]),
      ...templateAccess(archive, "open"),
      new PolicyStatement({ actions: ["states:SendTaskSuccess"], resources: [machine.stateMachineArn] }),
    ];
    this.decideApproval = new PipelineFunction(this, "DecideApproval", {
      folder: "entry/decide-approval",
      description: "Rollguard: a person's answer to a run that waits for it",
      environmentSchema: DecideApprovalEnvironmentSchema,
      environment,
      timeout: Duration.seconds(30),
      permissions: answers,
      logRetention,
      logRemovalPolicy,
    });
    this.sweepDue = new PipelineFunction(this, "SweepDue", {
      folder: "entry/sweep-due",
      description: "Rollguard: does what is due at a time: approvals that nobody gave, people who are to be called",
      environmentSchema: SweepDueEnvironmentSchema,
      environment,
      timeout: Duration.seconds(55),
      permissions: [...answers, dueAccess(table)],
      logRetention,
      logRemovalPolicy,
    });
    schedule(this, this.sweepDue, Duration.minutes(2), props.scheduled ?? true);
  }
}
