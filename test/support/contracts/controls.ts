import { describe, expect, it } from "vitest";
import { controlEvent, type IncidentControl, RUNS } from "../../../functions/domain/incident-control.ts";
import type { Controls } from "../../../functions/ports/controls.ts";
import { type StoreUnderTest, storeScene } from "./store-scene.ts";

/** What people tell running plans, against the fake and the table. */
export function describeControls(name: string, underTest: () => StoreUnderTest & { readonly controls: Controls }): void {
  const { openedIncident, closing } = storeScene(underTest);

  async function openIncident() {
    const { store, service, opened, closedMeta } = await openedIncident();
    const { controls } = underTest();
    const say = (state: IncidentControl["state"], at = "2026-11-20T03:13:00.000Z") => {
      const control = { state, by: "ada@desk", reason: "a reason", at };
      return controls.set(opened.id, control, controlEvent(service, control));
    };
    const end = () => store.close(closedMeta(), closing, []);
    return { store, controls, incident: opened, say, end };
  }

  describe(`${name}: controls`, () => {
    it("run where nobody has said anything", async () => {
      const { controls, incident } = await openIncident();

      expect(await controls.read(incident.id)).toEqual(RUNS);
    });

    it("keep the last word, with one event for each", async () => {
      const { controls, store, incident, say } = await openIncident();

      expect([await say("paused"), await say("paused"), await say("run", "2026-11-20T03:14:00.000Z")]).toEqual(["set", "set", "set"]);

      expect(await controls.read(incident.id)).toEqual({
        state: "run",
        by: "ada@desk",
        reason: "a reason",
        at: "2026-11-20T03:14:00.000Z",
      });
      const told = (await store.read(incident.id))?.events.filter(({ type }) => /paused|resumed/.test(type)).map(({ type }) => type);
      expect(told).toEqual(["incident_paused", "incident_resumed"]);
    });

    it("take no word after an abort", async () => {
      const { controls, incident, say } = await openIncident();

      expect([await say("aborted"), await say("run"), await say("paused"), await say("aborted")]).toEqual([
        "set",
        "aborted",
        "aborted",
        "aborted",
      ]);
      expect(await controls.read(incident.id)).toMatchObject({ state: "aborted" });
    });

    it("take no word about an incident that has ended, or that there is not", async () => {
      const { controls, incident, say, end } = await openIncident();
      const control = { state: "paused", by: "ada@desk", reason: "a reason", at: "2026-11-20T03:13:00.000Z" } as const;
      await end();

      expect([await say("paused"), await controls.set("inc-none", control, controlEvent("none", control))]).toEqual(["closed", "closed"]);
      expect(await controls.read(incident.id)).toEqual(RUNS);
    });
  });
}
