import { expect, it } from "vitest";
import type { Stage } from "../support/stage.ts";
import { waitUntil } from "../support/wait-until.ts";

/** StopExecution skips every Catch: what it leaves is cleaned up from outside. */
export function describeKilledRun(stage: () => Stage): void {
  it.concurrent("a run that is stopped after its write: lock freed, human paged, and the saved strategy put back by a mend", async () => {
    const { target, executions, inbox, hands } = stage();
    const shipping = hands("shipping");
    const before = await shipping.facts();
    await shipping.release("v2-errors");

    await shipping.raiseAlarm();
    await shipping.restored(before.image);
    const [execution = ""] = await executions.names("shipping");
    await executions.stop(execution);

    expect(await executions.ended(execution)).toMatchObject({ status: "ABORTED" });
    const { meta: killed } = await shipping.closedIncident(1);
    expect(killed).toMatchObject({ execution, outcome: "error", summary: expect.stringContaining("ABORTED") });
    await waitUntil("the lock is free", async () => (await target.store.holder("shipping"))?.owner !== execution);
    await waitUntil("somebody is paged", () =>
      inbox.about(killed.id).some(({ urgency, type }) => urgency === "page" && type === "execution_ended"),
    );

    await shipping.setAlarm("OK");
    await target.observeReleases();
    const { meta: mended } = await shipping.closedIncident(2);
    expect(mended).toMatchObject({
      outcome: "recovered",
      trigger: { kind: "mend", reason: expect.stringContaining(execution) },
      record: { plan: { steps: [{ kind: "restore-strategy" }] } },
    });
    expect(await shipping.facts()).toMatchObject({ image: before.image, replicas: before.replicas, strategy: before.strategy });
    expect(await target.store.holder("shipping")).toBeNull();

    // Once is enough.
    await target.observeReleases();
    expect(await executions.names("shipping")).toHaveLength(2);
  });
}
