import { describe, expect, it } from "vitest";
import { PermissionError } from "../../functions/domain/errors.ts";
import { takeBaselines } from "../../functions/entry/observe-releases/take-baselines.ts";
import type { MetricQuery } from "../../functions/ports/metric-source.ts";
import { aBaselineItem } from "../support/builders/baseline.ts";
import { aMetricRef, aSignal } from "../support/builders/blueprint.ts";
import { aBlueprint } from "../support/builders/index.ts";
import { aRelease, releaseParts } from "../support/builders/release.ts";
import { FakeMetricSource } from "../support/fakes/fake-metric-source.ts";
import { InMemoryBaselines } from "../support/fakes/in-memory-baselines.ts";
import { recordingLogger } from "../support/fakes/silent-logger.ts";

const at = (time: string) => `2026-11-20T${time}:00.000Z`;
const CHANGE_AT = at("03:12");
const old = aRelease({ hash: "old", liveSince: at("00:00"), lastSeenAt: CHANGE_AT, healthySince: at("00:00") });
const suspect = aRelease({
  ...{ hash: "new", parts: releaseParts({ templateHash: "t2" }), verdict: "candidate", verdictBy: null },
  ...{ liveSince: at("03:13"), lastSeenAt: at("03:13"), healthySince: null },
});
const latency = aSignal({
  name: "latency_p95",
  source: { kind: "metric", metric: aMetricRef({ name: "Latency" }) },
  resolutionSeconds: 60,
});
const memory = aSignal({
  ...{ name: "memory_utilization", unit: "%", resolutionSeconds: 60 },
  source: { kind: "metric", metric: aMetricRef({ name: "Memory", stat: "Average" }) },
});

/** `checkout`: 120 ms and memory at 40 % before the change at 03:12, 900 ms and 95 % since. */
function setUp({
  refused = [] as readonly string[],
  releases = [suspect, old],
  kept = new InMemoryBaselines(),
  looks = [] as readonly string[],
} = {}) {
  const changed = Date.parse(CHANGE_AT) / 1000;
  const source = new FakeMetricSource();
  source.setMetric("Latency", (second) => (second < changed ? 120 + ((second / 60) % 3) : 900));
  source.setMetric("Memory", (second) => (second < changed ? 40 : 95));
  const asked: string[] = [];
  const metrics = {
    async series(queries: readonly MetricQuery[], from: Date, to: Date) {
      for (const { metric } of queries) asked.push(`${metric.name} ${from.toISOString().slice(5, 16)} to ${to.toISOString().slice(5, 16)}`);
      if (queries.some(({ metric }) => refused.includes(metric.name))) throw new PermissionError("cloudwatch:GetMetricData was refused");
      return source.series(queries, from, to);
    },
  };
  const logger = recordingLogger();
  const judged = looks.map((signal) => ({ signal, class: "health" as const, severity: "high" as const }));
  const blueprint = aBlueprint({
    ...{ signals: [latency], triggers: [], baselineSignals: [memory] },
    ...(looks.length === 0 ? {} : { looks: { mode: "auto" as const, signals: judged } }),
  });
  const take = (now = at("03:13"), { wasMarked = false, left = 5 } = {}) =>
    takeBaselines({ baselines: kept, metrics }, { blueprint, releases, observations: [], wasMarked, now }, { left }, logger);
  return { kept, source, asked, logger, take, items: async () => await kept.ofService("checkout") };
}

/** 100 ms with scatter, and in some hours up to twice that. */
function bursty(second: number): number {
  const [minute, hour] = [Math.floor(second / 60), Math.floor(second / 3_600)];
  const burst = (hour * 7_919) % 11 === 0 ? 1 + ((hour * 104_729) % 13) / 13 : 1;
  return 100 * burst * (1 + ((minute * 7_919) % 97) / 970);
}

describe("baselines at a look", () => {
  it("are those of the hour before the change when it is first seen, of what the blueprint names and of what the stack measures besides", async () => {
    const { take, items } = setUp();

    await take();

    expect(await items()).toMatchObject([
      { release: "old", signal: "latency_p95", moment: "before-change", from: at("02:12"), to: CHANGE_AT, n: 60, missing: 0, median: 121 },
      { release: "old", signal: "memory_utilization", median: 40, mad: 0, n: 60 },
    ]);
  });

  it("never hold a point of the suspect, whenever they are taken", async () => {
    const { take, items } = setUp();

    await take(at("05:00"));

    expect((await items()).map(({ median, to }) => [median, to])).toEqual([
      [121, CHANGE_AT],
      [40, CHANGE_AT],
    ]);
  });

  it("are taken once: the next look reads nothing", async () => {
    const { take, asked } = setUp();
    await take();
    const read = asked.length;

    await take(at("03:14"));

    expect(read).toBeGreaterThan(0);
    expect(asked).toHaveLength(read);
  });

  it("are tried again at the next look where a metric could not be read, which keeps no other from being taken", async () => {
    const kept = new InMemoryBaselines();
    const failing = setUp({ refused: ["Memory"], kept });
    await failing.take();
    const before = (await failing.items()).map(({ signal }) => signal);

    await setUp({ kept }).take(at("03:14"));

    expect(before).toEqual(["latency_p95"]);
    expect((await failing.items()).map(({ signal }) => signal)).toEqual(["latency_p95", "memory_utilization"]);
    expect(failing.logger.lines).toMatchObject([{ message: "a baseline could not be taken", extra: { signal: "memory_utilization" } }]);
  });

  it("are not written where there are too few points", async () => {
    const { take, source, items } = setUp();
    source.setMetric("Latency", (second) => (second % 600 === 0 ? 120 : null));

    await take();

    expect((await items()).map(({ signal }) => signal)).toEqual(["memory_utilization"]);
  });

  it("of a release that is good come with its first ten minutes, and once more with its whole hour; drift is told against the one before", async () => {
    const good = { ...suspect, verdict: "good" as const, healthySince: at("03:14") };
    const kept = new InMemoryBaselines();
    const scene = () => setUp({ releases: [good, { ...old, verdict: "bad" }], kept });
    kept.seed(aBaselineItem({ release: "old", signal: "latency_p95", median: 121, mad: 2, to: CHANGE_AT }));

    await scene().take(at("03:20"), { wasMarked: true });
    const early = (await kept.ofService("checkout")).filter(({ release }) => release === "new");
    await scene().take(at("03:26"));
    await scene().take(at("04:14"));

    expect(early).toEqual([]);
    expect((await kept.ofService("checkout")).filter(({ signal }) => signal === "latency_p95")).toMatchObject([
      { release: "old" },
      { release: "new", moment: "good", from: at("03:14"), to: at("04:14"), median: 900, before: { release: "new", median: 900 } },
    ]);
  });

  it("read two weeks of what is judged, as many as the look has time for, and only up to the change", async () => {
    const { take, asked, items } = setUp();

    await take(at("03:13"), { left: 0 });
    const without = (await items()).map(({ historyReadAt }) => historyReadAt);
    await take(at("03:14"), { left: 1 });

    expect(without).toEqual([null, null]);
    expect(asked.filter((span) => span.includes("11-06"))).toEqual(["Latency 11-06T03:12 to 11-20T03:12"]);
    const [judged] = await items();
    expect(judged).toMatchObject({ historyReadAt: at("03:14"), calibration: { rule: "release", effectiveN: expect.any(Number) } });
    expect(judged?.hourly).toHaveLength(24);
  });

  it("say of the release judge what it does in the budget that the signals of the looks share", async () => {
    const calibrations = [];
    for (const looks of [[], ["latency_p95"], ["latency_p95", "a", "b", "c", "d", "e"]]) {
      const { source, take, items } = setUp({ looks });
      source.setMetric("Latency", bursty);
      await take();
      calibrations.push((await items()).find(({ signal }) => signal === "latency_p95")?.calibration);
    }

    const [alone, one, ofSix] = calibrations;
    expect(one).toEqual(alone);
    expect(ofSix?.threshold).toBeGreaterThan(one?.threshold ?? Number.POSITIVE_INFINITY);
    expect(ofSix?.falsePercent).toBeLessThan(one?.falsePercent ?? Number.NEGATIVE_INFINITY);
  });

  it("go with the releases that the ledger has forgotten, and a table that is away keeps nothing from being observed", async () => {
    const { kept, take, logger } = setUp();
    kept.seed(aBaselineItem({ release: "gone", signal: "latency_p95", to: at("01:00") }));
    await take();
    const releases = (await kept.ofService("checkout")).map(({ release }) => release);
    kept.ofService = async () => {
      throw new PermissionError("dynamodb:Query was refused");
    };

    await take(at("03:14"));

    expect(releases).toEqual(["old", "old"]);
    expect(logger.lines).toMatchObject([{ message: "baselines could not be taken" }]);
  });
});
