import { ArnFormat, Duration, Names, Stack } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type * as z from "zod/mini";
import { JudgeReleaseEnvironmentSchema } from "../../functions/entry/judge-release/environment.ts";
import { acknowledgeLookSchedules } from "../acknowledge.ts";
import { incidentsAccess, readMetrics, startExecution, tableAccess } from "../permissions.ts";
import { type FunctionDefaults, PipelineFunction } from "./pipeline-function.ts";

export interface LooksProps extends FunctionDefaults {
  readonly machine: IStateMachine;
  readonly table: ITableV2;
  readonly blueprintFiles: Readonly<Record<string, string>>;
}

/** What whoever makes schedules needs to know, and what it must be allowed. */
export interface LookTarget {
  readonly group: string;
  readonly functionArn: string;
  readonly roleArn: string;
  /** Every schedule of the group that is one of ours. */
  readonly schedulesArn: string;
}

/** A schedule group takes 64 characters. */
const LONGEST_NAME = 64;
/** A look that waits longer is met by the next one. */
const MOST_MINUTES_LATE = 15;

/**
 * Looks at new releases: the function that judges one, and the group of the one-shot schedules that invoke it. The schedules are made by `observe-releases`, one for
 * each look; each is gone once it has fired, and all with the group when the stack goes.
 */
export class Looks extends Construct {
  readonly judgeRelease: PipelineFunction<z.infer<typeof JudgeReleaseEnvironmentSchema>>;
  readonly target: LookTarget;

  constructor(scope: Construct, id: string, props: LooksProps) {
    super(scope, id);
    const { machine, table, blueprintFiles, logRetention, logRemovalPolicy } = props;
    this.judgeRelease = new PipelineFunction(this, "JudgeRelease", {
      ...{ logRetention, logRemovalPolicy },
      folder: "entry/judge-release",
      extraFiles: blueprintFiles,
      description: "Rollguard: judges a new release by its signals and their own history",
      environmentSchema: JudgeReleaseEnvironmentSchema,
      environment: { TABLE_NAME: table.tableName, MACHINE_ARN: machine.stateMachineArn },
      timeout: Duration.minutes(2),
      permissions: [
        ...tableAccess(table, ["GetItem", "Query", "PutItem"]),
        incidentsAccess(table),
        readMetrics(["GetMetricData"]),
        startExecution(machine),
      ],
    });
    const { fn } = this.judgeRelease;
    // Twice is once: a look is kept before it acts, and acts under one name.
    fn.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: Duration.minutes(MOST_MINUTES_LATE) });
    const stack = Stack.of(this);
    const group = new CfnScheduleGroup(this, "Schedules", {
      name: Names.uniqueResourceName(this, { maxLength: LONGEST_NAME, separator: "-" }),
    });
    const role = new Role(this, "SchedulerRole", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", { conditions: { StringEquals: { "aws:SourceAccount": stack.account } } }),
      description: "Rollguard looks: EventBridge Scheduler invokes judge-release",
    });
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [fn.functionArn] }));
    const schedulesArn = stack.formatArn({
      service: "scheduler",
      resource: "schedule",
      resourceName: `${group.ref}/rg-look-*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    this.target = { group: group.ref, functionArn: fn.functionArn, roleArn: role.roleArn, schedulesArn };
  }
}

/** What makes the schedules may do: schedules of our group and names, and hand the one role to the scheduler and to nothing else. */
export function lookSchedules(target: LookTarget | null): PolicyStatement[] {
  if (target === null) return [];
  return [
    new PolicyStatement({ actions: ["scheduler:CreateSchedule"], resources: [target.schedulesArn] }),
    new PolicyStatement({
      actions: ["iam:PassRole"],
      resources: [target.roleArn],
      conditions: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
    }),
  ];
}

/** Accepted on the role of whoever makes the schedules. */
export function acknowledgeLooks(role: Role, target: LookTarget | null): void {
  if (target !== null) acknowledgeLookSchedules(role, target.schedulesArn);
}
