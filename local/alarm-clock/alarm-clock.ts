import { alarmReasonData } from "../../functions/domain/alarm-reason.ts";
import type { AlarmState } from "../../functions/domain/alarm-rule.ts";
import { tickSeconds } from "../../functions/domain/alarms/detection-time.ts";
import type { CompiledAlarm, CompositeWatch, MetricWatch } from "../../functions/domain/blueprint-alarms.ts";
import { judgeWatch } from "../../functions/domain/replay/judge-watch.ts";
import type { LeafSeries } from "../../functions/domain/replay/leaf-series.ts";
import type { Clock } from "../../functions/ports/clock.ts";
import type { MetricSource } from "../../functions/ports/metric-source.ts";
import type { AlarmBoard, PostedAlarm } from "./alarm-board.ts";
import { alarmStateChange, type StateOfAlarm } from "./alarm-event.ts";
import { alarmLeaves } from "./alarm-leaves.ts";
import { judgeComposite } from "./judge-composite.ts";
import { registerAlarms } from "./register-alarms.ts";

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

/** What one evaluation did. A failure concerns one alarm; the others were evaluated all the same. */
export interface Tick {
  readonly transitions: readonly Transition[];
  readonly failures: readonly unknown[];
}

type AlarmOf<Watch> = CompiledAlarm & { readonly watch: Watch };
/** A state that differs from the posted one, and why. */
export type Verdict = Pick<StateOfAlarm, "value" | "reason" | "reasonData">;

const NOTHING: Tick = { transitions: [], failures: [] };

/**
 * One evaluation at `at`, a full 10 s: reads the metrics of every alarm that is due, judges them as a replay does, writes the states that differ and announces
 * each transition; then the composites, from the states that this made. An alarm whose threshold nobody has set yet is left alone.
 */
export async function tickAlarms(alarms: readonly CompiledAlarm[], ports: AlarmClockPorts, at: Date): Promise<Tick> {
  const due = alarms.filter(isMetric).filter(({ watch }) => isDue(watch, at));
  const composites = alarms.filter(isComposite);
  if (due.length === 0 && composites.length === 0) return NOTHING;

  const parts = new Set(composites.flatMap(({ watch }) => watch.parts));
  const looked = alarms.filter(
    (alarm) => due.some((each) => each === alarm) || alarm.watch?.kind === "composite" || parts.has(alarm.alarmName),
  );
  const posted = await registerAlarms(looked, ports.board);
  const tuned = due.flatMap((alarm) => withThreshold(alarm, posted.get(alarm.alarmName)));
  const leaves = await alarmLeaves(
    tuned.map(({ watch }) => watch),
    ports.metrics,
    at,
  );
  const first = await settle(tuned, (alarm) => judge(alarm, posted.get(alarm.alarmName), leaves.get(alarm.watch), ports, at));
  const changed = new Map(first.transitions.map((transition) => [transition.alarm.alarmName, transition]));
  const second = await settle(composites, async (alarm) => {
    const own = posted.get(alarm.alarmName);
    const verdict = own && judgeComposite(alarm.watch, own, posted, changed);
    return own && verdict ? move(alarm, own, verdict, ports) : null;
  });
  return { transitions: [...first.transitions, ...second.transitions], failures: [...first.failures, ...second.failures] };
}

function isMetric(alarm: CompiledAlarm): alarm is AlarmOf<MetricWatch> {
  return alarm.watch?.kind === "metric";
}

function isComposite(alarm: CompiledAlarm): alarm is AlarmOf<CompositeWatch> {
  return alarm.watch?.kind === "composite";
}

function isDue({ periodSeconds, evaluationPeriods }: MetricWatch, at: Date): boolean {
  return at.getTime() % (tickSeconds(periodSeconds, evaluationPeriods) * 1000) === 0;
}

function withThreshold(alarm: AlarmOf<MetricWatch>, posted: PostedAlarm | undefined): AlarmOf<MetricWatch>[] {
  const threshold = alarm.watch.threshold ?? posted?.threshold ?? null;
  return posted === undefined || threshold === null ? [] : [{ ...alarm, watch: { ...alarm.watch, threshold } }];
}

async function settle<Alarm>(alarms: readonly Alarm[], each: (alarm: Alarm) => Promise<Transition | null>): Promise<Tick> {
  const results = await Promise.allSettled(alarms.map(each));
  return {
    transitions: results.flatMap((result) => (result.status === "fulfilled" && result.value ? [result.value] : [])),
    failures: results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])),
  };
}

async function judge(
  alarm: AlarmOf<MetricWatch>,
  posted: PostedAlarm | undefined,
  leaves: readonly LeafSeries[] | undefined,
  ports: AlarmClockPorts,
  at: Date,
): Promise<Transition | null> {
  if (posted === undefined || leaves === undefined) return null;
  const { watch } = alarm;
  const evaluation = judgeWatch(watch, leaves, at, posted.state);
  if (evaluation.state === posted.state) return null;
  const reasonData = alarmReasonData(evaluation.evaluated, {
    threshold: evaluation.threshold,
    periodSeconds: watch.periodSeconds,
    statistic: watch.expression === null ? (watch.leaves[0]?.metric.stat ?? null) : null,
    queryAt: ports.clock.now(),
  });
  return move(alarm, posted, { value: evaluation.state, reason: evaluation.reason, reasonData }, ports);
}

async function move(alarm: CompiledAlarm, posted: PostedAlarm, verdict: Verdict, { board, clock }: AlarmClockPorts): Promise<Transition> {
  const now = clock.now();
  const from: StateOfAlarm = { value: posted.state, reason: posted.reason, reasonData: posted.reasonData, at: posted.since };
  const to: StateOfAlarm = { ...verdict, at: now };
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
