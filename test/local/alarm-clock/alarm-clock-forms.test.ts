import { describe, expect, it } from "vitest";
import type { Trigger } from "../../../functions/domain/blueprint.ts";
import { type CompiledAlarm, compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { type AlarmClockPorts, tickAlarms } from "../../../local/alarm-clock/alarm-clock.ts";
import { registerAlarms } from "../../../local/alarm-clock/register-alarms.ts";
import { aBlueprint, aRatioSignal, aSignal, aTrigger } from "../../support/builders/index.ts";
import { FakeMetricSource } from "../../support/fakes/fake-metric-source.ts";
import { InMemoryAlarmBoard } from "./in-memory-alarm-board.ts";

const start = Date.parse("2026-11-22T10:00:00Z");
const name = "rollguard-checkout-latency-p95";
const metric = { namespace: "Demo/checkout", name: "Latency", dimensions: {}, stat: "p95" };

describe("a burn rate", () => {
  const signal = aRatioSignal();
  const trigger = aTrigger({
    name: "burn",
    alarmName: "rollguard-checkout-burn",
    signal: signal.name,
    rule: null,
    form: { type: "burn-rate", objectivePercent: 99, windows: [{ longSeconds: 3600, shortSeconds: 300, burn: 10 }] },
  });
  const alarms = compileAlarms(aBlueprint({ signals: [signal], triggers: [trigger] }));
  const errorsAfter = (seconds: number) =>
    new FakeMetricSource().setMetric("ErrorCount", (at) => (at >= start / 1000 + seconds ? 100 : 0)).setMetric("RequestCount", 100);

  it("registers parts and composite, and announces the composite in the tick of its last part", async () => {
    const board = new InMemoryAlarmBoard();
    const ports = portsOf(errorsAfter(0), board);

    await registerAlarms(alarms, board);
    await tick(alarms, ports, 0);
    await tick(alarms, ports, 360);
    const { transitions } = await tick(alarms, ports, 420);

    expect(board.registered).toEqual(["rgpart-checkout-burn-1-long", "rgpart-checkout-burn-1-short", "rollguard-checkout-burn"]);
    expect(transitions.map(({ alarm, from, to }) => [alarm.alarmName, from, to])).toEqual([
      ["rgpart-checkout-burn-1-long", "OK", "ALARM"],
      ["rollguard-checkout-burn", "OK", "ALARM"],
    ]);
  });

  it("sends the composite's event as AWS's: the rule, no metrics, the triggering alarms", async () => {
    const board = new InMemoryAlarmBoard();
    const ports = portsOf(errorsAfter(-7200), board);

    await tick(alarms, ports, 0);

    const event = board.events.find(({ detail }) => detail.alarmName === "rollguard-checkout-burn");
    const configuration = event?.detail.configuration;
    const state = event?.detail.state as { value: string; reason: string; reasonData: string };
    expect(configuration).toEqual({
      description: alarms.at(-1)?.description,
      alarmRule: '(ALARM("rgpart-checkout-burn-1-long") AND ALARM("rgpart-checkout-burn-1-short"))',
    });
    expect(state.reason).toMatch(/:alarm:rgpart-checkout-burn-1-\w+ transitioned to ALARM at Sunday 22 November, 2026 10:00:01 UTC$/);
    expect(JSON.parse(state.reasonData)).toEqual({
      triggeringAlarms: ["long", "short"].map((side) => ({
        arn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:rgpart-checkout-burn-1-${side}`,
        state: { value: "ALARM", timestamp: "2026-11-22T10:00:01.000+0000" },
      })),
    });
  });

  it("keeps the composite where it is when a part's event is refused, and catches up", async () => {
    const board = new InMemoryAlarmBoard();
    const ports = portsOf(errorsAfter(0), board);
    await tick(alarms, ports, 0);
    await tick(alarms, ports, 360);
    board.refuseAnnouncements = 1;

    const refused = await tick(alarms, ports, 420);
    const { transitions } = await tick(alarms, ports, 480);

    expect(refused).toEqual({ transitions: [], failures: [new Error("the bus is busy")] });
    expect(transitions.map(({ alarm }) => alarm.alarmName)).toEqual(["rgpart-checkout-burn-1-long", "rollguard-checkout-burn"]);
  });
});

describe("a tuned threshold", () => {
  const trigger = aTrigger({
    rule: null,
    form: { type: "baseline", operator: ">", against: "before", by: "factor", amount: 2, floor: null, control: null },
  });
  const alarms = compileAlarms(aBlueprint({ signals: [aSignal()], triggers: [trigger] }));
  const metrics = new FakeMetricSource().setMetric("Latency", 480);

  it("is the one that the alarm itself has", async () => {
    const board = new InMemoryAlarmBoard().deploy(name, { threshold: 300, selfEvaluating: false });

    await tick(alarms, portsOf(metrics, board), 60);

    const state = board.events[0]?.detail.state as { reasonData: string };
    expect(board.state(name)).toBe("ALARM");
    expect(JSON.parse(state.reasonData)).toMatchObject({ threshold: 300 });
  });

  it("is kept when the clock takes the alarm over from the emulator", async () => {
    const board = new InMemoryAlarmBoard().deploy(name, { threshold: 900, state: "OK" });

    await tick(alarms, portsOf(metrics, board), 60);

    expect(board.registered).toEqual([name]);
    expect(board.state(name)).toBe("OK");
  });

  it("is waited for: an alarm that nobody has tuned yet is neither made nor evaluated", async () => {
    const board = new InMemoryAlarmBoard();

    await registerAlarms(alarms, board);
    const outcome = await tick(alarms, portsOf(metrics, board), 60);

    expect(outcome).toEqual({ transitions: [], failures: [] });
    expect(board.registered).toEqual([]);
  });
});

describe("periods over a minute", () => {
  const trigger = (overrides: Partial<Trigger>) =>
    aTrigger({ periodSeconds: 300, datapointsToAlarm: 1, evaluationPeriods: 1, rule: { operator: ">", threshold: 200 }, ...overrides });

  it("slide minute by minute where that is exact", async () => {
    const source = { kind: "metric", metric: { ...metric, stat: "Maximum" } } as const;
    const alarms = compileAlarms(aBlueprint({ signals: [aSignal({ source })], triggers: [trigger({})] }));
    const board = new InMemoryAlarmBoard().deploy(name, { state: "OK", selfEvaluating: false });
    const metrics = new FakeMetricSource().setMetric("Latency", (at) => (at === start / 1000 + 60 ? 480 : 120));

    const states: unknown[] = [];
    for (const minute of [1, 2, 6, 7]) {
      await tick(alarms, portsOf(metrics, board), minute * 60);
      states.push(board.state(name));
    }

    expect(states).toEqual(["OK", "ALARM", "ALARM", "OK"]);
  });

  it("weigh an average by the samples of its minutes", async () => {
    const source = { kind: "metric", metric: { ...metric, stat: "Average" } } as const;
    const alarms = compileAlarms(aBlueprint({ signals: [aSignal({ source })], triggers: [trigger({})] }));
    const board = new InMemoryAlarmBoard().deploy(name, { state: "OK", selfEvaluating: false });
    const metrics = new FakeMetricSource()
      .setMetric("Latency", (at) => (at === start / 1000 + 60 ? 480 : 120))
      .setMetric("Latency", (at) => (at === start / 1000 + 60 ? 97 : 1), "SampleCount");

    await tick(alarms, portsOf(metrics, board), 300);

    expect(board.state(name)).toBe("ALARM");
    // (97 x 480 + 4 x 120) / 101
    expect(JSON.stringify(board.events[0]?.detail.state)).toContain("[465.742574");
  });

  it("stand on aligned periods for percentiles", async () => {
    const alarms = compileAlarms(aBlueprint({ signals: [aSignal()], triggers: [trigger({})] }));
    const board = new InMemoryAlarmBoard().deploy(name, { state: "OK", selfEvaluating: false });
    const metrics = new FakeMetricSource().setMetric("Latency", (at) => (at === start / 1000 ? 480 : 120));

    await tick(alarms, portsOf(metrics, board), 240);
    expect(board.state(name)).toBe("OK");
    await tick(alarms, portsOf(metrics, board), 300);

    expect(board.state(name)).toBe("ALARM");
  });
});

describe("percentiles of few samples", () => {
  const guarded = (samples: number) => new FakeMetricSource().setMetric("Latency", 480, "p95").setMetric("Latency", samples, "SampleCount");

  it("have no value below the trigger's minimum", async () => {
    const alarms = compileAlarms(aBlueprint({ signals: [aSignal()], triggers: [aTrigger({ minimumSamples: 200 })] }));
    const few = new InMemoryAlarmBoard().deploy(name, { state: "OK", selfEvaluating: false });
    const enough = new InMemoryAlarmBoard().deploy(name, { state: "OK", selfEvaluating: false });

    await tick(alarms, portsOf(guarded(199), few), 60);
    await tick(alarms, portsOf(guarded(200), enough), 60);

    expect([few.state(name), enough.state(name)]).toEqual(["INSUFFICIENT_DATA", "ALARM"]);
  });

  it("keep the state where the alarm ignores them", async () => {
    const alarms = compileAlarms(aBlueprint({ signals: [aSignal()], triggers: [aTrigger()] })).map(ignoringFewSamples);
    const few = new InMemoryAlarmBoard().deploy(name, { state: "OK", selfEvaluating: false });
    const enough = new InMemoryAlarmBoard().deploy(name, { state: "OK", selfEvaluating: false });

    await tick(alarms, portsOf(guarded(199), few), 60);
    await tick(alarms, portsOf(guarded(200), enough), 60);

    expect([few.state(name), enough.state(name)]).toEqual(["OK", "ALARM"]);
  });
});

function ignoringFewSamples(alarm: CompiledAlarm): CompiledAlarm {
  return alarm.watch?.kind === "metric" ? { ...alarm, watch: { ...alarm.watch, lowSamples: "ignore" } } : alarm;
}

function portsOf(metrics: FakeMetricSource, board: InMemoryAlarmBoard): AlarmClockPorts & { at: number } {
  const ports = { metrics, board, at: 0, clock: { now: () => new Date(start + ports.at * 1000 + 1000) } };
  return ports;
}

function tick(alarms: readonly CompiledAlarm[], ports: AlarmClockPorts & { at: number }, seconds: number) {
  ports.at = seconds;
  return tickAlarms(alarms, ports, new Date(start + seconds * 1000));
}
