import { expect, it } from "vitest";
import { invoke } from "../support/functions.ts";
import { PATCHES_OF_A_ROLLBACK } from "../support/service-hands.ts";
import type { Stage } from "../support/stage.ts";
import { watchDeployment } from "../support/watch-deployment.ts";

const EVENTS = 20;

/** EventBridge delivers at least once. */
export function describeAlarmStorm(stage: () => Stage): void {
  it.concurrent("twenty events of one transition at once: one incident, one execution, one template change", async () => {
    const { target, executions, hands } = stage();
    const orders = hands("orders");
    const before = await orders.facts();
    const bad = await orders.release("v2-errors");
    const patches = orders.countPatches();
    const watch = watchDeployment(target.cluster.client, "orders");

    const event = await orders.raiseAlarm(EVENTS);
    await orders.restored(before.image);
    await orders.setAlarm("OK");
    const { meta, alarms } = await orders.closedIncident();
    watch.stop();

    expect(meta).toMatchObject({ outcome: "recovered" });
    expect(await executions.names("orders")).toEqual([meta.execution]);
    expect(alarms).toEqual([]);
    expect(watch.images()).toEqual([bad.image, before.image]);
    // Two of them count: the template with the surge strategy, then the Deployment's own strategy.
    expect(patches()).toBe(PATCHES_OF_A_ROLLBACK);
    expect(await orders.facts()).toMatchObject({ image: before.image, strategy: before.strategy, generation: bad.generation + 2 });

    // A delivery that comes late is of the same transition.
    expect(await invoke(target.outputs.StartRollbackFunction, event)).toMatchObject({
      failed: false,
      payload: { outcome: "already-started", execution: meta.execution },
    });
    expect(await executions.names("orders")).toEqual([meta.execution]);
  });
}
