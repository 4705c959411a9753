import { expect, it } from "vitest";
import { rollguard } from "../support/command.ts";
import { PATCHES_OF_A_ROLLBACK } from "../support/service-hands.ts";
import type { Stage } from "../support/stage.ts";

/** The global switch, turned by the real command. */
export function describeGlobalSwitch(stage: () => Stage): void {
  it("off: an alarm leads to a record and nothing else; on again: the next one is acted on", async () => {
    const { target, executions, hands } = stage();
    const billing = hands("billing");
    const before = await billing.facts();
    const bad = await billing.release("v2-errors");
    const patches = billing.countPatches();

    expect(await rollguard("switch", "off", "--reason", "load test until 16:00")).toMatchObject({ exitCode: 0 });
    await billing.raiseAlarm();
    const off = await billing.closedIncident(1).finally(async () => {
      expect(await rollguard("switch", "on", "--reason", "the load test is over")).toMatchObject({ exitCode: 0 });
    });

    expect(off.meta).toMatchObject({ outcome: "off", summary: expect.stringContaining("load test until 16:00") });
    expect(await executions.ended(off.meta.execution)).toMatchObject({ status: "SUCCEEDED" });
    expect(await target.store.holder("billing")).toBeNull();
    expect(patches()).toBe(0);
    expect(await billing.facts()).toEqual(bad);

    await billing.setAlarm("OK");
    await billing.raiseAlarm();
    await billing.restored(before.image);
    await billing.setAlarm("OK");
    const on = await billing.closedIncident(2);

    expect(on.meta).toMatchObject({ outcome: "recovered" });
    expect(patches()).toBe(PATCHES_OF_A_ROLLBACK);
    expect(await billing.facts()).toMatchObject({ image: before.image, strategy: before.strategy, generation: bad.generation + 2 });
  });
}
