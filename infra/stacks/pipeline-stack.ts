import { CfnOutput, Fn, type RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IRole } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { Construct } from "constructs";
import { type Blueprint, digestsSecrets } from "../../functions/domain/blueprint.ts";
import { INCIDENT_INDEXES } from "../constructs/incident-table.ts";
import { Rollguard } from "../constructs/rollguard.ts";
import { importNetwork, type NetworkIds } from "../network.ts";
import { PARAMETERS } from "../parameters.ts";

export interface PipelineStackProps extends StackProps {
  readonly blueprints: readonly Blueprint[];
  readonly eventSources: readonly string[];
  /** See `RollguardProps.imageRepositories`. @default all of the account */
  readonly imageRepositories?: readonly string[];
  /** See `RollguardProps.emulated`. */
  readonly emulated: boolean;
  /** What happens to the logs when the stack goes. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /** See `RollguardProps.network`. @default Lambda's own network */
  readonly network?: NetworkIds;
}

/** The pipeline over the state stack's table and topic; it can go and come back without losing an incident. */
export class PipelineStack extends Stack {
  readonly rollguard: Rollguard;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const read = (name: keyof typeof PARAMETERS) => StringParameter.valueForStringParameter(this, PARAMETERS[name]);
    this.rollguard = new Rollguard(this, "Rollguard", {
      blueprints: props.blueprints,
      eventSources: props.eventSources,
      imageRepositories: props.imageRepositories,
      emulated: props.emulated,
      removalPolicy: props.removalPolicy,
      table: TableV2.fromTableAttributes(this, "Incidents", {
        tableName: read("tableName"),
        tableStreamArn: read("tableStreamArn"),
        globalIndexes: [...INCIDENT_INDEXES],
      }),
      archive: {
        bucket: Bucket.fromBucketName(this, "Archive", read("archiveBucket")),
        keyArn: read("archiveKeyArn"),
        macKeyArn: digestsSecrets(props.blueprints) ? read("macKeyArn") : null,
      },
      page: { topic: Topic.fromTopicArn(this, "Page", read("topicArn")), keyArn: read("topicKeyArn") },
      network: props.network && importNetwork(this, props.network),
    });
    this.publish();
  }

  private publish(): void {
    const { table, page, machine, trigger, observer, approvals, lockRelease, outbox, looks, tunedAlarms } = this.rollguard;
    const outputs = {
      TableName: table.tableName,
      MachineArn: machine.stateMachineArn,
      TopicArn: page.topic.topicArn,
      StartRollbackFunction: trigger.starter.fn.functionName,
      ReconcileAlarmsFunction: observer.reconcileAlarms.fn.functionName,
      ObserveReleasesFunction: observer.observeReleases.fn.functionName,
      KeepConfigFunction: observer.keepConfig.fn.functionName,
      DecideApprovalFunction: approvals.decideApproval.fn.functionName,
      SweepDueFunction: approvals.sweepDue.fn.functionName,
      ReleaseLockFunction: lockRelease.releaser.fn.functionName,
      DeliverNotificationsFunction: outbox.deliverer.fn.functionName,
      ParkingQueueUrl: outbox.parking.queue.queueUrl,
      ...(looks === null ? {} : { JudgeReleaseFunction: looks.judgeRelease.fn.functionName, LookScheduleGroup: looks.target.group }),
      ...(tunedAlarms === null ? {} : { TuneAlarmsFunction: tunedAlarms.tuneAlarms.fn.functionName }),
    };
    for (const [name, value] of Object.entries({ ...outputs, ...this.rolesToAdmit() })) new CfnOutput(this, name, { value });
    new StringParameter(this, "MachineArnParameter", { parameterName: PARAMETERS.machineArn, stringValue: outputs.MachineArn });
    new StringParameter(this, "ObserveFunctionParameter", {
      parameterName: PARAMETERS.observeFunction,
      stringValue: outputs.ObserveReleasesFunction,
    });
    new StringParameter(this, "DecideFunctionParameter", {
      parameterName: PARAMETERS.decideFunction,
      stringValue: outputs.DecideApprovalFunction,
    });
    new StringParameter(this, "StartFunctionParameter", {
      parameterName: PARAMETERS.startFunction,
      stringValue: outputs.StartRollbackFunction,
    });
  }

  /** For clusters where the stack makes no access entries: whom to admit with which group. */
  private rolesToAdmit(): Readonly<Record<string, string>> {
    const { access, elsewhere } = this.rollguard;
    if (elsewhere.length === 0) return {};
    const arns = (roles: Readonly<Record<string, IRole>>) => Object.values(roles).map(({ roleArn }) => roleArn);
    return {
      ReadRoles: Fn.join(",", arns(access.readers)),
      WriteRoles: Fn.join(",", arns(access.writers)),
      KeepRoles: Fn.join(",", arns(access.keepers)),
    };
  }
}
