import { expect, it } from "vitest";
import type { Deployment } from "../../../local/cluster/objects.ts";
import { deploymentPath } from "../../../local/cluster/seed.ts";
import { DEMO_NAMESPACE } from "../../../local/scenarios/demo-cluster.ts";
import type { Stage } from "../support/stage.ts";

/** The default mode of a blueprint. */
export function describeObserveMode(stage: () => Stage): void {
  it.concurrent("observe mode writes nothing and records what it would have done", async () => {
    const { target, executions, hands } = stage();
    const inventory = hands("inventory");
    const before = await inventory.facts();
    const bad = await inventory.release("v2-errors");
    const patches = inventory.countPatches();
    const read = () => target.cluster.client.get<Deployment>(deploymentPath(DEMO_NAMESPACE, "inventory"));
    const deployed = await read();

    await inventory.raiseAlarm();
    const { meta, events } = await inventory.closedIncident();

    expect((await read()).metadata).toEqual(deployed.metadata);
    expect(patches()).toBe(0);
    expect(meta).toMatchObject({
      outcome: "observed",
      summary: expect.stringContaining(`would have rolled back to ${before.image}`),
      record: {
        mode: "observe",
        assessment: { decision: "roll-back", change: { kind: "deploy", image: bad.image } },
        plan: {
          mode: "observe",
          governance: { verdict: "allowed" },
          steps: [
            { kind: "restore-template", target: { image: before.image } },
            { kind: "relax-rollout" },
            { kind: "restore-strategy" },
            { kind: "quarantine-replica-set" },
          ],
        },
        progress: { outcome: "would-apply" },
      },
    });
    expect(events.map(({ message }) => message)).toContainEqual(expect.stringContaining("would have applied restore-template-1"));
    expect(await executions.ended(meta.execution)).toMatchObject({ status: "SUCCEEDED" });
    expect(await target.store.holder("inventory")).toBeNull();
    // Nothing was proved, so nothing is called bad.
    expect((await target.ledger.observations("inventory")).filter(({ verdict }) => verdict === "bad")).toEqual([]);
    await inventory.setAlarm("OK");
  });
}
