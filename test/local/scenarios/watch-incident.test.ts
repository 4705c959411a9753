import { describe, expect, it } from "vitest";
import type { Incident, IncidentMeta } from "../../../functions/domain/incident.ts";
import { watchIncident } from "../../../local/scenarios/watch-incident.ts";
import { anIncident } from "../../support/builders/index.ts";

const base = anIncident();
const since = new Date(Date.parse(base.meta.openedAt) - 1000);

describe("watchIncident", () => {
  it("tells every event once and resolves with the closed incident", async () => {
    const open: Incident = { ...base, meta: { ...base.meta, status: "open", outcome: null }, events: base.events.slice(0, 1) };
    const told: string[] = [];

    const incident = await watchIncident({ ...watching([open, open, base]), onEvent: (event) => told.push(event.id) });

    expect(incident.meta.status).toBe("closed");
    expect(told).toEqual(base.events.map((event) => event.id));
  });

  it("takes the first incident after the change, not one from before and not a later one", async () => {
    const metaAt = (id: string, seconds: number): IncidentMeta => ({
      ...base.meta,
      id,
      openedAt: new Date(since.getTime() + seconds * 1000).toISOString(),
    });
    const asked: string[] = [];
    const store = {
      list: async () => [metaAt("third", 20), metaAt("second", 10), metaAt("first", -60)],
      read: async (id: string) => {
        asked.push(id);
        return base;
      },
    };

    await watchIncident({ ...watching([base]), store, onEvent: () => undefined });

    expect(asked).toEqual(["second"]);
  });

  it("says when no incident is opened in time", async () => {
    const store = { list: async () => [], read: async () => null };

    const watched = watchIncident({ ...watching([]), store, openWithinSeconds: 0.02, onEvent: () => undefined });

    await expect(watched).rejects.toThrow(`no incident of ${base.meta.service} was opened within 0.02 s`);
  });

  it("says when it is not closed in time", async () => {
    const open: Incident = { ...base, meta: { ...base.meta, status: "open" } };

    const watched = watchIncident({ ...watching([open]), closeWithinSeconds: 0.02, onEvent: () => undefined });

    await expect(watched).rejects.toThrow(/was not closed within 0.02 s/);
  });
});

/** A store that answers with one state after the other, the last one for ever. */
function watching(states: Incident[]) {
  let reads = 0;
  return {
    store: { list: async () => [base.meta], read: async () => states[Math.min(reads++, states.length - 1)] ?? null },
    service: base.meta.service,
    since,
    openWithinSeconds: 5,
    closeWithinSeconds: 5,
    everyMilliseconds: 1,
  };
}
