import {
  CloudWatchClient,
  type CompositeAlarm,
  DescribeAlarmsCommand,
  type MetricAlarm,
  type MetricDataQuery,
  PutCompositeAlarmCommand,
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
const NEW_STATE = { state: "INSUFFICIENT_DATA", reason: "Unchecked: Initial alarm creation", reasonData: null } as const;
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
  /** The last states that were not of the emulator's own making. */
  const trusted = new Map<string, Pick<PostedAlarm, "state" | "reason" | "reasonData">>();
  const setState = async (AlarmName: string, { state, reason, reasonData }: Pick<PostedAlarm, "state" | "reason" | "reasonData">) => {
    const StateReason = reason.slice(0, MAXIMUM_REASON_CHARACTERS);
    const StateReasonData = reasonData?.slice(0, MAXIMUM_REASON_DATA_CHARACTERS);
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: state, StateReason, StateReasonData }));
  };
  return {
    async read(alarmNames) {
      const chunks = Array.from({ length: Math.ceil(alarmNames.length / NAMES_PER_CALL) }, (_, i) =>
        alarmNames.slice(i * NAMES_PER_CALL, (i + 1) * NAMES_PER_CALL),
      );
      const answers = await Promise.all(
        chunks.map((AlarmNames) =>
          cloudWatch.send(
            new DescribeAlarmsCommand({
              AlarmNames: [...AlarmNames],
              AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
              MaxRecords: NAMES_PER_CALL,
            }),
          ),
        ),
      );
      const posted = new Map(
        answers
          .flatMap(({ MetricAlarms = [], CompositeAlarms = [] }) => [...MetricAlarms, ...CompositeAlarms])
          .map((alarm) => [alarm.AlarmName ?? "", postedAlarm(alarm)]),
      );
      for (const [name, alarm] of posted) if (!alarm.selfEvaluating) trusted.set(name, alarm);
      return posted;
    },

    async register(alarm) {
      const { alarmName: AlarmName, watch, description: AlarmDescription } = alarm;
      if (watch === null) throw new Error(`${AlarmName} belongs to somebody else: the alarm clock must not make it`);
      if (watch.kind === "composite") {
        await cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName, AlarmDescription, AlarmRule: watch.rule }));
        // The emulator evaluates it at once and tells nobody.
        await setState(AlarmName, trusted.get(AlarmName) ?? NEW_STATE);
        return;
      }
      if (watch.threshold === null) throw new Error(`${AlarmName} has no threshold yet: the pipeline makes it`);
      await cloudWatch.send(
        new PutMetricAlarmCommand({
          AlarmName,
          AlarmDescription,
          ComparisonOperator: COMPARISONS[watch.operator],
          Threshold: watch.threshold,
          EvaluationPeriods: watch.evaluationPeriods,
          DatapointsToAlarm: watch.datapointsToAlarm,
          TreatMissingData: watch.missingData,
          // Legal on AWS also for a single metric, and the one form that no emulator evaluates.
          Metrics: alarmQueries(alarm).map(metricDataQuery),
        }),
      );
      const known = trusted.get(AlarmName);
      if (known !== undefined) await setState(AlarmName, known);
    },

    async setState(alarmName, state, reason, reasonData) {
      await setState(alarmName, { state, reason, reasonData });
      trusted.set(alarmName, { state, reason, reasonData });
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

function postedAlarm(alarm: MetricAlarm | CompositeAlarm): PostedAlarm {
  return {
    alarmArn: alarm.AlarmArn ?? "",
    state: alarm.StateValue ?? "INSUFFICIENT_DATA",
    reason: alarm.StateReason ?? "",
    reasonData: alarm.StateReasonData || null,
    since: alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp ?? new Date(0),
    threshold: ("Threshold" in alarm ? alarm.Threshold : null) ?? null,
    selfEvaluating: "MetricName" in alarm && Boolean(alarm.MetricName),
  };
}

function metricDataQuery(query: AlarmQuery): MetricDataQuery {
  const { id: Id, returnData: ReturnData } = query;
  if ("expression" in query) return { Id, Expression: query.expression, Label: query.label, ReturnData };
  const { namespace: Namespace, name: MetricName, dimensions, stat: Stat } = query.metric;
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: query.periodSeconds, Stat }, ReturnData };
}
