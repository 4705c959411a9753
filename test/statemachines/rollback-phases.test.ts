import { describe, expect, it } from "vitest";
import type { Check } from "../../functions/domain/blueprint.ts";
import type { ProbeReading } from "../../functions/domain/probe.ts";
import {
  aBlueprint,
  aGoodReplicaSet,
  aMetricRef,
  aReleaseObservation,
  aReplicaSet,
  aSignal,
  aThresholdCheck,
  aWorkloadState,
  GOOD_HASH,
  MOMENTS,
} from "../support/builders/index.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";

const { verification, ...rest } = aBlueprint();
const conversion = aSignal({
  name: "conversion_rate",
  unit: "%",
  better: "higher",
  source: { kind: "metric", metric: aMetricRef({ name: "Conversion", stat: "Average" }) },
});
const CHECKS: readonly Check[] = [
  aThresholdCheck({ name: "performance_latency_p95", phase: "performance", rollbackTrigger: false }),
  {
    type: "baseline",
    name: "business_conversion_rate",
    phase: "business",
    signal: "conversion_rate",
    operator: ">",
    percentOfBaseline: 95,
    unit: "%",
    critical: true,
    rollbackTrigger: false,
  },
];
const http: Check = {
  type: "http",
  name: "shop",
  url: "https://shop",
  status: 200,
  timeoutSeconds: 5,
  latencyMs: null,
  critical: true,
  rollbackTrigger: false,
};
const script: Check = { type: "script", name: "buy_something", job: "buy", timeoutSeconds: 30, critical: true, rollbackTrigger: false };

/** The night of the latency regression, with a performance phase of 40 s, a business phase of 60 s, and an older release to go to. */
function aPhasedScene(more: readonly Check[] = []) {
  const blueprint = {
    ...rest,
    signals: [...rest.signals, conversion],
    verification: {
      ...verification,
      phases: { ...verification.phases, performance: { seconds: 40 }, business: { seconds: 60 } },
      checks: [...verification.checks, ...CHECKS, ...more],
    },
  };
  const older = aGoodReplicaSet({ name: "checkout-older", templateHash: "older", revision: 0, image: "demo/checkout:v0" });
  const scene = aScene({
    blueprint,
    workload: aWorkloadState({ replicaSets: [aReplicaSet(), aGoodReplicaSet(), older] }),
    observations: [aReleaseObservation(), aReleaseObservation({ templateHash: "older", lastSeenAt: "2026-11-18T00:00:00.000Z" })],
  });
  scene.metrics.setMetric("Conversion", 4);
  return scene;
}

async function played(scene: ReturnType<typeof aScene>, reading: ProbeReading = { kind: "answer", value: 200, milliseconds: 20 }) {
  const asked: string[] = [];
  const probes = {
    run: async ({ name }: { readonly name: string }) => {
      asked.push(name);
      return reading;
    },
  };
  const result = await runRollback({ ...scene.ports, probes }, scene.input, { onWait: scene.onWait });
  const incident = await scene.store.read(scene.input.incidentId);
  return {
    result,
    meta: incident?.meta,
    verification: incident?.meta.record?.verification,
    steps: incident?.meta.record?.plan?.steps,
    asked,
  };
}

const restoredWhen = (scene: ReturnType<typeof aScene>, hash: string) => scene.workload.state?.templateHash === hash;

describe("after a restored release has passed its health checks", () => {
  it("performance and business are watched, and the recovery counts from the health checks", async () => {
    const { result, meta, verification: found } = await played(aPhasedScene());

    expect(result.failure).toBeNull();
    expect(meta?.outcome).toBe("recovered");
    expect(found?.checks.filter(({ phase }) => phase !== undefined).map(({ check, verdict }) => [check, verdict])).toEqual([
      ["performance_latency_p95", "pass"],
      ["improvement latency_p95", "pass"],
      ["business_conversion_rate", "pass"],
    ]);
    const watched = (Date.parse(meta?.closedAt ?? "") - Date.parse(found?.recoveredAt ?? "")) / 1000;
    expect(watched).toBeGreaterThanOrEqual(100);
    expect(meta?.record?.analysis?.recovery.restored).toBe(true);
  });

  it("a performance that gets worse gives the release up for the next one", async () => {
    const scene = aPhasedScene();
    const goodSince: { at?: number } = {};
    scene.metrics.setMetric("Latency", (epochSeconds) => {
      if (restoredWhen(scene, GOOD_HASH)) {
        goodSince.at ??= epochSeconds;
        return epochSeconds - goodSince.at > 30 ? 900 : 125;
      }
      return restoredWhen(scene, "older") ? 125 : epochSeconds * 1000 < Date.parse(MOMENTS.onsetAt) ? 120 : 480;
    });

    const { meta } = await played(scene);

    expect(scene.workload.writes.map(({ kind }) => kind)).toEqual(["restore-template", "restore-template", "restore-strategy"]);
    expect(scene.workload.state?.templateHash).toBe("older");
    expect(meta?.outcome).toBe("recovered");
  });

  it("a business phase without data calls a person; the release stays, and nothing else is tried", async () => {
    const scene = aPhasedScene();
    scene.metrics.setMetric("Conversion", () => (restoredWhen(scene, GOOD_HASH) ? null : 4));

    const { meta, verification: found } = await played(scene);

    expect(meta?.outcome).toBe("escalated");
    expect(meta?.summary).toContain("recovered by health checks, business could not be judged");
    expect(found).toMatchObject({ recovery: "recovered", unjudged: ["business"] });
    expect(scene.workload.state?.templateHash).toBe(GOOD_HASH);
    expect(scene.workload.state?.stamps.savedStrategy).toBeNull();
  });
});

describe("a probe", () => {
  it("is made only once the release has settled, and its failure is one of the release", async () => {
    const ok = await played(aPhasedScene([http]));
    const bad = await played(aPhasedScene([http]), { kind: "failed", reason: "shop broke the connection: ECONNREFUSED" });

    const looks = ok.result.visited.filter((state) => state === "VerifyStep").length;
    expect(new Set(ok.asked)).toEqual(new Set(["shop"]));
    expect(ok.asked.length).toBeLessThan(looks / 2);
    expect(ok.meta?.outcome).toBe("recovered");
    expect(bad.meta?.outcome).toBe("not-recovered");
  });

  it("that cannot be made is no verdict on the release", async () => {
    const { meta, verification: found } = await played(aPhasedScene([http]), { kind: "unreachable", reason: "shop cannot be reached" });

    expect(found?.checks).toContainEqual(
      expect.objectContaining({ check: "shop", verdict: "inconclusive", actual: "shop cannot be reached" }),
    );
    expect(meta?.summary).toContain("could not be proven");
  });
});

describe("a script", () => {
  it("is run once for each release, and its failure denies the recovery", async () => {
    const scene = aPhasedScene([script]);
    scene.actions.answer("run-check", { verdict: "lost", reason: "check buy failed" });

    const { meta } = await played(scene);

    const jobs = scene.actions.applied.filter(({ action }) => action.kind === "run-check").map(({ action }) => JSON.stringify(action));
    expect(new Set(jobs).size).toBe(jobs.length);
    expect(jobs).toHaveLength(2);
    expect(meta?.outcome).toBe("not-recovered");
  });

  it("that passes is a check of the record", async () => {
    const { meta, verification: found } = await played(aPhasedScene([script]));

    expect(meta?.outcome).toBe("recovered");
    expect(found?.checks).toContainEqual(expect.objectContaining({ check: "buy_something", verdict: "pass" }));
  });
});
