import type { BenchResult } from "../../bench/bench-result.ts";

/** A result that meets every budget. */
export function aBenchResult(changes: Partial<BenchResult> = {}): BenchResult {
  return {
    reaction: { floorP50Ms: 180, p50Ms: 252, p95Ms: 302, ratioP50: 1.4, ratioP95: 1.6, samples: 30 },
    bareUndo: { p50Ms: 3.8 },
    statesBeforeFirstWrite: 7,
    lambdasBeforeFirstWrite: 5,
    reference: { kilobytes: 345, initMs: 48 },
    bundles: [
      { name: "steps/open-incident", kilobytes: 393.8, initMs: 60 },
      { name: "entry/observe-releases", kilobytes: 511.9, initMs: 55 },
    ],
    recovery: {
      replicas: 30,
      podReadySeconds: 1,
      oursSeconds: 1.3,
      oursMinAvailable: 30,
      freshDeploymentSeconds: 1.2,
      undoDefaultSeconds: 2.4,
      undoDefaultMinAvailable: 23,
      undoSafeSeconds: 4.5,
      server: "simulator",
    },
    ...changes,
  };
}
