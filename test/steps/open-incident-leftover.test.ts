import { describe, expect, it } from "vitest";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import { LEASE_SECONDS, openIncident } from "../../functions/steps/open-incident/step.ts";
import { aBlueprint, aRollbackInput, aRollbackTrigger, MOMENTS, SERVICE } from "../support/builders/index.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { aFleetBlueprint, alarmInput } from "../support/machine/fleet-scene.ts";

const first = aRollbackInput();
const second = aRollbackInput({
  execution: { name: "rg-checkout-20261120T031340Z-aaaaaaaaaaaa" },
  incidentId: "inc-checkout-20261120T031340Z-aaaaaaaaaaaa",
  trigger: aRollbackTrigger({ alarmName: "rollguard-checkout-error-rate" }),
});

async function opened() {
  const store = new InMemoryIncidentStore();
  const clock = fixedClock(MOMENTS.openedAt);
  const open = openIncident({ blueprints: registryOf(aBlueprint()), store, clock });
  await open(first, { logger: silentLogger });
  const acquireAgain = () => store.acquire(SERVICE, first.execution.name, first.incidentId, clock.now(), LEASE_SECONDS);
  return { store, open: () => open(second, { logger: silentLogger }), acquireAgain };
}

/** Found by the simulated year: the request of a function that was killed arrived after its execution had recorded the end. */
describe("a lock that a late request took after the end of its incident", () => {
  it("swallows no alarm: it is given back, and the next try opens an incident of its own", async () => {
    const { store, open, acquireAgain } = await opened();
    const meta = (await store.read(first.incidentId))?.meta;
    if (meta === undefined) throw new Error("no incident was opened");
    await store.close(
      { ...meta, status: "closed", outcome: "escalated", closedAt: MOMENTS.closedAt },
      { id: "closed", at: MOMENTS.closedAt, type: "incident_closed", message: "", urgency: "page", data: {} },
      [],
    );
    await acquireAgain();

    await expect(open()).rejects.toThrow(TransientUpstreamError);
    expect(await open()).toMatchObject({ outcome: "opened" });
    expect(await store.holder(SERVICE)).toMatchObject({ owner: second.execution.name });
  });

  it("is left alone while its incident is open", async () => {
    const { store, open, acquireAgain } = await opened();
    await acquireAgain();

    expect(await open()).toMatchObject({ outcome: "merged", mergedInto: first.incidentId });
    expect(await store.holder(SERVICE)).toMatchObject({ owner: first.execution.name });
  });
});

describe("locks of a group", () => {
  const input = alarmInput("web");
  const locks = ["group:shop", "api", "db", "web"];
  const setUp = () => {
    const store = new InMemoryIncidentStore();
    const clock = fixedClock(MOMENTS.openedAt);
    const blueprints = registryOf(...["web", "db", "api"].map((name) => aFleetBlueprint({ name, group: "shop" })));
    const open = openIncident({ blueprints, store, clock });
    const owners = async () => (await Promise.all(locks.map((name) => store.holder(name)))).map((holder) => holder?.owner);
    return { store, clock, owners, open: (of: string) => open(alarmInput(of), { logger: silentLogger }) };
  };

  it("that a late request took after the end of the incident swallow no alarm of a member", async () => {
    const { store, clock, owners, open } = setUp();
    await open("web");
    const meta = await store.readMeta(input.incidentId);
    if (meta === null) throw new Error("no incident was opened");
    await store.close(
      { ...meta, status: "closed", outcome: "escalated", closedAt: MOMENTS.closedAt },
      { id: "closed", at: MOMENTS.closedAt, type: "incident_closed", message: "", urgency: "page", data: {} },
      [],
    );
    for (const name of ["group:shop", "api"]) await store.acquire(name, input.execution.name, input.incidentId, clock.now(), LEASE_SECONDS);

    await expect(open("db")).rejects.toThrow(TransientUpstreamError);
    const opening = await open("db");

    expect(opening.outcome).toBe("opened");
    expect(Object.values(opening.lanes ?? {}).map((lane) => "left" in lane)).toEqual([false, false]);
    expect(await owners()).toEqual(locks.map(() => alarmInput("db").execution.name));
  });

  it("that were taken before the switch went off are given back", async () => {
    const { store, owners, open } = setUp();
    await open("web");
    await store.writeSwitch({ state: "off", by: "alex", reason: "maintenance", at: MOMENTS.openedAt });

    expect(await open("web")).toMatchObject({ outcome: "off" });

    expect(await owners()).toEqual(locks.map(() => undefined));
  });
});
