import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricDataQuery,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Operator } from "../../functions/domain/blueprint.ts";
import type { AlarmBoard, PostedAlarm } from "./alarm-board.ts";
import { ALARM_CLOCK_SOURCE, ALARM_DETAIL_TYPE } from "./alarm-event.ts";
import { type AlarmQuery, alarmQueries } from "./alarm-queries.ts";

const NAMES_PER_CALL = 100;
const MAXIMUM_REASON_CHARACTERS = 1023;
const MAXIMUM_REASON_DATA_CHARACTERS = 4000;
const COMPARISONS = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
  "<=": "LessThanOrEqualToThreshold",
} as const satisfies Record<Operator, string>;

/** The alarms and the default event bus of the local target (AWS_ENDPOINT_URL). */
export function cloudWatchAlarmBoard(
  cloudWatch: Pick<CloudWatchClient, "send"> = new CloudWatchClient({}),
  eventBridge: Pick<EventBridgeClient, "send"> = new EventBridgeClient({}),
): AlarmBoard {
  return {
    async read(alarmNames) {
      const chunks = Array.from({ length: Math.ceil(alarmNames.length / NAMES_PER_CALL) }, (_, i) =>
        alarmNames.slice(i * NAMES_PER_CALL, (i + 1) * NAMES_PER_CALL),
      );
      const answers = await Promise.all(
        chunks.map((AlarmNames) => cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [...AlarmNames], MaxRecords: NAMES_PER_CALL }))),
      );
      const alarms = answers.flatMap((answer) => answer.MetricAlarms ?? []);
      return new Map(
        alarms.map((alarm): [string, PostedAlarm] => [
          alarm.AlarmName ?? "",
          {
            alarmArn: alarm.AlarmArn ?? "",
            state: alarm.StateValue ?? "INSUFFICIENT_DATA",
            reason: alarm.StateReason ?? "",
            reasonData: alarm.StateReasonData || null,
            since: alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp ?? new Date(0),
            selfEvaluating: Boolean(alarm.MetricName),
          },
        ]),
      );
    },

    async register(alarm) {
      const rule = alarm.trigger.rule;
      if (rule === null) throw new Error(`${alarm.alarmName} belongs to somebody else: the alarm clock must not make it`);
      await cloudWatch.send(
        new PutMetricAlarmCommand({
          AlarmName: alarm.alarmName,
          AlarmDescription: alarm.description,
          ComparisonOperator: COMPARISONS[rule.operator],
          Threshold: rule.threshold,
          EvaluationPeriods: alarm.trigger.evaluationPeriods,
          DatapointsToAlarm: alarm.trigger.datapointsToAlarm,
          TreatMissingData: alarm.trigger.missingData,
          // Legal on AWS also for a single metric, and the one form that no emulator evaluates.
          Metrics: alarmQueries(alarm).map(metricDataQuery),
        }),
      );
    },

    async setState(AlarmName, StateValue, StateReason, StateReasonData) {
      const reason = StateReason.slice(0, MAXIMUM_REASON_CHARACTERS);
      const reasonData = StateReasonData?.slice(0, MAXIMUM_REASON_DATA_CHARACTERS);
      await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: reason, StateReasonData: reasonData }));
    },

    async announce({ alarmArn, at, detail }) {
      const answer = await eventBridge.send(
        new PutEventsCommand({
          Entries: [
            { Source: ALARM_CLOCK_SOURCE, DetailType: ALARM_DETAIL_TYPE, Resources: [alarmArn], Time: at, Detail: JSON.stringify(detail) },
          ],
        }),
      );
      const failed = answer.Entries?.find((entry) => entry.ErrorCode);
      if (failed) throw new Error(`EventBridge refused the event of ${alarmArn}: ${failed.ErrorCode} ${failed.ErrorMessage ?? ""}`);
    },
  };
}

function metricDataQuery(query: AlarmQuery): MetricDataQuery {
  const { id: Id, returnData: ReturnData } = query;
  if ("expression" in query) return { Id, Expression: query.expression, Label: query.label, ReturnData };
  const { namespace: Namespace, name: MetricName, dimensions, stat: Stat } = query.metric;
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: query.periodSeconds, Stat }, ReturnData };
}
