import { afterAll, describe, expect, it } from "vitest";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { STRATEGIES, type Strategy } from "../../functions/domain/rollback-document.ts";
import { aTraffic, routed } from "../domain/strategies/support.ts";
import {
  aBlueprint,
  aMetricRef,
  aRollbackInput,
  aRollbackTrigger,
  aSignal,
  aTrigger,
  GOOD_HASH,
  MOMENTS,
} from "../support/builders/index.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";
import { sharing } from "../support/machine/sharing.ts";

/** What becomes of the service once something was done about it. */
const OUTCOMES = ["pass", "fail", "worse", "inconclusive"] as const;
type Outcome = (typeof OUTCOMES)[number];

/** With a router that halves exactly, or by the pods alone; what a strategy cannot do without the one it does otherwise, or as `fast`. */
const ROUTES = ["router", "router with signals of each arm", "no router"] as const;
type Route = (typeof ROUTES)[number];

interface Cell {
  readonly strategy: Strategy;
  readonly route: Route;
  readonly outcome: Outcome;
}

/** A service that gets well is recovered however it was treated; one that gets worse is taken back at once and gets well by that; nobody who cannot tell says that it is. */
const ENDS: Readonly<Record<Strategy, Readonly<Record<Outcome, readonly string[]>>>> = {
  immediate: { pass: ["recovered"], fail: ["not-recovered"], worse: ["recovered"], inconclusive: ["not-recovered", "escalated"] },
  fast: { pass: ["recovered"], fail: ["not-recovered"], worse: ["recovered"], inconclusive: ["not-recovered", "escalated"] },
  gradual: { pass: ["recovered"], fail: ["not-recovered"], worse: ["recovered"], inconclusive: ["not-recovered", "escalated"] },
  canary: { pass: ["recovered"], fail: ["not-recovered"], worse: ["recovered"], inconclusive: ["not-recovered", "escalated"] },
};

const cells = STRATEGIES.flatMap((strategy) => ROUTES.flatMap((route) => OUTCOMES.map((outcome): Cell => ({ strategy, route, outcome }))));
const played: string[] = [];

afterAll(() => console.info([`${cells.length} cells`, ...played].join("\n")));

const ALARM = aBlueprint().triggers[0]?.alarmName ?? "";
const SECOND = aTrigger({ name: "saturation", alarmName: "rollguard-checkout-saturation", severity: "medium" });

function blueprintFor(route: Route): Blueprint {
  const base = aBlueprint();
  const clocks = { ...base.policy.clocks, gradualWatchSeconds: 60, canaryAnalyseSeconds: 120, trafficStepSeconds: 20 };
  const perArm = route === "router with signals of each arm";
  const arm = (name: string, metric: string) => aSignal({ name, source: { kind: "metric", metric: aMetricRef({ name: metric }) } });
  const armSignals = { latency_p95: { stable: "latency_stable", canary: "latency_canary" } };
  return {
    ...base,
    traffic: route === "no router" ? null : aTraffic(perArm ? { perArmSignals: true, armSignals } : {}),
    signals: [...base.signals, ...(perArm ? [arm("latency_stable", "LatencyStable"), arm("latency_canary", "LatencyCanary")] : [])],
    triggers: [...base.triggers, SECOND],
    policy: { ...base.policy, clocks },
  };
}

async function play({ strategy, route, outcome }: Cell) {
  const blueprint = blueprintFor(route);
  const input = aRollbackInput({ trigger: aRollbackTrigger({ request: { strategy } }) });
  const scene = aScene({ blueprint, input, recovers: outcome !== "fail" });
  if (route !== "no router") scene.ports.surroundings.answer = routed(50);
  scene.metrics.setMetric("LatencyStable", 120).setMetric("LatencyCanary", 480);
  const isBack = () => scene.workload.state?.templateHash === GOOD_HASH;
  let looks = 0;
  const result = await runRollback({ ...scene.ports, actions: sharing(scene) }, input, {
    onWait: (seconds) => {
      scene.onWait(seconds);
      looks += 1;
      const since = scene.clock.now().toISOString();
      if (outcome === "worse")
        scene.metrics.setAlarm({ alarmName: SECOND.alarmName, state: looks > 2 && !isBack() ? "ALARM" : "OK", since });
      const hasActed = scene.workload.writes.length + scene.actions.applied.length > 0;
      if (outcome !== "inconclusive" || !hasActed) return;
      scene.metrics.setMetric("Latency", (epochSeconds) => (epochSeconds * 1000 < Date.parse(MOMENTS.onsetAt) ? 120 : null));
      for (const metric of ["RequestCount", "ErrorCount", "LatencyStable", "LatencyCanary"]) scene.metrics.setMetric(metric, () => null);
      scene.metrics.setAlarm({ alarmName: ALARM, state: "INSUFFICIENT_DATA", since });
    },
  });
  const incident = await scene.store.read(input.incidentId);
  const steps = result.payloads.flatMap((payload) => JSON.parse(payload).progress?.stepId ?? []);
  return {
    scene,
    result,
    incident,
    holder: await scene.store.holder("checkout"),
    steps: steps.filter((id, index) => id !== steps[index - 1]),
  };
}

describe("every strategy x every outcome", () => {
  it("has an end for each", () => {
    expect(Object.keys(ENDS)).toEqual([...STRATEGIES]);
    expect(cells).toHaveLength(STRATEGIES.length * ROUTES.length * OUTCOMES.length);
  });

  it.each(cells)("$strategy, $route: $outcome", async (cell) => {
    const { scene, result, incident, holder, steps } = await play(cell);
    const outcome = incident?.meta.outcome ?? "";
    played.push(`| ${cell.strategy} | ${cell.route} | ${cell.outcome} | ${outcome} | ${steps.join(" > ")} |`);

    expect(ENDS[cell.strategy][cell.outcome]).toContain(outcome);
    expect(holder).toBeNull();
    expect(incident?.meta.status).toBe("closed");
    expect(result.failure === null).toBe(outcome === "recovered");
    if (outcome !== "recovered") expect(incident?.events.filter(({ urgency }) => urgency === "page").length).toBeGreaterThan(0);
    const written = scene.workload.writes.map((write) =>
      [write.kind, write.kind === "restore-template" ? write.templateHash : ""].join(" "),
    );
    expect(new Set(written).size).toBe(written.length);
    // whatever was held or set for the time of the rollback is given back, or kept where nothing was proven
    expect(scene.workload.state?.stamps.savedStrategy).toBeNull();
  });
});
