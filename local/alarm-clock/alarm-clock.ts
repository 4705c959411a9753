import { evaluateAlarm, evaluationRange } from "../../functions/domain/alarm-evaluation.ts";
import { alarmReasonData } from "../../functions/domain/alarm-reason.ts";
import type { AlarmRule, AlarmState } from "../../functions/domain/alarm-rule.ts";
import type { CompiledAlarm } from "../../functions/domain/blueprint-alarms.ts";
import type { Series } from "../../functions/domain/signal.ts";
import { leafMetrics, signalSeries } from "../../functions/domain/signal-series.ts";
import type { Clock } from "../../functions/ports/clock.ts";
import type { MetricSource } from "../../functions/ports/metric-source.ts";
import type { AlarmBoard, PostedAlarm } from "./alarm-board.ts";
import { alarmStateChange, type StateOfAlarm } from "./alarm-event.ts";

export interface Transition {
  readonly alarm: CompiledAlarm;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  readonly at: Date;
}

export interface AlarmClockPorts {
  readonly metrics: Pick<MetricSource, "series">;
  readonly board: AlarmBoard;
  readonly clock: Clock;
}

/** Seconds between two evaluations: every 10 s for periods below a minute, every minute for all others. */
export function tickSeconds(periodSeconds: number): number {
  return periodSeconds < 60 ? 10 : 60;
}

/** What one evaluation did. A failure concerns one alarm; the others were evaluated all the same. */
export interface Tick {
  readonly transitions: readonly Transition[];
  readonly failures: readonly unknown[];
}

/** Registers the alarms that CloudFormation could not make, and those that the emulator would evaluate by its own, wrong rules. */
export async function registerAlarms(alarms: readonly CompiledAlarm[], board: AlarmBoard): Promise<ReadonlyMap<string, PostedAlarm>> {
  const names = alarms.map((alarm) => alarm.alarmName);
  const posted = await board.read(names);
  const needed = alarms.filter((alarm) => !alarm.existing && (posted.get(alarm.alarmName)?.selfEvaluating ?? true));
  if (needed.length === 0) return posted;
  await Promise.all(needed.map((alarm) => board.register(alarm)));
  return board.read(names);
}

/**
 * One evaluation at `at`, a full 10 s: reads every due alarm's metrics, judges them as CloudWatch does, writes the states that differ and
 * announces each transition. Alarms with a period over a minute are judged on aligned periods, where CloudWatch slides minute by minute.
 */
export async function tickAlarms(alarms: readonly CompiledAlarm[], ports: AlarmClockPorts, at: Date): Promise<Tick> {
  const due = alarms.filter((alarm) => !alarm.existing && at.getTime() % (tickSeconds(alarm.trigger.periodSeconds) * 1000) === 0);
  if (due.length === 0) return { transitions: [], failures: [] };
  const [posted, series] = await Promise.all([registerAlarms(due, ports.board), readSeries(due, ports.metrics, at)]);
  const results = await Promise.allSettled(
    due.map((alarm) => judge(alarm, posted.get(alarm.alarmName), series.get(alarm.alarmName), ports)),
  );
  return {
    transitions: results.flatMap((result) => (result.status === "fulfilled" && result.value ? [result.value] : [])),
    failures: results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])),
  };
}

async function judge(
  alarm: CompiledAlarm,
  posted: PostedAlarm | undefined,
  series: Series | undefined,
  { board, clock }: AlarmClockPorts,
): Promise<Transition | null> {
  const rule = ruleOf(alarm);
  if (!posted || !series || !rule) return null;
  const evaluation = evaluateAlarm(rule, series, posted.state);
  if (evaluation.state === posted.state) return null;

  const now = clock.now();
  const { source } = alarm.signal;
  const reasonData = alarmReasonData(evaluation.evaluated, {
    threshold: rule.threshold,
    periodSeconds: alarm.trigger.periodSeconds,
    statistic: source.kind === "metric" ? source.metric.stat : null,
    queryAt: now,
  });
  const from: StateOfAlarm = { value: posted.state, reason: posted.reason, reasonData: posted.reasonData, at: posted.since };
  const to: StateOfAlarm = { value: evaluation.state, reason: evaluation.reason, reasonData, at: now };
  // State first: whoever reacts to the event finds the alarm in the new state.
  await board.setState(alarm.alarmName, to.value, to.reason, to.reasonData);
  try {
    await board.announce(alarmStateChange(alarm, posted.alarmArn, { from, to }));
  } catch (error) {
    // CloudWatch never loses an event. With the old state back, the next tick finds the same transition again.
    await board.setState(alarm.alarmName, from.value, from.reason, from.reasonData);
    throw error;
  }
  return { alarm, from: from.value, to: to.value, reason: to.reason, at: now };
}

function ruleOf({ trigger }: CompiledAlarm): AlarmRule | null {
  return trigger.rule === null ? null : { ...trigger, ...trigger.rule };
}

/** One call per period: the alarms of a period share the window of the longest evaluation range among them. */
async function readSeries(
  alarms: readonly CompiledAlarm[],
  metrics: Pick<MetricSource, "series">,
  at: Date,
): Promise<ReadonlyMap<string, Series>> {
  const byPeriod = Map.groupBy(alarms, (alarm) => alarm.trigger.periodSeconds);
  const parts = await Promise.all(
    [...byPeriod].map(async ([periodSeconds, group]) => {
      const periodMillis = periodSeconds * 1000;
      const to = Math.floor(at.getTime() / periodMillis) * periodMillis;
      const range = Math.max(...group.map((alarm) => evaluationRange(alarm.trigger.evaluationPeriods)));
      const queries = group.flatMap((alarm) => leafMetrics(alarm.signal).map((metric) => ({ metric, periodSeconds })));
      const leaves = await metrics.series(queries, new Date(to - range * periodMillis), new Date(to));
      let next = 0;
      return group.map((alarm): [string, Series] => {
        const first = next;
        next += leafMetrics(alarm.signal).length;
        return [alarm.alarmName, signalSeries(alarm.signal, leaves.slice(first, next))];
      });
    }),
  );
  return new Map(parts.flat());
}
