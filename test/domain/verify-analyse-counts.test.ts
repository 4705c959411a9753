import { describe, expect, it } from "vitest";
import { judge } from "../../functions/domain/judge.ts";
import type { Series } from "../../functions/domain/signal.ts";
import type { SignalData } from "../../functions/domain/signal-readings.ts";
import { comparisonsOf } from "../../functions/domain/verify-analyse.ts";
import { readSignals } from "../../functions/runtime/read-signals.ts";
import { aBlueprint, aSignal, aTrigger } from "../support/builders/index.ts";

const changeAt = new Date("2026-11-20T03:00:00Z");
const times = { changeAt, since: changeAt, until: new Date("2026-11-20T03:20:00Z") };
const metric = (name: string) => ({ namespace: "Shop", name, dimensions: {}, stat: "Sum" });
const ratio = (name: string) =>
  aSignal({ name, unit: "%", source: { kind: "ratio", part: metric(`${name}-part`), total: metric(`${name}-all`), minimumTotal: 100 } });
const series = (of: (minute: number) => number | null, startEpochSeconds = changeAt.getTime() / 1000 - 3600): Series => ({
  ...{ startEpochSeconds, periodSeconds: 60 },
  values: Array.from({ length: 80 }, (_, index) => of(index - 60)),
});
const arm = (
  name: string,
  part: (minute: number) => number | null,
  total: (minute: number) => number | null,
  start?: number,
): SignalData => ({
  signal: ratio(name),
  series: series((minute) => (100 * (part(minute) ?? 0)) / (total(minute) ?? 1), start),
  counted: { part: series(part, start), total: series(total, start) },
});
const route = { router: "istio", name: "web", rule: null } as const;
const traffic = {
  ...{ route, stable: "stable", canary: "canary", perArmSignals: true, maintenance: null },
  armSignals: { error_rate: { stable: "stable_errors", canary: "canary_errors" } },
};
const blueprint = (operator: ">" | "<", threshold: number) =>
  aBlueprint({ traffic, triggers: [aTrigger({ signal: "error_rate", rule: { operator, threshold } })] });
const compared = (stable: SignalData, canary: SignalData, operator: ">" | "<" = ">", threshold = 2) => {
  const [found] = comparisonsOf(blueprint(operator, threshold), [stable, canary], times, "arms");
  if (found === undefined) throw new Error("nothing is compared");
  return found;
};

describe("an analysis of two ratios", () => {
  const stable = arm(
    "stable_errors",
    () => 6,
    () => 1000,
  );

  it("holds the counts of both arms since the change, and of the hour before it", () => {
    const canary = arm(
      "canary_errors",
      (minute) => (minute < 0 ? 6 : 30),
      () => 1000,
    );
    const found = compared(stable, canary);

    expect([found.counts?.during.length, found.counts?.alike.length]).toEqual([20, 60]);
    expect(found.counts?.during[0]).toEqual({ bad: 30, total: 1000, controlBad: 6, controlTotal: 1000 });
    expect(found.counts?.alike.at(-1)).toEqual({ bad: 6, total: 1000, controlBad: 6, controlTotal: 1000 });
    expect(judge(found)).toMatchObject({ verdict: "fail", evidence: { kind: "e" } });
    expect(judge(found).sentence).toMatch(/^3% against 0\.6% of the other arm \(5x, at least \d\.\dx\), limit 2%: e = /);
  });

  it("goes by signs where the new arm had no traffic before the change", () => {
    const canary = arm(
      "canary_errors",
      (minute) => (minute < 0 ? null : 30),
      (minute) => (minute < 0 ? null : 1000),
    );
    const found = compared(stable, canary);

    expect(found.counts?.alike).toEqual([]);
    expect(judge(found).sentence).toContain("by the signs alone");
  });

  it("takes a missing part for none and a missing total for nothing known", () => {
    const canary = arm(
      "canary_errors",
      (minute) => (minute % 2 === 0 ? null : 3),
      (minute) => (minute === 1 ? null : 1000),
    );
    const during = compared(stable, canary).counts?.during ?? [];

    expect(during).toHaveLength(19);
    expect(during.slice(0, 2).map(({ bad }) => bad)).toEqual([0, 0]);
  });

  it("counts what is left of a share that should be high", () => {
    const good = arm(
      "stable_errors",
      () => 999,
      () => 1000,
    );
    const worse = arm(
      "canary_errors",
      (minute) => (minute < 0 ? 999 : minute === 4 ? null : 900),
      () => 1000,
    );
    const found = compared(good, worse, "<", 95);

    expect(found.counts?.during[0]).toEqual({ bad: 100, total: 1000, controlBad: 1, controlTotal: 1000 });
    // without the good ones nobody knows the bad ones
    expect(found.counts?.during).toHaveLength(19);
    expect(judge(found).verdict).toBe("fail");
  });

  it("compares values where the counts were read over different times", () => {
    const late = arm(
      "canary_errors",
      () => 30,
      () => 1000,
      changeAt.getTime() / 1000 - 3000,
    );

    expect(compared(stable, late).counts).toBeUndefined();
  });
});

describe("what is read of a ratio", () => {
  it("keeps its counts beside the percentage; of a metric there are none", async () => {
    const read = { startEpochSeconds: 0, periodSeconds: 60, values: [50] };
    const metrics = { series: async (queries: readonly unknown[]) => queries.map(() => read) };
    const plain = aSignal({ name: "latency", source: { kind: "metric", metric: metric("latency") } });

    const [first, second] = await readSignals(metrics, aBlueprint({ signals: [ratio("errors"), plain] }), null, changeAt, changeAt);

    expect(first?.counted).toEqual({ part: read, total: read });
    expect(second).toEqual({ signal: plain, series: read });
  });
});
