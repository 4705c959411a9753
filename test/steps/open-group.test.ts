import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import type { Opening } from "../../functions/domain/rollback-document.ts";
import { releaseLock } from "../../functions/entry/release-lock/release-lock.ts";
import type { IncidentStore } from "../../functions/ports/incident-store.ts";
import { openIncident } from "../../functions/steps/open-incident/step.ts";
import { recordIncident } from "../../functions/steps/record-incident/step.ts";
import { aManualTrigger, MOMENTS } from "../support/builders/index.ts";
import { anExecutionEndedEvent } from "../support/events/execution-events.ts";
import { FakePager } from "../support/fakes/fake-pager.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { aFleetBlueprint, alarmInput } from "../support/machine/fleet-scene.ts";

const context = { logger: silentLogger };
const NAMES = ["api", "db", "web"] as const;
const blueprints = registryOf(...NAMES.map((name) => aFleetBlueprint({ name, group: "shop", alarms: 2 })));
const LOCKS = [...NAMES, "group:shop"];

function setUp(store: IncidentStore & { eventsOf: InMemoryIncidentStore["eventsOf"] } = new InMemoryIncidentStore()) {
  const ports = { blueprints, store, clock: fixedClock(MOMENTS.openedAt) };
  return { store, ports, open: openIncident(ports) };
}
const ownersOf = async (store: IncidentStore) =>
  (await Promise.all(LOCKS.map((name) => store.holder(name)))).map((holder) => holder?.owner);

/** As the state machine does: the only retried name, so many times. */
async function retried(run: () => Promise<Opening>, tries = 4): Promise<Opening> {
  try {
    return await run();
  } catch (error) {
    if (tries <= 1 || !(error instanceof TransientUpstreamError)) throw error;
    return retried(run, tries - 1);
  }
}

describe("OpenIncident of a grouped service", () => {
  it("takes the group's lock and those of all members, and announces them", async () => {
    const { store, open } = setUp();
    const input = alarmInput("web");

    const opening = await open(input, context);

    expect(opening.outcome).toBe("opened");
    expect(Object.keys(opening.lanes ?? {}).sort()).toEqual(["api", "db"]);
    expect(await ownersOf(store)).toEqual(LOCKS.map(() => input.execution.name));
    expect((await store.members(input.incidentId)).map(({ service, state }) => `${service} ${state}`)).toEqual([
      "api planned",
      "db planned",
      "web planned",
    ]);
  });

  it("joins with the alarm of another member, without a write of its own beyond the evidence", async () => {
    const { store, open } = setUp();
    const first = await open(alarmInput("web"), context);

    const second = await open(alarmInput("db"), context);

    expect(first.outcome).toBe("opened");
    expect(second).toMatchObject({ outcome: "merged", mergedInto: alarmInput("web").incidentId, blueprint: null });
    expect((await store.read(alarmInput("web").incidentId))?.alarms.map(({ alarmName }) => alarmName)).toEqual(["rollguard-db-latency"]);
    expect(await store.members(alarmInput("db").incidentId)).toEqual([]);
  });

  it("may be tried again, and then holds the same locks with higher fences", async () => {
    const { store, open } = setUp();
    const first = await open(alarmInput("web"), context);

    const again = await open(alarmInput("web"), context);

    expect(again.outcome).toBe("opened");
    expect(again.group?.fence).toBeGreaterThan(first.group?.fence ?? 0);
    expect(await ownersOf(store)).toEqual(LOCKS.map(() => alarmInput("web").execution.name));
  });

  it("joins the run of its own service that is under way, and leaves the group free", async () => {
    const { store, ports, open } = setUp();
    await store.acquire("web", "rg-web-by-hand", "inc-web-by-hand", ports.clock.now(), 900);

    const opening = await open(alarmInput("web"), context);

    expect(opening).toMatchObject({ outcome: "merged", mergedInto: "inc-web-by-hand" });
    expect(await store.holder("group:shop")).toBeNull();
  });

  it("lets a person's request be about the one service", async () => {
    const { store, open } = setUp();
    const input = { ...alarmInput("web"), trigger: aManualTrigger({ service: "web" }) };

    const opening = await open(input, context);

    expect(opening.outcome).toBe("opened");
    expect(opening.lanes).toBeUndefined();
    expect(await ownersOf(store)).toEqual([undefined, undefined, input.execution.name, undefined]);
  });

  it("is one incident, whatever the order in which alarms of its members arrive and write (property)", async () => {
    const inputs = NAMES.flatMap((name) => [alarmInput(name, 0), alarmInput(name, 1)]);
    const winners = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const memory = new InMemoryIncidentStore();
        const { open } = setUp(scheduled(memory, scheduler));

        const all = Promise.all(inputs.map((input) => retried(() => open(input, context))));
        await scheduler.waitFor(all);
        const openings = await all;

        const opened = inputs.filter((_, index) => openings[index]?.outcome === "opened");
        const [winner] = opened;
        expect(opened).toHaveLength(1);
        winners.add(winner?.execution.name ?? "");
        expect(await ownersOf(memory)).toEqual(LOCKS.map(() => winner?.execution.name));
        const joined = (await memory.read(winner?.incidentId ?? ""))?.alarms.map(({ alarmName }) => alarmName);
        const others = inputs.filter((input) => input !== winner).map(({ trigger }) => trigger.alarmName);
        expect(joined?.sort()).toEqual(others.sort());
      }),
      { numRuns: 150 },
    );
    expect(winners.size).toBeGreaterThan(1);
  });

  it("loses no alarm while an incident ends at the same moment (property)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const memory = new InMemoryIncidentStore();
        const { ports } = setUp(memory);
        const first = alarmInput("db");
        const opening = await openIncident(ports)(first, context);
        const store = scheduled(memory, scheduler);
        const record = recordIncident({ store, ledger: memory.ledger, clock: ports.clock });

        const ended = record({ ...first, opening }, context);
        const joining = retried(() => openIncident({ ...ports, store })(alarmInput("web"), context));
        await scheduler.waitFor(Promise.all([ended, joining]));
        const joined = await joining;

        // It joined before the end, so the end could see it, or it has an incident of its own.
        const seen = (await memory.read(first.incidentId))?.alarms.length === 1;
        expect(joined.outcome === "opened" || seen).toBe(true);
        const owner = joined.outcome === "opened" ? alarmInput("web").execution.name : undefined;
        expect(await ownersOf(memory)).toEqual(LOCKS.map(() => owner));
      }),
      { numRuns: 100 },
    );
  });
});

describe("an execution of a group that dies", () => {
  it.each(LOCKS.map((_, taken) => taken))("leaves no lock behind after it had taken %i of them", async (taken) => {
    const { store, ports } = setUp();
    const input = alarmInput("web");
    let left = taken;
    const dying: IncidentStore = new Proxy(store, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== "function") return value;
        return (...all: unknown[]) => {
          if (property === "acquire" && left-- <= 0) throw new Error("the function was stopped");
          return value.apply(target, all);
        };
      },
    });
    await expect(openIncident({ ...ports, store: dying })(input, context)).rejects.toThrow("stopped");
    const event = anExecutionEndedEvent({ name: input.execution.name, input: JSON.stringify(input), status: "ABORTED" });

    const pager = new FakePager();
    const result = await releaseLock({ store, pager, clock: ports.clock })(event, context);

    expect(result.outcome).toBe(taken === 0 ? "nothing-to-do" : "released");
    expect(await ownersOf(store)).toEqual(LOCKS.map(() => undefined));
    expect(pager.messages).toHaveLength(taken === 0 ? 0 : 1);
  });

  it("is closed as an error with its members, when it was aborted in the middle", async () => {
    const { store, ports, open } = setUp();
    const input = alarmInput("web");
    await open(input, context);
    const event = anExecutionEndedEvent({ name: input.execution.name, input: JSON.stringify(input), status: "ABORTED" });

    await releaseLock({ store, pager: new FakePager(), clock: ports.clock })(event, context);

    expect((await store.read(input.incidentId))?.meta).toMatchObject({ status: "closed", outcome: "error", group: "shop" });
    expect(await ownersOf(store)).toEqual(LOCKS.map(() => undefined));
  });
});

/** Each call of the store begins when the scheduler says so: every interleaving that a table allows. */
function scheduled(store: InMemoryIncidentStore, scheduler: fc.Scheduler): InMemoryIncidentStore {
  return new Proxy(store, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== "function" || property === "eventsOf") return value;
      return async (...all: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), String(property));
        return value.apply(target, all);
      };
    },
  });
}
