import { alarmTimestamp } from "../../functions/domain/alarm-reason.ts";
import type { AlarmState } from "../../functions/domain/alarm-rule.ts";
import type { CompiledAlarm } from "../../functions/domain/blueprint-alarms.ts";
import { type AlarmQuery, alarmQueries } from "./alarm-queries.ts";

/** EventBridge source of the alarm clock: nobody but AWS may send `aws.cloudwatch`. */
export const ALARM_CLOCK_SOURCE = "rollguard.alarm-clock";
export const ALARM_DETAIL_TYPE = "CloudWatch Alarm State Change";

export interface StateOfAlarm {
  readonly value: AlarmState;
  readonly reason: string;
  /** JSON text; null for a state that was never evaluated. */
  readonly reasonData: string | null;
  readonly at: Date;
}

export interface AlarmStateChange {
  readonly alarmArn: string;
  readonly at: Date;
  /** As CloudWatch writes it. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The event that CloudWatch sends when an alarm changes its state. That of a metric alarm lacks the operator, M and N, that of a composite the metrics, as AWS's do. */
export function alarmStateChange(
  alarm: CompiledAlarm,
  alarmArn: string,
  transition: { readonly from: StateOfAlarm; readonly to: StateOfAlarm },
): AlarmStateChange {
  return {
    alarmArn,
    at: transition.to.at,
    detail: {
      alarmName: alarm.alarmName,
      state: stateDetail(transition.to),
      previousState: stateDetail(transition.from),
      configuration: { description: alarm.description, ...watchDetail(alarm) },
    },
  };
}

function watchDetail(alarm: CompiledAlarm): Record<string, unknown> {
  return alarm.watch?.kind === "composite" ? { alarmRule: alarm.watch.rule } : { metrics: alarmQueries(alarm).map(queryDetail) };
}

function stateDetail({ value, reason, reasonData, at }: StateOfAlarm): Record<string, unknown> {
  return { value, reason, ...(reasonData === null ? {} : { reasonData }), timestamp: alarmTimestamp(at) };
}

function queryDetail(query: AlarmQuery): Record<string, unknown> {
  const { id, returnData } = query;
  if ("expression" in query) return { id, expression: query.expression, label: query.label, returnData };
  const { namespace, name, dimensions, stat } = query.metric;
  return { id, metricStat: { metric: { namespace, name, dimensions }, period: query.periodSeconds, stat }, returnData };
}
