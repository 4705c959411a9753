import { createHash } from "node:crypto";
import { ArnFormat, CustomResource, Duration, Stack } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type * as z from "zod/mini";
import { ALARM_PREFIX } from "../../functions/domain/blueprint.ts";
import type { TunableAlarm } from "../../functions/domain/tuning/plan-tuning.ts";
import { TuneAlarmsEnvironmentSchema } from "../../functions/entry/tune-alarms/environment.ts";
import { acknowledgeOwnAlarms } from "../acknowledge.ts";
import { readMetrics, tableAccess } from "../permissions.ts";
import { type FunctionDefaults, PipelineFunction } from "./pipeline-function.ts";
import { schedule } from "./schedule.ts";

export interface TunedAlarmsProps extends FunctionDefaults {
  /** At least one: without any, nothing of this is made. */
  readonly alarms: readonly TunableAlarm[];
  readonly table: ITableV2;
  readonly blueprintFiles: Readonly<Record<string, string>>;
  /** False keeps the thresholds of alarms on metric math and puts no such alarm, for emulators that drop its queries. @default true */
  readonly metricMath?: boolean;
  /** False leaves the function to the stack and to whoever invokes it. @default true */
  readonly scheduled?: boolean;
  /**
   * False leaves the custom resource out, for a CloudFormation that runs none: the schedule makes the alarms just the same, but nobody removes them with the
   * stack. @default true
   */
  readonly ownedByStack?: boolean;
}

/** Longer than the function may take, with its start. */
const ANSWER_MINUTES = 5;

/**
 * The alarms whose thresholds rest on baselines. CloudFormation knows them by name only: it asks the function to make and to remove them, and a schedule tunes
 * them anew and puts back what somebody edited.
 */
export class TunedAlarms extends Construct {
  readonly tuneAlarms: PipelineFunction<z.infer<typeof TuneAlarmsEnvironmentSchema>>;

  constructor(scope: Construct, id: string, props: TunedAlarmsProps) {
    super(scope, id);
    const { table, blueprintFiles, logRetention, logRemovalPolicy } = props;
    const ownAlarms = Stack.of(this).formatArn({
      service: "cloudwatch",
      resource: "alarm",
      resourceName: `${ALARM_PREFIX}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.tuneAlarms = new PipelineFunction(this, "TuneAlarms", {
      ...{ logRetention, logRemovalPolicy },
      folder: "entry/tune-alarms",
      extraFiles: blueprintFiles,
      description: "Rollguard: makes, tunes and restores the alarms whose thresholds rest on baselines",
      environmentSchema: TuneAlarmsEnvironmentSchema,
      environment: { TABLE_NAME: table.tableName, METRIC_MATH: props.metricMath === false ? "left-out" : "put" },
      timeout: Duration.minutes(2),
      permissions: [
        ...tableAccess(table, ["Query", "PutItem", "UpdateItem", "DeleteItem"]),
        readMetrics(["DescribeAlarms", "GetMetricData"]),
        new PolicyStatement({ actions: ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"], resources: [ownAlarms] }),
      ],
    });
    acknowledgeOwnAlarms(this.tuneAlarms.role, ownAlarms);
    schedule(this, this.tuneAlarms, Duration.minutes(2), props.scheduled ?? true);
    if (props.ownedByStack ?? true) this.ownAlarms(props.alarms);
  }

  private ownAlarms(alarms: readonly TunableAlarm[]): void {
    const owned = new CustomResource(this, "Owned", {
      serviceToken: this.tuneAlarms.fn.functionArn,
      resourceType: "Custom::RollguardTunedAlarms",
      serviceTimeout: Duration.minutes(ANSWER_MINUTES),
      properties: { Alarms: alarms.map(describeOwned) },
    });
    // The role's policy too: when the resource is made, and still when it goes.
    owned.node.addDependency(this.tuneAlarms);
    // Made after the resource and gone before it, so that no pass makes an alarm again which the stack has just removed.
    this.node.findChild("TuneAlarmsSchedule").node.addDependency(owned);
  }
}

/** `Spec` changes with the alarm, so that a changed blueprint is applied with the deployment. */
function describeOwned({ service, trigger, signal, watch, alarmName, description }: TunableAlarm) {
  const spec = createHash("sha256").update(JSON.stringify({ trigger, signal, watch, description })).digest("hex");
  return { Service: service, Trigger: trigger.name, AlarmName: alarmName, Spec: spec.slice(0, 12) };
}
