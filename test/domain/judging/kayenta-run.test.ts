import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { classifyMetric } from "../../../functions/domain/judging/kayenta-classify.ts";
import { type CanaryArms, CanaryConfigSchema, scoreRun } from "../../../functions/domain/judging/kayenta-run.ts";
import { scoreCanary } from "../../../functions/domain/judging/kayenta-score.ts";

const fixture = new URL("../../blueprints/import/fixtures/kayenta-canary.json", import.meta.url);
const config = CanaryConfigSchema.parse(JSON.parse(readFileSync(fixture, "utf8")));
const low = [1, 2, 3, 4, 5, 6];
const alike: CanaryArms = { experiment: [...low].reverse(), control: low };
const higher: CanaryArms = { experiment: low.map((value) => value + 20), control: low };
const names = config.metrics.map(({ name }) => name);
const all = Object.fromEntries(names.map((name) => [name, alike]));

describe("a run scored by a canary configuration", () => {
  it("passes with 100 where both arms are alike", () => {
    const run = scoreRun(config, all);

    expect(run).toMatchObject({ score: 100, verdict: "Pass" });
    expect(run.metrics.map(({ name, classification }) => [name, classification])).toEqual(names.map((name) => [name, "Pass"]));
  });

  it("weighs its groups: the two without a weight share what is left", () => {
    // Latency weighs 30; Errors 40, Business and System 15 each
    expect(scoreRun(config, { ...all, "p95 latency": higher })).toMatchObject({ score: 70, verdict: "Fail" });
    expect(scoreRun(config, { ...all, cpu: higher })).toMatchObject({ score: 92.5, verdict: "Marginal" });
  });

  it("fails with 0 where a critical metric fails by its own bound, and not below it", () => {
    const slightly = { experiment: low.map((value) => value + 8), control: low };

    expect(scoreRun(config, { ...all, error_rate: higher })).toMatchObject({ score: 0, verdict: "Fail" });
    expect(scoreRun(config, { ...all, error_rate: slightly })).toMatchObject({ score: 60 });
  });

  it("asks the direction: a metric that may only fall does not fail by rising", () => {
    expect(scoreRun(config, { ...all, conversion_rate: higher }).score).toBe(100);
    expect(scoreRun(config, { ...all, conversion_rate: { experiment: low, control: higher.experiment } }).score).toBe(85);
  });

  it("has no data where nothing was read, and a metric that must have some fails", () => {
    const { metrics } = scoreRun(config, {
      ...all,
      conversion_rate: { experiment: [], control: low },
      cpu: { experiment: [], control: [] },
    });

    expect(metrics.slice(2, 4).map(({ classification }) => classification)).toEqual(["NodataFailMetric", "Nodata"]);
    expect(scoreRun(config, {})).toMatchObject({ score: 0, verdict: "Fail" });
  });

  it("has no data on few values, unless it is to be Kayenta to the letter", () => {
    const few = { ...all, "p95 latency": { experiment: [20, 21, 22], control: [1, 2, 3] } };

    expect(scoreRun(config, few).metrics[1]).toMatchObject({ classification: "Nodata", reason: "3 values against 3: 5 are needed" });
    expect(scoreRun(config, few, { strict: true }).metrics[1]).toMatchObject({ classification: "High" });
  });
});

describe("the score", () => {
  it("leaves out what is muted", () => {
    const metrics = [
      { classification: "Pass", groups: ["a"], critical: false },
      { classification: "High", groups: ["a"], critical: true, muted: true },
    ] as const;

    expect(scoreCanary(metrics, {}, { pass: 95, marginal: 75 }).score).toBe(100);
  });

  it("is 0 where half of the metrics have no data", () => {
    const metrics = (["Pass", "Nodata"] as const).map((classification) => ({ classification, groups: ["a"], critical: false }));

    expect(scoreCanary(metrics, {}, { pass: 95, marginal: 75 })).toMatchObject({ score: 0, reason: "1 of 2 metrics have no data" });
  });
});

describe("a metric without data", () => {
  it("passes where missing values are zeros, and a critical one fails the canary", () => {
    expect(classifyMetric([], [1], { nanStrategy: "replace" }).classification).toBe("Pass");
    expect(classifyMetric([], [1], { critical: true, mustHaveData: true })).toMatchObject({ classification: "Nodata", critical: true });
    expect(classifyMetric([], [1], { mustHaveData: true })).toMatchObject({ classification: "NodataFailMetric", critical: false });
  });
});
