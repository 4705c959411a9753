import { Duration, Stack } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { DeadLetterQueue } from "./dead-letter-queue.ts";

export interface PipelineAlarmsProps {
  readonly topic: ITopic;
  readonly machine: StateMachine;
  /** Entry functions by name. Steps are not listed: a step that fails makes its execution fail, which is alarmed. */
  readonly functions: Readonly<Record<string, IFunction>>;
  /** By name. */
  readonly queues: Readonly<Record<string, DeadLetterQueue>>;
  /** Reads the table's stream. */
  readonly streamReader: IFunction;
}

/** Stream records that wait longer than this are messages people miss. */
const LATE_STREAM_MINUTES = 5;

/** Alarms on the pipeline itself. Named `rgpipeline-…`: a name that starts with `rollguard-` would start a rollback. */
export class PipelineAlarms extends Construct {
  constructor(scope: Construct, id: string, props: PipelineAlarmsProps) {
    super(scope, id);
    const minute = { period: Duration.minutes(1) };
    const watch = (name: string, metric: IMetric, threshold: number, alarmDescription: string) =>
      new Alarm(this, name, {
        alarmName: `rgpipeline-${Stack.of(this).stackName}-${name}`,
        alarmDescription,
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(new SnsAction(props.topic));

    const { machine } = props;
    watch("ExecutionsFailed", machine.metricFailed(minute), 1, "A rollback ended without recovery: see the incident record");
    watch("ExecutionsTimedOut", machine.metricTimedOut(minute), 1, "A rollback ran into its time limit");
    for (const [name, { queue }] of Object.entries(props.queues)) {
      const visible = queue.metricApproximateNumberOfMessagesVisible({ ...minute, statistic: Stats.MAXIMUM });
      watch(
        `${name}NotEmpty`,
        visible,
        1,
        "Something was not delivered: docs/runbooks/a-rollback-failed.md says what to do for this queue",
      );
    }
    for (const [name, fn] of Object.entries(props.functions)) {
      watch(`${name}Errors`, fn.metricErrors(minute), 1, `The function ${name} failed: see its log`);
    }
    const age = props.streamReader.metric("IteratorAge", { ...minute, statistic: Stats.MAXIMUM });
    watch("StreamLate", age, Duration.minutes(LATE_STREAM_MINUTES).toMilliseconds(), "Messages to people are late");
  }
}
