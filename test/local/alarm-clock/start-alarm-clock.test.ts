import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { startAlarmClock } from "../../../local/alarm-clock/start-alarm-clock.ts";
import { aBlueprint, aSignal, aTrigger } from "../../support/builders/index.ts";
import { FakeMetricSource } from "../../support/fakes/fake-metric-source.ts";
import { InMemoryAlarmBoard } from "./in-memory-alarm-board.ts";

const alarms = compileAlarms(aBlueprint({ signals: [aSignal()], triggers: [aTrigger()] }));
const clock = { now: () => new Date() };

describe("startAlarmClock", () => {
  beforeEach(() => vi.useFakeTimers({ now: Date.parse("2026-11-22T10:00:03Z") }));
  afterEach(() => vi.useRealTimers());

  it("ticks at once, then one publication lag after every full 10 s, until it is stopped", async () => {
    const board = new InMemoryAlarmBoard();
    const ticks: string[] = [];
    const metrics = new FakeMetricSource();
    const counted = {
      series: (...args: Parameters<FakeMetricSource["series"]>) => {
        ticks.push(`${args[2].toISOString().slice(17, 19)} at ${new Date().toISOString().slice(17, 23)}`);
        return metrics.series(...args);
      },
    };

    const running = await startAlarmClock({ alarms, ports: { metrics: counted, board, clock } });
    await vi.advanceTimersByTimeAsync(20_000);
    await running.stop();
    await vi.advanceTimersByTimeAsync(20_000);

    expect(ticks).toEqual(["00 at 03.000", "10 at 11.000", "20 at 21.000"]);
    expect(board.registered).toHaveLength(1);
  });

  it("reports transitions", async () => {
    const seen: string[] = [];
    const metrics = new FakeMetricSource().setMetric("Latency", 480);

    const running = await startAlarmClock({
      alarms,
      ports: { metrics, board: new InMemoryAlarmBoard(), clock },
      publicationLagSeconds: 0.5,
      onTransition: (transition) => seen.push(`${transition.from} -> ${transition.to}`),
    });
    await vi.advanceTimersByTimeAsync(0);
    await running.stop();

    expect(seen).toEqual(["INSUFFICIENT_DATA -> ALARM"]);
  });

  it("goes on after a tick that failed", async () => {
    const errors: unknown[] = [];
    const board = new InMemoryAlarmBoard();
    const good = new FakeMetricSource().setMetric("Latency", 120);
    let calls = 0;
    const flaky = {
      series: (...args: Parameters<FakeMetricSource["series"]>) =>
        calls++ === 0 ? Promise.reject(new Error("busy")) : good.series(...args),
    };

    const running = await startAlarmClock({
      alarms,
      ports: { metrics: flaky, board, clock },
      onError: (error) => errors.push(error),
    });
    await vi.advanceTimersByTimeAsync(20_000);
    await running.stop();

    expect(errors).toEqual([new Error("busy")]);
    expect(board.state("rollguard-checkout-latency-p95")).toBe("OK");
  });
});
