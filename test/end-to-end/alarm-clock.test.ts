import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudWatchMetricSource } from "../../functions/adapters/aws/cloud-watch-metric-source.ts";
import { type CompiledAlarm, compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import type { LeafSeries } from "../../functions/domain/replay/leaf-series.ts";
import { replayAlarms, type WatchedAlarm } from "../../functions/domain/replay/replay-alarms.ts";
import { type Transition, tickAlarms } from "../../local/alarm-clock/alarm-clock.ts";
import { cloudWatchAlarmBoard } from "../../local/alarm-clock/cloud-watch-alarm-board.ts";
import { enterLocalEnvironment } from "../../local/emulator/local-environment.ts";
import { type Emulator, startEmulator } from "../../local/emulator/start-emulator.ts";
import { CLOCK_NAMESPACE, clockBlueprint, clockMetrics, TUNED_ALARM, TUNED_THRESHOLD } from "./support/clock-series.ts";

const MINUTES = 30;
const TICK_SECONDS = 10;
/** A full hour, two to three hours ago: emulators forget what is old. */
const start = (Math.floor(Date.now() / 3_600_000) - 2) * 3600;
const from = new Date(start * 1000);
const to = new Date((start + MINUTES * 60) * 1000);

let emulator: Emulator;
let leave: () => void;

beforeAll(async () => {
  delete process.env.AWS_ENDPOINT_URL;
  emulator = await startEmulator({ eksEndpoint: "http://127.0.0.1:1", port: 0 });
  leave = enterLocalEnvironment(emulator.endpoint);
});

afterAll(async () => {
  leave?.();
  await emulator?.stop();
});

describe("the alarm clock, reading through the emulator", () => {
  it("makes the transitions of a replay on the same series: math, sliding windows, percentiles, composites, tuned thresholds", async () => {
    const client = new CloudWatchClient({});
    const alarms = compileAlarms(clockBlueprint);
    const metrics = clockMetrics(start, MINUTES);
    await publish(client, metrics);
    await tune(client, alarms);

    const made = await runClock(alarms, client);

    const leavesOf = (watch: { readonly leaves: readonly { readonly metric: { readonly name: string; readonly stat: string } }[] }) =>
      watch.leaves.map(({ metric }) => leafOf(metrics, metric.name, metric.stat));
    const replays = replayAlarms(alarms.map(tuned), leavesOf, { from, to });
    const expected = [...replays].map(([name, transitions]) => [name, transitions.map((each) => lineOf(each.at, each.from, each.to))]);
    const seen = [...replays.keys()].map((name) => [
      name,
      made.filter(({ alarm }) => alarm.alarmName === name).map((each) => lineOf(each.at, each.from, each.to)),
    ]);
    expect(seen).toEqual(expected);
    // Each of them did something, or the comparison would prove nothing.
    for (const [name, transitions] of replays) expect([name, transitions.some((each) => each.to === "ALARM")]).toEqual([name, true]);

    const metricAlarms = made.filter(({ alarm }) => alarm.watch?.kind === "metric");
    expect(metricAlarms.map(({ reason }) => reason).sort()).toEqual(
      [...replays]
        .filter(([name]) => !isComposite(alarms, name))
        .flatMap(([, transitions]) => transitions.map(({ reason }) => reason))
        .sort(),
    );
    client.destroy();
  });
});

async function runClock(alarms: readonly CompiledAlarm[], client: CloudWatchClient): Promise<Transition[]> {
  const events = new EventBridgeClient({});
  const made: Transition[] = [];
  const now = { at: from };
  const ports = { metrics: cloudWatchMetricSource(client), board: cloudWatchAlarmBoard(client, events), clock: { now: () => now.at } };
  for (let second = 0; second <= MINUTES * 60; second += TICK_SECONDS) {
    now.at = new Date((start + second) * 1000);
    const { transitions, failures } = await tickAlarms(alarms, ports, now.at);
    if (failures.length > 0) throw new AggregateError(failures, `the tick at ${now.at.toISOString()} failed`);
    made.push(...transitions);
  }
  events.destroy();
  return made;
}

async function publish(client: CloudWatchClient, metrics: ReturnType<typeof clockMetrics>): Promise<void> {
  for (const { name, series } of metrics) {
    const data = Array.from(series.values).flatMap((value, i) => {
      if (value === null) return [];
      const samples = series.samples?.[i] ?? 1;
      const at = new Date((series.startEpochSeconds + i * series.periodSeconds) * 1000);
      const Dimensions = [{ Name: "Service", Value: "clock" }];
      return [{ MetricName: name, Dimensions, Timestamp: at, StorageResolution: 1, Values: [value], Counts: [samples] }];
    });
    await client.send(new PutMetricDataCommand({ Namespace: CLOCK_NAMESPACE, MetricData: data }));
  }
}

/** As the pipeline does: a plain metric alarm with a threshold, which the emulator would evaluate itself. */
async function tune(client: CloudWatchClient, alarms: readonly CompiledAlarm[]): Promise<void> {
  const watch = alarms.find(({ alarmName }) => alarmName === TUNED_ALARM)?.watch;
  if (watch?.kind !== "metric") throw new Error("no tuned alarm");
  const [leaf] = watch.leaves;
  await client.send(
    new PutMetricAlarmCommand({
      AlarmName: TUNED_ALARM,
      ...{ Namespace: CLOCK_NAMESPACE, MetricName: leaf?.metric.name, Statistic: "Maximum", Period: watch.periodSeconds },
      ...{ Threshold: TUNED_THRESHOLD, ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: watch.evaluationPeriods },
    }),
  );
}

function tuned({ alarmName, watch }: CompiledAlarm): WatchedAlarm {
  if (watch === null) throw new Error(`${alarmName} belongs to somebody else`);
  return { alarmName, watch: watch.kind === "metric" ? { ...watch, threshold: watch.threshold ?? TUNED_THRESHOLD } : watch };
}

function leafOf(metrics: ReturnType<typeof clockMetrics>, name: string, stat: string): LeafSeries {
  const found = metrics.find((metric) => metric.name === name)?.series;
  if (found === undefined) throw new Error(`no metric ${name}`);
  const samples = Array.from(found.values, (value, i) => (value === null ? null : (found.samples?.[i] ?? 1)));
  if (stat === "SampleCount") return { ...found, values: samples };
  // Every sample of a point has the same value.
  const values =
    stat === "Sum" ? Array.from(found.values, (value, i) => (value === null ? null : value * (samples[i] ?? 0))) : found.values;
  return { ...found, values, samples };
}

function isComposite(alarms: readonly CompiledAlarm[], name: string): boolean {
  return alarms.find(({ alarmName }) => alarmName === name)?.watch?.kind === "composite";
}

function lineOf(at: Date, was: string, is: string): string {
  return `${at.toISOString().slice(14, 19)} ${was} -> ${is}`;
}
