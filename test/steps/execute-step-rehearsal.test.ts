import { describe, expect, it } from "vitest";
import type { Plan } from "../../functions/domain/rollback-document.ts";
import { executeStep } from "../../functions/steps/execute-step/step.ts";
import { bad, plan, withParts } from "../domain/support/release-plans.ts";
import { aConfig, anAssessment, anOpening, aRollbackInput, aWorkloadState } from "../support/builders/index.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { aScene } from "../support/machine/scene.ts";

const DENIAL = "the API server would deny the write (dry run): not on Fridays";
const withConfig = plan({ live: withParts(bad, { configs: [aConfig({ dataHash: "d2" })] }) });
const dryRun = (run: boolean): Plan => ({
  ...withConfig,
  steps: withConfig.steps.map((step) => (step.kind === "restore-template" ? { ...step, dryRun: run } : step)),
});

/** The first step of a plan, which brings the configuration back. */
async function first(wanted: Plan, denial: string | null) {
  const { ports, workload, actions, store } = aScene();
  const [input, opening] = [aRollbackInput(), anOpening()];
  workload.dryRunDenial = denial;
  const lock = await store.acquire(input.trigger.service, input.execution.name, input.incidentId, ports.clock.now(), 900);
  const held = { ...opening, lock: "lock" in lock ? lock.lock : opening.lock };
  const document = { ...input, opening: held, assessment: anAssessment({ workload: aWorkloadState() }), plan: wanted };
  const { stepId, outcome, reason } = await executeStep(ports)(document, { logger: silentLogger });
  return { stepId, outcome, reason, done: actions.applied.map(({ action }) => action.kind), written: workload.writes };
}

describe("the configuration of a release", () => {
  it("K8S-29 is not touched for a template that the API server would refuse", async () => {
    expect(await first(dryRun(true), DENIAL)).toEqual({
      stepId: "restore-config-1",
      outcome: "refused",
      reason: `${DENIAL}: nothing around the template is touched`,
      done: [],
      written: [],
    });
  });

  it("comes back once the dry run passes, and nothing of the template is written by that", async () => {
    expect(await first(dryRun(true), null)).toMatchObject({ outcome: "applied", done: ["restore-config"], written: [] });
  });

  it("waits for no dry run where every second counts", async () => {
    expect(await first(dryRun(false), DENIAL)).toMatchObject({ outcome: "applied", done: ["restore-config"] });
  });
});
