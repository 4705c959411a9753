import { describe, expect, it } from "vitest";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import type { ManualWish } from "../../functions/domain/rollback-document.ts";
import { AUTOSCALER, aTraffic, routed } from "../domain/strategies/support.ts";
import {
  aBlueprint,
  aMetricRef,
  aRollbackInput,
  aRollbackTrigger,
  aSignal,
  aTrigger,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
  MOMENTS,
} from "../support/builders/index.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene, type SceneOptions } from "../support/machine/scene.ts";

type Scene = ReturnType<typeof aScene>;

const armSignals = { latency_p95: { stable: "latency_stable", canary: "latency_canary" } };
const arms = [
  aSignal({ name: "latency_stable", source: { kind: "metric", metric: aMetricRef({ name: "LatencyStable" }) } }),
  aSignal({ name: "latency_canary", source: { kind: "metric", metric: aMetricRef({ name: "LatencyCanary" }) } }),
];

/** Short clocks, so that a run of virtual minutes is one of few looks. */
function aQuickBlueprint(traffic: Parameters<typeof aTraffic>[0] = {}, more: Partial<Blueprint> = {}): Blueprint {
  const base = aBlueprint();
  const clocks = { ...base.policy.clocks, gradualWatchSeconds: 60, canaryAnalyseSeconds: 120, trafficStepSeconds: 20 };
  return aBlueprint({ traffic: aTraffic(traffic), signals: [...base.signals, ...arms], policy: { ...base.policy, clocks }, ...more });
}

function asked(strategy: NonNullable<ManualWish["strategy"]>, options: SceneOptions = {}, canary = 50): Scene {
  const scene = aScene({
    blueprint: aQuickBlueprint(),
    input: aRollbackInput({ trigger: aRollbackTrigger({ request: { strategy } }) }),
    ...options,
  });
  scene.ports.surroundings.answer = routed(canary);
  scene.metrics.setMetric("LatencyStable", 120);
  return scene;
}

/** Ids of the steps in the order in which they were begun, and how it ended. */
async function run(scene: Scene, onWait = scene.onWait) {
  const result = await runRollback(scene.ports, scene.input, { onWait });
  const steps = result.payloads.flatMap((payload) => JSON.parse(payload).progress?.stepId ?? []);
  const incident = await scene.store.read(scene.input.incidentId);
  return { result, steps: steps.filter((id, index) => id !== steps[index - 1]), meta: incident?.meta };
}

const critical = aQuickBlueprint(
  { maintenance: { backend: "page" } },
  { triggers: aBlueprint().triggers.map((one) => ({ ...one, severity: "critical" as const })) },
);

/** While the page has the traffic no request reaches the service: it has no latency and no errors. */
function silentUnderThePage(scene: Scene, recovers = true): Scene {
  const onAt: number[] = [];
  const noted = () => {
    const moves = scene.actions.applied.filter(({ action }) => action.kind === "maintenance" || action.kind === "set-weights");
    const last = moves.at(-1)?.action;
    if (last?.kind === "maintenance" && last.set === "on") onAt.push(Math.floor(scene.clock.now().getTime() / 1000));
  };
  const silent = (epochSeconds: number) => {
    noted();
    return onAt.some((at) => epochSeconds <= at && at < epochSeconds + 60);
  };
  const bad = () => !recovers || scene.workload.state?.templateHash === BAD_HASH;
  const { metrics } = scene;
  const latency = (epochSeconds: number) => (epochSeconds * 1000 < Date.parse(MOMENTS.onsetAt) ? 120 : bad() ? 480 : 125);
  metrics.setMetric("Latency", (epochSeconds) => (silent(epochSeconds) ? null : latency(epochSeconds)));
  metrics.setMetric("RequestCount", (epochSeconds) => (silent(epochSeconds) ? null : 1000));
  metrics.setMetric("ErrorCount", (epochSeconds) => (silent(epochSeconds) ? null : 2));
  return scene;
}

const shares = (scene: Scene) =>
  scene.actions.applied.flatMap(({ action }) => (action.kind === "set-weights" ? [action.weights["checkout-canary"]] : []));

describe("immediate", () => {
  it("protects the users, takes the change back and leaves the traffic on the stable arm where no other weights are known", async () => {
    const scene = asked("immediate");
    const { steps, meta } = await run(scene);

    expect(steps).toEqual(["traffic-to-stable", "restore-template-1", "restore-strategy", "quarantine-replica-set"]);
    expect(shares(scene)).toEqual([0]);
    expect(meta).toMatchObject({ outcome: "recovered" });
  });

  it("takes the change back where the traffic cannot be moved", async () => {
    const scene = asked("immediate");
    scene.actions.refuse("set-weights", "checkout-stable has 0 ready endpoints and needs 3");
    const { steps, meta } = await run(scene);

    expect(steps).toEqual(["traffic-to-stable", "restore-template-1", "restore-strategy", "quarantine-replica-set"]);
    expect(meta).toMatchObject({ outcome: "recovered" });
    expect(scene.workload.state?.templateHash).toBe(GOOD_HASH);
  });

  it("takes the change back where somebody else has moved the traffic meanwhile: that stays theirs", async () => {
    const scene = asked("immediate");
    const { apply } = scene.actions;
    scene.actions.apply = async (target, action, stamp) =>
      action.kind === "set-weights"
        ? { outcome: "superseded", generation: 0, reason: "somebody else has set it" }
        : apply.call(scene.actions, target, action, stamp);
    const { steps, meta } = await run(scene);

    expect(steps).toEqual(["traffic-to-stable", "restore-template-1", "restore-strategy", "quarantine-replica-set"]);
    expect(meta).toMatchObject({ outcome: "recovered" });
  });

  it("puts the maintenance page up again where the release fails as soon as it has its traffic back", async () => {
    const scene = silentUnderThePage(asked("immediate", { blueprint: critical, recovers: false }), false);
    const { steps, meta } = await run(scene);

    expect(steps.slice(0, 3)).toEqual(["maintenance-on", "restore-template-1", "lift-part-1-1"]);
    expect(steps.slice(-4)).toEqual(["lift-maintenance-1", "verify-lifted-1", "maintain-again-1", "restore-strategy"]);
    expect(meta).toMatchObject({ outcome: "not-recovered" });
  });

  it("lifts the maintenance on the word of pods and probes, since nothing of the service is measured under it; then the traffic proves the release", async () => {
    const scene = silentUnderThePage(asked("immediate", { blueprint: critical }));
    const { steps, meta } = await run(scene);

    expect(steps.slice(0, 3)).toEqual(["maintenance-on", "restore-template-1", "lift-part-1-1"]);
    expect(steps.slice(-4)).toEqual(["lift-maintenance-1", "verify-lifted-1", "restore-strategy", "quarantine-replica-set"]);
    expect(meta).toMatchObject({ outcome: "recovered" });
  });

  it("lifts the maintenance in steps once the restored release is well", async () => {
    const blueprint = aQuickBlueprint(
      { maintenance: { backend: "page" } },
      { triggers: aBlueprint().triggers.map((one) => ({ ...one, severity: "critical" as const })) },
    );
    const scene = asked("immediate", { blueprint });
    const { steps, meta } = await run(scene);

    expect(steps.slice(0, 3)).toEqual(["maintenance-on", "restore-template-1", "lift-part-1-1"]);
    expect(steps).toContain("lift-maintenance-1");
    expect(meta).toMatchObject({ outcome: "recovered" });
  });
});

describe("gradual with a router", () => {
  const judged = aQuickBlueprint({ perArmSignals: true, armSignals });

  it("keeps the new release where the judge finds its arm as good: nothing is written to the workload, nothing is quarantined", async () => {
    const scene = asked("gradual", { blueprint: judged });
    scene.metrics.setMetric("LatencyCanary", 130);
    // the cause was elsewhere, and it is over
    const wellAgain = () => {
      scene.metrics.setMetric("Latency", (epochSeconds) => (epochSeconds * 1000 < Date.parse(MOMENTS.onsetAt) ? 120 : 125));
      scene.metrics.setAlarm({
        alarmName: judged.triggers[0]?.alarmName ?? "",
        state: "OK",
        since: new Date(scene.clock.now()).toISOString(),
      });
    };
    const { steps, meta, result } = await run(scene, (seconds) => {
      scene.onWait(seconds);
      if (shares(scene).length > 0) wellAgain();
    });

    expect(result.failure).toBeNull();
    expect(steps.slice(0, 3)).toEqual(["halve-traffic", "watch-halved", "analyse-arms"]);
    expect(steps.at(-1)).toBe("verify-kept");
    expect(shares(scene)).toEqual([25, 31, 38, 44, 50]);
    expect(scene.workload.writes).toEqual([]);
    expect(meta).toMatchObject({ outcome: "recovered" });
    expect(meta?.summary).toContain("with the new release, which is kept");
    expect(await scene.ledger.quarantine()).toEqual([]);
    expect((await scene.ledger.observations("checkout")).find(({ templateHash }) => templateHash === BAD_HASH)?.verdict).not.toBe("bad");
  });

  it("takes the release back where the judge finds its arm worse", async () => {
    const scene = asked("gradual", { blueprint: judged });
    scene.metrics.setMetric("LatencyCanary", 480);
    const { steps, meta } = await run(scene);

    expect(steps).toEqual([
      "halve-traffic",
      "watch-halved",
      "analyse-arms",
      "traffic-to-stable",
      "restore-template-1",
      "restore-strategy",
      "quarantine-replica-set",
    ]);
    expect(meta).toMatchObject({ outcome: "recovered" });
  });

  it("takes it back where the judge has no data: no data is no good release", async () => {
    const scene = asked("gradual", { blueprint: judged });
    const { steps } = await run(scene);

    expect(steps.slice(2, 5)).toEqual(["analyse-arms", "traffic-to-stable", "restore-template-1"]);
  });

  it("takes it back at once where another alarm turns red in the watch", async () => {
    const second = aTrigger({ name: "saturation", alarmName: "rollguard-checkout-saturation", severity: "medium" });
    const scene = asked("gradual", { blueprint: { ...judged, triggers: [...judged.triggers, second] } });
    let looks = 0;
    const { steps } = await run(scene, (seconds) => {
      scene.onWait(seconds);
      looks += 1;
      const red = looks > 4 && scene.workload.state?.templateHash === BAD_HASH;
      scene.metrics.setAlarm({ alarmName: second.alarmName, state: red ? "ALARM" : "OK", since: scene.clock.now().toISOString() });
    });

    expect(steps.slice(0, 4)).toEqual(["halve-traffic", "watch-halved", "traffic-to-stable", "restore-template-1"]);
  });

  it("never gives traffic back without signals of each arm, whatever the watch shows", async () => {
    const scene = asked("gradual");
    const { steps } = await run(scene);

    expect(steps.slice(0, 4)).toEqual(["halve-traffic", "watch-halved", "traffic-to-stable", "restore-template-1"]);
    expect(shares(scene)).toEqual([25, 0]);
  });

  it("holds the autoscaler meanwhile, and gives it back after a release that did not help, with the reason kept", async () => {
    const scene = asked("gradual", { workload: aWorkloadState({ hpa: "checkout" }), recovers: false });
    scene.ports.surroundings.answer = routed(50, { autoscaler: AUTOSCALER });
    const { steps, meta } = await run(scene);

    expect(steps[0]).toBe("hold-autoscaler");
    expect(steps.slice(-2)).toEqual(["release-autoscaler", "restore-strategy"]);
    expect(meta).toMatchObject({ outcome: "not-recovered", record: { verification: { verdict: "fail" } } });
    expect(meta?.summary).toContain("latency_p95");
  });
});

describe("canary", () => {
  it("is stopped, judged and undone, and what was learnt is in the record", async () => {
    const scene = asked("canary", {}, 20);
    const { steps, meta } = await run(scene);

    expect(steps).toEqual([
      "stop-canary",
      "traffic-to-stable",
      "analyse-before",
      "restore-template-1",
      "restore-strategy",
      "quarantine-replica-set",
    ]);
    expect(meta).toMatchObject({ outcome: "recovered" });
    expect(meta?.record?.verification?.notes?.join()).toMatch(/analyse-before: latency_p95 480ms against 120ms before the change/);
    expect(meta?.record?.plan?.reasons.join("\n")).toContain("learnt from the canary");
  });

  it("without an earlier release is scaled away, and the service is judged on its stable version", async () => {
    const scene = asked("canary", { observations: [] }, 20);
    const { steps, meta } = await run(scene, (seconds) => {
      scene.onWait(seconds);
      if (shares(scene).length === 0) return;
      scene.metrics.setMetric("Latency", (epochSeconds) => (epochSeconds * 1000 < Date.parse(MOMENTS.onsetAt) ? 120 : 125));
      scene.metrics.setAlarm({
        alarmName: "rollguard-checkout-latency-p95",
        state: "OK",
        since: scene.clock.now().toISOString(),
      });
    });

    expect(steps).toEqual(["stop-canary", "traffic-to-stable", "analyse-before", "verify-stable", "scale-away"]);
    expect(scene.actions.applied.map(({ action }) => action.kind)).toContain("scale-arm");
    expect(meta).toMatchObject({ outcome: "recovered" });
    expect(meta?.summary).toContain("0 replicas of Deployment checkout");
  });
});
