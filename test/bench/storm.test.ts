import { describe, expect, it } from "vitest";
import { Gate } from "../../bench/storm/gate.ts";
import { countStorm } from "../../bench/storm/storm-count.ts";
import { anOpenIncidentMeta } from "../support/builders/incident.ts";
import { anEvent } from "../support/builders/index.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";

const at = "2026-11-20T03:12:40.000Z";

/** A table with an open incident of each service, and the alarms that joined it. */
async function tableOf(incidents: readonly { readonly id: string; readonly service: string; readonly joined: readonly string[] }[]) {
  const store = new InMemoryIncidentStore();
  for (const { id, service, joined } of incidents) {
    const meta = anOpenIncidentMeta({ id, service, execution: `rg-${id}` });
    const trigger = { ...meta.trigger, service, alarmName: `${id}-first` };
    await store.close({ ...meta, trigger, status: "closed" }, anEvent(), []);
    for (const alarmName of joined) await store.attach(id, { alarmName, at, reason: "" }, anEvent({ id: `${at}#${alarmName}` }));
  }
  return store;
}

describe("what the storm bench counts", () => {
  it("is nothing lost or twice when every alarm opened an incident or joined one", async () => {
    const store = await tableOf([
      { id: "a", service: "api", joined: ["a-second"] },
      { id: "d", service: "db", joined: ["d-second"] },
    ]);

    const counted = await countStorm({ services: ["api", "db"], alarms: 2, store });

    expect(counted).toEqual({ alarms: 4, incidents: 2, lost: 0, twice: 0 });
  });

  it("is an alarm that is nowhere, and a second incident of a service", async () => {
    const store = await tableOf([
      { id: "a", service: "api", joined: [] },
      { id: "b", service: "api", joined: [] },
    ]);

    const counted = await countStorm({ services: ["api"], alarms: 3, store });

    expect(counted).toEqual({ alarms: 3, incidents: 2, lost: 1, twice: 1 });
  });
});

describe("the gate of the storm bench", () => {
  const started = { outcome: "started", incidentId: "inc-1" };
  const event = { incidentId: "inc-1", execution: { name: "rg-1" } };

  it.each([
    { by: "OpenIncident", answer: { outcome: "merged" }, free: true },
    { by: "OpenIncident", answer: { outcome: "opened" }, free: false },
    { by: "SelectStrategy", answer: {}, free: false },
    { by: "ExecuteStep", answer: { outcome: "applied" }, free: true },
    { by: "RecordIncident", answer: { outcome: "error" }, free: true },
  ])("is free again after $by answered $answer.outcome: $free", async ({ by, answer, free }) => {
    const gate = new Gate(1);
    const watched = gate.watch({ StartRollback: async () => started, [by]: async () => answer });
    await watched.StartRollback?.({});

    await watched[by]?.(event);

    expect(gate.mayStart()).toBe(free);
  });

  it("counts a start that is under way", () => {
    const gate = new Gate(1);
    const { StartRollback } = gate.watch({ StartRollback: () => new Promise(() => {}) });

    void StartRollback?.({});

    expect(gate.mayStart()).toBe(false);
  });
});
