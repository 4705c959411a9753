import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEMO_PROFILES } from "../../../local/traffic/profiles.ts";
import {
  behaviourOf,
  type ReadyPod,
  seededRandom,
  serviceFigures,
  type TrafficProfile,
  withNoise,
} from "../../../local/traffic/traffic-model.ts";

const profile = DEMO_PROFILES["todo-frontend"] as TrafficProfile;
const calm = { loadFactor: 1, dependencyDown: false };

describe("serviceFigures", () => {
  it.each([
    { replicas: 3, readySeconds: 600, p95Millis: 120, errorRatePercent: 0.2, cpuPercent: 35 },
    { replicas: 2, readySeconds: 600, p95Millis: 280, errorRatePercent: 1.2, cpuPercent: 65 },
    { replicas: 3, readySeconds: 5, p95Millis: 125, errorRatePercent: 0.3, cpuPercent: 38 },
  ])("gives the worked example's figures for $replicas replicas, ready for $readySeconds s", ({ replicas, readySeconds, ...expected }) => {
    const figures = serviceFigures(profile, pods("demo/todo-frontend:v1", replicas, readySeconds), calm);

    expect(figures?.p95Millis).toBeCloseTo(expected.p95Millis, 6);
    expect(figures?.errorRatePercent).toBeCloseTo(expected.errorRatePercent, 6);
    expect(figures?.cpuPercent).toBeCloseTo(expected.cpuPercent, 6);
  });

  it("quadruples the latency when every pod runs a slow image, and only that", () => {
    const figures = serviceFigures(profile, pods("demo/checkout:v2-slow", 3), calm);

    expect(figures?.p95Millis).toBeCloseTo(480, 6);
    expect(figures?.errorRatePercent).toBeCloseTo(0.2, 6);
  });

  it("mixes versions by their share of the ready pods", () => {
    const mixed = [...pods("demo/payments:v1", 2), ...pods("demo/payments:v2-errors", 1)];

    expect(serviceFigures(profile, mixed, calm)?.errorRatePercent).toBeCloseTo(4.2, 6);
  });

  it("mixes versions by their weight where a route splits the traffic, and an arm without traffic shows nothing", () => {
    const behind = (canary: number) => [
      ...pods("demo/reviews:v1", 3).map((pod) => ({ ...pod, weight: (100 - canary) / 3 })),
      ...pods("demo/reviews:v2-errors", 1).map((pod) => ({ ...pod, weight: canary })),
    ];
    const errors = (canary: number) => serviceFigures({ ...profile, nominalPods: 4 }, behind(canary), calm)?.errorRatePercent;

    expect(errors(30)).toBeCloseTo(3.8, 6);
    expect(errors(0)).toBeCloseTo(0.2, 6);
    expect(serviceFigures(profile, [{ image: "demo/reviews:v1", readySeconds: 600, weight: 0 }], calm)).toBeNull();
  });

  it("leaks memory from 45 % to over 90 % with the time that a pod runs, and only where the image leaks", () => {
    const memory = (tag: string, readySeconds: number) =>
      serviceFigures(profile, pods(`demo/sessions:${tag}`, 3, readySeconds), calm)?.memoryPercent;

    expect(memory("v1", 600)).toBe(45);
    expect(memory("v2-leak", 0)).toBe(45);
    expect(memory("v2-leak", 20)).toBeGreaterThan(90);
  });

  it("sells less with a version that visitors do not like", () => {
    expect(serviceFigures(profile, pods("demo/offers:v1", 4), calm)?.conversionPercent).toBeCloseTo(5, 6);
    expect(serviceFigures(profile, pods("demo/offers:v2-unloved", 4), calm)?.conversionPercent).toBeCloseTo(3, 6);
  });

  it("blames no version when a dependency is down", () => {
    const before = serviceFigures(profile, pods("demo/search:v1", 3), { loadFactor: 1, dependencyDown: true });

    expect(before?.errorRatePercent).toBeCloseTo(35.2, 6);
  });

  it("has no figures when no pod is ready", () => {
    expect(serviceFigures(profile, [], calm)).toBeNull();
  });

  it("never gets better with fewer pods or more load", () => {
    const anyCase = fc.record({
      replicas: fc.integer({ min: 1, max: 10 }),
      loadFactor: fc.double({ min: 0.1, max: 3, noNaN: true }),
      profile: fc.constantFrom(...Object.values(DEMO_PROFILES)),
    });
    fc.assert(
      fc.property(anyCase, ({ replicas, loadFactor, profile: some }) => {
        const many = serviceFigures(some, pods("a:v1", replicas + 1), { ...calm, loadFactor });
        const few = serviceFigures(some, pods("a:v1", replicas), { ...calm, loadFactor });
        const busy = serviceFigures(some, pods("a:v1", replicas), { ...calm, loadFactor: loadFactor * 1.1 });

        for (const key of ["p95Millis", "errorRatePercent", "cpuPercent"] as const) {
          expect(few?.[key]).toBeGreaterThanOrEqual(many?.[key] ?? Number.NaN);
          expect(busy?.[key]).toBeGreaterThanOrEqual(few?.[key] ?? Number.NaN);
        }
        expect(few?.errorRatePercent).toBeLessThanOrEqual(100);
        expect(few?.cpuPercent).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe("behaviourOf", () => {
  it.each([
    ["demo/checkout:v2-slow", "slow"],
    ["demo/checkout:v2", ""],
    ["registry:5000/demo/checkout:v3-rc1-oom", "oom"],
    ["demo/check-out", ""],
    ["demo/checkout:v2-errors@sha256:abc", "errors"],
  ])("reads %s as '%s'", (image, behaviour) => {
    expect(behaviourOf(image)).toBe(behaviour);
  });
});

describe("noise", () => {
  it("is the same for the same seed and stays within 2 %", () => {
    const figures = { p95Millis: 100, errorRatePercent: 1, cpuPercent: 50, memoryPercent: 45, conversionPercent: 5 };
    const series = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 100 }, () => withNoise(figures, random).p95Millis);
    };

    expect(series(7)).toEqual(series(7));
    expect(series(7)).not.toEqual(series(8));
    expect(Math.min(...series(7))).toBeGreaterThanOrEqual(98);
    expect(Math.max(...series(7))).toBeLessThanOrEqual(102);
    expect(new Set(series(7)).size).toBeGreaterThan(90);
  });
});

function pods(image: string, count: number, readySeconds = 600): ReadyPod[] {
  return Array.from({ length: count }, () => ({ image, readySeconds }));
}
