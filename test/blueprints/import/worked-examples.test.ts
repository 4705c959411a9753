import { describe, expect, it } from "vitest";
import { limitOf } from "../../../functions/domain/alarms/baseline-margin.ts";
import { compileAlarms, type MetricWatch } from "../../../functions/domain/blueprint-alarms.ts";
import { replayAlarm } from "../../../functions/domain/replay/replay-alarm.ts";
import { compiled, fixture, imported } from "./imported.ts";

const DAY = "2026-01-26";

function at(clock: string): Date {
  return new Date(`${DAY}T${clock}:00Z`);
}

/** Whole minutes between two clock times. */
function minutes(from: string, to: string): number {
  return (at(to).getTime() - at(from).getTime()) / 60_000;
}

function watchOf(source: string, trigger: string): MetricWatch {
  const alarm = compileAlarms(compiled(imported(fixture(source)))).find((candidate) => candidate.trigger.name === trigger);
  if (alarm?.watch?.kind !== "metric") throw new Error(`${trigger} of ${source} is no metric alarm`);
  return alarm.watch;
}

/** Clock time of the first ALARM, over one point a minute from `start` on, half an hour longer than what is given. */
function firesAt(watch: MetricWatch, start: string, valueAt: (minute: number) => number): string | null {
  const startEpochSeconds = at(start).getTime() / 1000;
  const count = 120;
  const values = Array.from({ length: count }, (_, minute) => valueAt(minute));
  const span = { from: new Date((startEpochSeconds + 900) * 1000), to: new Date((startEpochSeconds + count * 60) * 1000) };
  const { transitions } = replayAlarm(watch, [{ startEpochSeconds, periodSeconds: 60, values }], span);
  return (
    transitions
      .find(({ to }) => to === "ALARM")
      ?.at.toISOString()
      .slice(11, 16) ?? null
  );
}

describe.each(["rollback-triggers.yml", "rollback-policy.yml"])("the worked examples of seed 002, imported from %s", (source) => {
  /** Scenario 1: 0.5 errors a minute, 5.2 from 10:12 on. */
  const errors = (minute: number) => (minute < minutes("09:45", "10:12") ? 0.5 : 5.2);
  const tuned = (limit: number): MetricWatch => ({ ...watchOf(source, "error-rate"), threshold: limit });

  it("1: over twice the baseline fires at 10:13, the first minute after the spike: 4 x 0.5 + 5.2 = 7.2 errors in 5 min are over 2 x 2.5 = 5", () => {
    expect(firesAt(tuned(2 * 5 * 0.5), "09:45", errors)).toBe("10:13");
  });

  it("1: the preset's floor of 10 errors in 5 min makes it 10:14: 3 x 0.5 + 2 x 5.2 = 11.9 are the first sum over 10", () => {
    const form = compiled(imported(fixture(source))).triggers.find(({ name }) => name === "error-rate")?.form;
    if (form?.type !== "baseline") throw new Error("the trigger has no baseline");

    expect(form).toMatchObject({ against: "before", by: "factor", amount: 2, floor: 10 });
    expect(firesAt(tuned(limitOf(5 * 0.5, form)), "09:45", errors)).toBe("10:14");
  });

  it("1: does not fire without the spike", () => {
    expect(firesAt(tuned(5), "09:45", () => 0.5)).toBeNull();
  });

  /** Scenario 2: 45 % at 14:05, 75 % at 14:25, 92 % at 14:35, growing steadily between; it stays below the 95 % at which it would crash. */
  const memory = (minute: number) => {
    const since = minute - minutes("13:40", "14:05");
    if (since <= 0) return 45;
    return since <= 20 ? 45 + 1.5 * since : Math.min(94, 75 + 1.7 * (since - 20));
  };

  it("2: memory over 90 % for 10 min fires at 14:44: 14:34 (90.3 %) is the first minute over it, and ten of ten must be", () => {
    const watch = watchOf(source, "memory");

    expect(watch).toMatchObject({ threshold: 90, datapointsToAlarm: 10, evaluationPeriods: 10, periodSeconds: 60 });
    expect(
      [memory(minutes("13:40", "14:33")), memory(minutes("13:40", "14:34")), memory(minutes("13:40", "14:35"))].map((value) =>
        value.toFixed(1),
      ),
    ).toEqual(["88.6", "90.3", "92.0"]);
    expect(firesAt(watch, "13:40", memory)).toBe("14:44");
  });
});
