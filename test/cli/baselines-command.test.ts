import { beforeEach, describe, expect, it } from "vitest";
import { aBaselineItem } from "../support/builders/baseline.ts";
import { aRelease } from "../support/builders/index.ts";
import { aTunedAlarm } from "../support/builders/tuning.ts";
import { FakeWorld } from "./fake-command.ts";

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

const calibration = {
  rule: "release" as const,
  threshold: 1.2,
  falsePercent: 0.55,
  foundPercent: [71, 96],
  replays: 1822,
  effectiveN: 336,
};
const seed = () => {
  const before = { release: "0ddba11ad1ce", to: "2026-11-18T04:12:05.000Z", median: 100, mad: 4 };
  world.baselines.seed(
    aBaselineItem({ release: "0ddba11ad1ce", to: "2026-11-18T04:12:05.000Z", median: 100 }),
    aBaselineItem({ before, calibration }),
    aBaselineItem({ signal: "memory_utilization", unit: "%", median: 40, mad: 0, mean: 40, moment: "good" }),
  );
  return world.tunings.keep(aTunedAlarm({ signal: "latency_p95" }));
};

describe("rollguard baselines", () => {
  it("has a line for each signal: its newest baseline, drift against the one before, and the thresholds made from it", async () => {
    await seed();

    const { code, out } = await world.run("baselines", "checkout");

    const [head, latency, memory, ...more] = out.trimEnd().split("\n");
    expect(code).toBe(0);
    expect(head).toMatch(/^SIGNAL +MEDIAN +MAD +N +MISSING +UNTIL +RELEASE +DRIFT +FALSE +TUNED THRESHOLDS$/);
    expect(latency).toMatch(
      /^latency_p95 +120 ms +4 ms +57 x 60 s +2 +2026-11-20 03:12:05 UTC +a1b2c3d4e5f6 \(before the change\) +x 1\.2 \(4 spreads in 47 h\) +0\.55 % +latency-p95 240 ms$/,
    );
    expect(memory).toMatch(/^memory_utilization +40 % +0 % .* \(good\) +- +- +-$/);
    expect(more).toEqual([]);
  });

  it("prints JSON with everything that is kept", async () => {
    await seed();

    const [latency, memory] = JSON.parse((await world.run("baselines", "checkout", "--json")).out);

    expect(latency).toMatchObject({ signal: "latency_p95", median: 120, drift: { factor: 1.2, z: 4, hoursBetween: 47 }, calibration });
    expect(latency.tuned).toMatchObject([{ trigger: "latency-p95", threshold: 240 }]);
    expect(memory).toMatchObject({ signal: "memory_utilization", drift: null, tuned: [] });
  });

  it("says what is missing where there is no baseline yet, and where nobody knows the service", async () => {
    world.ledger.seedReleases(aRelease());

    const known = await world.run("baselines", "checkout");
    const unknown = await world.run("baselines", "search");

    expect([known.code, unknown.code]).toEqual([3, 3]);
    expect(known.notes).toContain("no baseline of checkout yet");
    expect(unknown.notes).toContain("no release of a service search");
  });
});
