import { beforeEach, describe, expect, it } from "vitest";
import { describeServices } from "../../functions/entry/start-rollback/describe-services.ts";
import { aBlueprint, anEvent, anIncident, anOpenIncident, INCIDENT_ID, MOMENTS } from "../support/builders/index.ts";
import { FakeWorld } from "./fake-command.ts";

let world: FakeWorld;
beforeEach(async () => {
  world = new FakeWorld();
  world.services = describeServices([aBlueprint(), aBlueprint({ service: "shipping" })]);
  const incident = anOpenIncident();
  await world.seed(incident);
  // the incident of checkout is its group's, and holds the lock of shipping too
  await world.store.acquire("shipping", incident.meta.execution, INCIDENT_ID, new Date(MOMENTS.openedAt), 900);
});

describe("a member of a group whose incident another member opened", () => {
  it("has that incident in its status", async () => {
    const { out } = await world.run("status", "shipping", "--json");

    expect(JSON.parse(out)).toMatchObject({ services: [{ service: "shipping", incident: { id: INCIDENT_ID, control: "run" } }] });
  });

  it("names it for pause, resume and abort", async () => {
    for (const word of ["pause", "resume", "abort"]) {
      expect(await world.run(word, "shipping", "--reason", "looking")).toMatchObject({
        code: 0,
        out: expect.stringContaining(INCIDENT_ID),
      });
      world.clock.advance(10);
    }

    expect((await world.controls.read(INCIDENT_ID)).state).toBe("aborted");
  });

  it("is followed there by a request that joined it, which ends with 6", async () => {
    world.started = { incidentId: "inc-shipping-later", execution: "rg-shipping-later" };
    world.meanwhile = async (pauses) => {
      if (pauses === 40) await world.store.close(anIncident().meta, anEvent({ id: "z#2" }), []);
    };

    const { code, notes } = await world.run("rollback", "shipping", "--reason", "slow", "--yes");

    expect(code).toBe(6);
    expect(notes).toContain(`The request joined the open incident ${INCIDENT_ID}`);
  });

  it("has none once that incident has ended, whoever holds the lock still", async () => {
    await world.store.close(anIncident().meta, anEvent({ id: "z#2" }), []);
    expect(await world.store.holder("shipping")).not.toBeNull();

    expect(await world.run("pause", "shipping", "--reason", "looking")).toMatchObject({
      code: 3,
      notes: expect.stringContaining("shipping has no open incident"),
    });
  });
});
