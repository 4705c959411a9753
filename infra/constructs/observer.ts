import { Duration } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type * as z from "zod/mini";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { KeepConfigEnvironmentSchema } from "../../functions/entry/keep-config/environment.ts";
import { ObserveReleasesEnvironmentSchema } from "../../functions/entry/observe-releases/environment.ts";
import { ReconcileAlarmsEnvironmentSchema } from "../../functions/entry/reconcile-alarms/environment.ts";
import { clusterAccess, readMetrics, startExecution, tableAccess } from "../permissions.ts";
import { acknowledgeLooks, type LookTarget, lookSchedules } from "./looks.ts";
import { type FunctionDefaults, type FunctionNetwork, PipelineFunction } from "./pipeline-function.ts";
import { schedule } from "./schedule.ts";
import { type Archive, archiveAccess, sealedSecretAccess, secretDigests } from "./snapshot-bucket.ts";

export interface ObserverProps extends FunctionDefaults {
  readonly machine: IStateMachine;
  readonly table: ITableV2;
  readonly archive: Archive;
  readonly blueprints: readonly Blueprint[];
  readonly blueprintFiles: Readonly<Record<string, string>>;
  /** Where the schedules of looks at new releases are made. @default null: releases are not looked at */
  readonly looks?: LookTarget | null;
  /** For `observe-releases`, which calls Kubernetes. @default Lambda's own network */
  readonly network?: FunctionNetwork;
  /** False leaves both functions to be invoked by hand. @default true */
  readonly scheduled?: boolean;
}

/**
 * What looks by itself: releases every minute (the ledger rests on it), alarms every two minutes (a missed transition never repeats); and the one
 * function that may create something in a cluster, copies of configuration, with a role of its own.
 */
export class Observer extends Construct {
  readonly observeReleases: PipelineFunction<z.infer<typeof ObserveReleasesEnvironmentSchema>>;
  readonly keepConfig: PipelineFunction<z.infer<typeof KeepConfigEnvironmentSchema>>;
  readonly reconcileAlarms: PipelineFunction<{ TABLE_NAME: string; MACHINE_ARN: string }>;

  constructor(scope: Construct, id: string, props: ObserverProps) {
    super(scope, id);
    const { machine, table, archive, network, blueprints, blueprintFiles, logRetention, logRemovalPolicy, looks = null } = props;
    const common = { extraFiles: blueprintFiles, logRetention, logRemovalPolicy };
    const MAC_KEY_ARN = archive.macKeyArn ?? "";
    this.keepConfig = new PipelineFunction(this, "KeepConfig", {
      ...common,
      folder: "entry/keep-config",
      description: "Rollguard: keeps copies of a release's configuration",
      environmentSchema: KeepConfigEnvironmentSchema,
      environment: { MAC_KEY_ARN, ARCHIVE_BUCKET: archive.bucket.bucketName, TEMPLATE_KEY_ARN: archive.keyArn },
      timeout: Duration.seconds(30),
      permissions: [...clusterAccess(this, blueprints), ...secretDigests(archive), ...sealedSecretAccess(archive, blueprints, "keeps")],
      network,
    });
    this.keepConfig.fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(5) });
    this.observeReleases = new PipelineFunction(this, "ObserveReleases", {
      ...common,
      folder: "entry/observe-releases",
      description: "Rollguard: writes down which release runs with how many replicas, and how well",
      environmentSchema: ObserveReleasesEnvironmentSchema,
      environment: {
        TABLE_NAME: table.tableName,
        MACHINE_ARN: machine.stateMachineArn,
        ARCHIVE_BUCKET: archive.bucket.bucketName,
        TEMPLATE_KEY_ARN: archive.keyArn,
        MAC_KEY_ARN,
        KEEP_FUNCTION: this.keepConfig.fn.functionName,
        LOOK_GROUP: looks?.group ?? "",
        LOOK_FUNCTION_ARN: looks?.functionArn ?? "",
        LOOK_ROLE_ARN: looks?.roleArn ?? "",
      },
      timeout: Duration.seconds(55),
      permissions: [
        ...tableAccess(table, ["GetItem", "Query", "PutItem", "DeleteItem"]),
        readMetrics(["DescribeAlarms", "GetMetricData"]),
        ...clusterAccess(this, blueprints),
        startExecution(machine),
        ...archiveAccess(archive, "snapshots", false, true),
        // Also when no blueprint asks for sealed Secrets any more: what is there goes with its releases.
        new PolicyStatement({ actions: ["s3:DeleteObject"], resources: [archive.bucket.arnForObjects("secrets/*")] }),
        ...secretDigests(archive),
        new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [this.keepConfig.fn.functionArn] }),
        ...lookSchedules(looks),
      ],
      network,
    });
    acknowledgeLooks(this.observeReleases.role, looks);
    this.reconcileAlarms = new PipelineFunction(this, "ReconcileAlarms", {
      ...common,
      folder: "entry/reconcile-alarms",
      description: "Rollguard: starts what alarms in ALARM should have started",
      environmentSchema: ReconcileAlarmsEnvironmentSchema,
      environment: { TABLE_NAME: table.tableName, MACHINE_ARN: machine.stateMachineArn },
      timeout: Duration.seconds(30),
      permissions: [
        readMetrics(["DescribeAlarms", "GetMetricData", "ListAlarmMuteRules"]),
        startExecution(machine),
        ...tableAccess(table, ["GetItem", "Query", "PutItem"]),
      ],
    });
    const enabled = props.scheduled ?? true;
    schedule(this, this.observeReleases, Duration.minutes(1), enabled);
    schedule(this, this.reconcileAlarms, Duration.minutes(2), enabled);
  }
}
