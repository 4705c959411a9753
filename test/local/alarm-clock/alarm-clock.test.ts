import { describe, expect, it } from "vitest";
import { type CompiledAlarm, compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { type AlarmClockPorts, tickAlarms } from "../../../local/alarm-clock/alarm-clock.ts";
import { registerAlarms } from "../../../local/alarm-clock/register-alarms.ts";
import { aBlueprint, aRatioSignal, aSignal, aTrigger } from "../../support/builders/index.ts";
import { FakeMetricSource } from "../../support/fakes/fake-metric-source.ts";
import { InMemoryAlarmBoard } from "./in-memory-alarm-board.ts";

const start = Date.parse("2026-11-22T10:00:00Z");
const latency = "rollguard-checkout-latency-p95";

describe("tickAlarms", () => {
  it("calls ALARM when 2 of the last 3 periods breach, and not before", async () => {
    const { alarms, ports, board } = aClock({ latencyAt: (seconds) => (seconds >= 30 ? 480 : 120) });

    await tick(alarms, ports, 30);
    expect(board.state(latency)).toBe("OK");
    await tick(alarms, ports, 40);
    expect(board.state(latency)).toBe("OK");
    const { transitions } = await tick(alarms, ports, 50);

    expect(board.state(latency)).toBe("ALARM");
    expect(transitions).toMatchObject([{ from: "OK", to: "ALARM" }]);
  });

  it("announces a transition once, in CloudWatch's shape", async () => {
    const { alarms, ports, board } = aClock({ latencyAt: () => 480 });
    board.deploy(latency, { state: "OK", selfEvaluating: false });

    await tick(alarms, ports, 60);
    await tick(alarms, ports, 70);

    expect(board.events).toHaveLength(1);
    const [event] = board.events;
    expect(event?.alarmArn).toBe(`arn:aws:cloudwatch:us-east-1:000000000000:alarm:${latency}`);
    expect(event?.detail).toMatchObject({
      alarmName: latency,
      state: { value: "ALARM", timestamp: "2026-11-22T10:01:01.000+0000" },
      previousState: { value: "OK", reason: "Unchecked: Initial alarm creation", timestamp: "2026-11-22T09:00:00.000+0000" },
      configuration: {
        metrics: [
          {
            id: "m1",
            returnData: true,
            metricStat: { metric: { namespace: "Demo/checkout", name: "Latency", dimensions: {} }, period: 10, stat: "p95" },
          },
        ],
      },
    });
    const state = event?.detail.state as { reason: string; reasonData: string };
    expect(state.reason).toMatch(/^Threshold Crossed: 3 out of the last 3 datapoints \[480\.0 \(22\/11\/26 10:00:50\)/);
    expect(JSON.parse(state.reasonData)).toMatchObject({
      version: "1.0",
      statistic: "p95",
      period: 10,
      threshold: 200,
      evaluatedDatapoints: [{ timestamp: "2026-11-22T10:00:50.000+0000", value: 480 }, {}, {}],
    });
  });

  it("leaves reasonData out of a state that was never evaluated, and keeps it in one that was", async () => {
    const { alarms, ports, board } = aClock({ latencyAt: (seconds) => (seconds >= 60 ? 480 : 120) });
    board.deploy(latency, { selfEvaluating: false });

    await tick(alarms, ports, 60);
    await tick(alarms, ports, 90);

    expect(board.events.map((event) => event.detail.previousState)).toMatchObject([{ value: "INSUFFICIENT_DATA" }, { value: "OK" }]);
    expect(board.events[0]?.detail.previousState).not.toHaveProperty("reasonData");
    expect(board.events[1]?.detail.previousState).toHaveProperty("reasonData");
  });

  it("sees only periods that have closed", async () => {
    const { alarms, ports, board } = aClock({ latencyAt: (seconds) => (seconds >= 50 ? 480 : 120) });

    await tick(alarms, ports, 60);

    expect(board.state(latency)).toBe("OK");
  });

  it("goes back to what the metric says after somebody set the state by hand", async () => {
    const { alarms, ports, board } = aClock({ latencyAt: () => 120 });
    board.deploy(latency, { state: "ALARM", reason: "drill", selfEvaluating: false });

    await tick(alarms, ports, 60);

    expect(board.state(latency)).toBe("OK");
    expect(board.events).toMatchObject([{ detail: { previousState: { value: "ALARM", reason: "drill" } } }]);
  });

  it("computes a ratio from its two metrics and treats little traffic as missing", async () => {
    const signal = aRatioSignal();
    const trigger = aTrigger({ signal: signal.name, alarmName: "rollguard-checkout-error-rate", rule: { operator: ">=", threshold: 1 } });
    const alarms = compileAlarms(aBlueprint({ signals: [signal], triggers: [trigger] }));
    const metrics = new FakeMetricSource()
      .setMetric("ErrorCount", 5)
      .setMetric("RequestCount", (at) => (at < start / 1000 + 60 ? 100 : 10));
    const board = new InMemoryAlarmBoard();
    const ports = portsOf(metrics, board, 60);

    await tick(alarms, ports, 60);
    expect(board.state(trigger.alarmName)).toBe("ALARM");
    await tick(alarms, ports, 120);

    expect(board.state(trigger.alarmName)).toBe("INSUFFICIENT_DATA");
    expect(board.events[0]?.detail).toMatchObject({
      configuration: {
        metrics: [
          { id: "ratio", expression: "IF(total >= 20, 100 * FILL(part, 0) / total)", returnData: true },
          { id: "part" },
          { id: "total" },
        ],
      },
    });
    expect(JSON.stringify(board.events[0]?.detail.state)).not.toContain("statistic");
  });

  it("evaluates 60 s periods at full minutes only", async () => {
    const trigger = aTrigger({ periodSeconds: 60, datapointsToAlarm: 1, evaluationPeriods: 1 });
    const alarms = compileAlarms(aBlueprint({ signals: [aSignal()], triggers: [trigger] }));
    const board = new InMemoryAlarmBoard();
    const ports = portsOf(new FakeMetricSource().setMetric("Latency", 480), board, 0);

    await tick(alarms, ports, 50);
    expect(board.state(latency)).toBeUndefined();
    await tick(alarms, ports, 60);

    expect(board.state(latency)).toBe("ALARM");
  });

  it("loses no event: when the bus refuses it, the next tick sends it", async () => {
    const { alarms, ports, board } = aClock({ latencyAt: () => 480 });
    board.deploy(latency, { state: "OK", selfEvaluating: false });
    board.refuseAnnouncements = 1;

    const first = await tick(alarms, ports, 60);
    const second = await tick(alarms, ports, 70);

    expect(first).toEqual({ transitions: [], failures: [new Error("the bus is busy")] });
    expect(second.transitions).toHaveLength(1);
    expect(board.events).toHaveLength(1);
    expect(board.state(latency)).toBe("ALARM");
  });

  it("neither evaluates nor makes an alarm that belongs to somebody else", async () => {
    const trigger = aTrigger({ alarmName: "team-5xx", rule: null });
    const signal = aSignal({ source: { kind: "alarm", alarmName: "team-5xx" } });
    const alarms = compileAlarms(aBlueprint({ signals: [signal], triggers: [trigger] }));
    const board = new InMemoryAlarmBoard();

    await registerAlarms(alarms, board);
    const { transitions } = await tick(alarms, portsOf(new FakeMetricSource(), board, 60), 60);

    expect(board.registered).toEqual([]);
    expect(transitions).toEqual([]);
  });
});

describe("registerAlarms", () => {
  it("makes missing alarms and takes over those that the emulator evaluates, once, without touching their state", async () => {
    const { alarms, board } = aClock({ latencyAt: () => 120 });
    board.deploy(latency, { state: "OK" });

    await registerAlarms(alarms, board);
    await registerAlarms(alarms, board);

    expect(board.registered).toEqual([latency]);
    expect(board.state(latency)).toBe("OK");
  });
});

interface ClockOptions {
  /** Latency in milliseconds, by seconds since the start. */
  readonly latencyAt: (seconds: number) => number;
}

function aClock({ latencyAt }: ClockOptions) {
  const alarms = compileAlarms(aBlueprint({ signals: [aSignal()], triggers: [aTrigger()] }));
  const metrics = new FakeMetricSource().setMetric("Latency", (at) => latencyAt(at - start / 1000));
  const board = new InMemoryAlarmBoard();
  return { alarms, board, ports: portsOf(metrics, board, 60) };
}

function portsOf(metrics: FakeMetricSource, board: InMemoryAlarmBoard, seconds: number): AlarmClockPorts {
  return { metrics, board, clock: { now: () => new Date(start + seconds * 1000 + 1000) } };
}

function tick(alarms: readonly CompiledAlarm[], ports: AlarmClockPorts, seconds: number) {
  return tickAlarms(alarms, ports, new Date(start + seconds * 1000));
}
