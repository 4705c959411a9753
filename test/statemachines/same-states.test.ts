import { describe, expect, it } from "vitest";
import { loadBlueprints } from "../../blueprints/load-blueprints.ts";
import { DEMO_ROUTES } from "../../local/scenarios/demo-routes.ts";
import { SCENARIOS } from "../../local/scenarios/index.ts";
import { aReleaseObservation, aRollbackInput, aRollbackTrigger, BAD_HASH, MOMENTS } from "../support/builders/index.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";
import { sharing } from "../support/machine/sharing.ts";
import { collapsed, STRATEGY_RUNS, statesOf } from "../support/strategy-runs.ts";

const blueprints = loadBlueprints("blueprints/examples", { metricPreset: "demo" });

/** The deployed example's own blueprint, on a service whose signals follow the live template. */
function sceneOf(service: string) {
  const blueprint = blueprints.find((one) => one.service === service);
  if (blueprint === undefined) throw new Error(`there is no example blueprint of ${service}`);
  const alarmName = blueprint.triggers[0]?.alarmName ?? "";
  const scene = aScene({
    blueprint,
    observations: [aReleaseObservation({ service })],
    input: aRollbackInput({ trigger: aRollbackTrigger({ service, alarmName }) }),
  });
  const ill = (epochSeconds: number) =>
    epochSeconds * 1000 >= Date.parse(MOMENTS.onsetAt) && scene.workload.state?.templateHash === BAD_HASH;
  scene.metrics.setMetric("ErrorCount", (at) => (ill(at) ? 120 : 2)).setMetric("ConversionRate", (at) => (ill(at) ? 3 : 5));
  const { shares } = DEMO_ROUTES[service] ?? {};
  if (shares !== undefined) {
    const live = service === "comments" ? { "comments-stable": 70, comments: 30 } : shares;
    scene.ports.surroundings.answer = { route: { shares: live, owner: null, prior: "[]" }, autoscaler: null };
  }
  return scene;
}

describe("the machine in process", () => {
  it.each(STRATEGY_RUNS)("$strategy: enters the same states in the same order as on the other engines", async (run) => {
    const scene = sceneOf(run.service);
    const { visited } = await runRollback({ ...scene.ports, actions: sharing(scene) }, scene.input, { onWait: scene.onWait });
    const incident = await scene.store.read(scene.input.incidentId);

    expect(incident?.meta.record?.plan?.strategy).toBe(run.strategy);
    expect(collapsed(visited)).toEqual(statesOf(run));
  });

  it("plays a scenario of the demo for every strategy", () => {
    expect(STRATEGY_RUNS.map(({ strategy }) => strategy).sort()).toEqual(["canary", "fast", "gradual", "immediate"]);
    for (const { scenario, service } of STRATEGY_RUNS) expect(SCENARIOS.find(({ name }) => name === scenario)?.service).toBe(service);
  });
});
