import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { IncidentEndedError, InvalidInputError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { anEvent, anIncidentAlarm, aSeries } from "../builders/incident.ts";
import { MOMENTS } from "../builders/moments.ts";
import { describeClosingVerdicts } from "./closing-verdicts.ts";
import { describeLock } from "./incident-lock.ts";
import { now, type StoreUnderTest, secondsLater, storeScene } from "./store-scene.ts";

/** What every IncidentStore must do. Services are named anew in each test, so that the suite can share one table with others. */
export function describeIncidentStore(name: string, storeUnderTest: () => StoreUnderTest): void {
  const { setUp, openedIncident, closing } = storeScene(storeUnderTest);
  describeLock(name, storeUnderTest);
  describeClosingVerdicts(name, storeUnderTest);

  describe(`${name}: incident`, () => {
    it("opens with META and the first event", async () => {
      const { store, opened } = await openedIncident();

      expect(await store.read(opened.id)).toEqual({ meta: opened, events: [anEvent()], alarms: [], series: [] });
      expect(await store.readMeta(opened.id)).toEqual(opened);
      expect(await store.readMeta(`${opened.id}-other`)).toBeNull();
    });

    it("does not change when the same execution opens it twice", async () => {
      const { store, opened, lock } = await openedIncident();

      await store.open({ ...opened, summary: "second try" }, anEvent({ id: "second try" }), lock.fence);

      expect(await store.read(opened.id)).toEqual({ meta: opened, events: [anEvent()], alarms: [], series: [] });
    });

    it("refuses to open with a fence that is not the lock's, and writes nothing", async () => {
      const { store, service, meta } = setUp();
      await store.acquire(service, "rg-other", "inc-other", now, 900);

      await expect(store.open(meta(), anEvent(), 1)).rejects.toThrow(TransientUpstreamError);

      expect(await store.read(meta().id)).toBeNull();
    });

    it("refuses to open the incident of another execution", async () => {
      const { store, service, opened } = await openedIncident();
      await store.release(service, opened.execution);
      const acquired = await store.acquire(service, "rg-other", opened.id, now, 900);
      const fence = acquired.outcome === "acquired" ? acquired.lock.fence : 0;

      await expect(store.open({ ...opened, execution: "rg-other" }, anEvent(), fence)).rejects.toThrow(InvalidInputError);
    });

    it("does not open an incident again that is closed", async () => {
      const { store, service, opened, closedMeta } = await openedIncident();
      await store.close(closedMeta(), closing, []);
      const late = await store.acquire(service, opened.execution, opened.id, now, 900);
      const fence = late.outcome === "acquired" ? late.lock.fence : 0;

      await expect(store.open(opened, anEvent({ id: "late" }), fence)).rejects.toThrow(IncidentEndedError);

      expect(await store.read(opened.id)).toMatchObject({ meta: { status: "closed" }, events: [anEvent(), closing] });
    });

    it("attaches an alarm once", async () => {
      const { store, opened } = await openedIncident();
      const alarm = anIncidentAlarm({ alarmName: "rollguard-b" });
      const event = anEvent({ id: `${MOMENTS.assessedAt}#OpenIncident#alarm_joined`, type: "alarm_joined" });

      await store.attach(opened.id, alarm, event);
      await store.attach(opened.id, { ...alarm, reason: "again" }, { ...event, message: "again" });
      await store.attach(opened.id, anIncidentAlarm({ alarmName: "rollguard-a" }), event);

      const incident = await store.read(opened.id);
      expect(incident?.alarms).toEqual([anIncidentAlarm({ alarmName: "rollguard-a" }), alarm]);
      expect(incident?.events).toEqual([anEvent(), event]);
    });

    it("knows when an attached alarm fired last, in whatever order its transitions arrive", async () => {
      const { store, opened } = await openedIncident();
      const event = anEvent({ id: `${MOMENTS.assessedAt}#OpenIncident#alarm_joined`, type: "alarm_joined" });
      const first = anIncidentAlarm({ alarmName: "rollguard-b", at: "2026-11-20T03:11:00.000Z" });
      const again = { ...first, at: "2026-11-20T03:21:00.000Z", reason: "again" };

      await store.attach(opened.id, first, event);
      await store.attach(opened.id, again, event);
      await store.attach(opened.id, first, event);

      expect((await store.read(opened.id))?.alarms).toEqual([again]);
    });

    it("appends events in the order of their ids and keeps those it has", async () => {
      const { store, opened } = await openedIncident();
      const applied = anEvent({
        id: `${MOMENTS.appliedAt}#ExecuteStep#rollback_executed`,
        data: { generation: 7, nested: { list: [1, null, "x"] } },
      });
      const assessed = anEvent({ id: `${MOMENTS.assessedAt}#AssessIncident#incident_assessed`, urgency: "quiet" });

      await store.append(opened.id, [applied, assessed]);
      await store.append(opened.id, [{ ...applied, message: "told twice" }]);

      expect((await store.read(opened.id))?.events).toEqual([anEvent(), assessed, applied]);
    });

    it("keeps the latest series of each signal", async () => {
      const { store, opened } = await openedIncident();

      await store.saveSeries(opened.id, [aSeries({ points: [] }), aSeries({ signal: "error_rate", unit: "%", threshold: null })]);
      await store.saveSeries(opened.id, [aSeries()]);

      expect((await store.read(opened.id))?.series).toEqual([aSeries({ signal: "error_rate", unit: "%", threshold: null }), aSeries()]);
    });

    it("does not read what is not there", async () => {
      expect(await setUp().store.read(`inc-${randomUUID()}`)).toBeNull();
    });

    it("lists the newest first, of one service or of all", async () => {
      const { store, service, closedMeta } = setUp();
      const times = ["2026-11-20T04:00:00.000Z", "2026-11-20T06:00:00.000Z", "2026-11-20T05:00:00.000Z"];
      for (const openedAt of times) await store.close(closedMeta({ id: `inc-${service}-${openedAt}`, openedAt }), closing, []);

      const newest = await store.list({ service, limit: 2 });
      const all = await store.list({ limit: 100 });

      expect(newest.map(({ openedAt }) => openedAt)).toEqual([times[1], times[2]]);
      expect(all.filter((meta) => meta.service === service).map(({ openedAt }) => openedAt)).toEqual([times[1], times[2], times[0]]);
    });
  });

  describe(`${name}: close`, () => {
    it("writes the record and the event and frees the lock", async () => {
      const { store, service, opened, closedMeta } = await openedIncident();

      await store.close(closedMeta(), closing, []);

      expect(await store.read(opened.id)).toEqual({ meta: closedMeta(), events: [anEvent(), closing], alarms: [], series: [] });
      expect(await store.holder(service)).toBeNull();
    });

    it("changes nothing the second time", async () => {
      const { store, closedMeta } = await openedIncident();
      await store.close(closedMeta(), closing, []);

      await store.close(closedMeta({ outcome: "error", summary: "late" }), { ...closing, id: "late" }, []);

      expect(await store.read(closedMeta().id)).toMatchObject({ meta: closedMeta(), events: [anEvent(), closing] });
    });

    it("records an incident that was never opened", async () => {
      const { store, closedMeta } = setUp();

      await store.close(closedMeta({ outcome: "error" }), closing, []);

      expect(await store.read(closedMeta().id)).toMatchObject({ meta: { status: "closed", outcome: "error" }, events: [closing] });
    });

    it("still writes the record when the lock was lost, and leaves the new holder alone", async () => {
      const { store, service, closedMeta } = await openedIncident();
      await store.acquire(service, "rg-next", "inc-next", secondsLater(2000), 900);

      await store.close(closedMeta(), closing, []);

      expect((await store.read(closedMeta().id))?.meta.status).toBe("closed");
      expect(await store.holder(service)).toMatchObject({ owner: "rg-next" });
    });

    it("frees a lock that its own late retry took again after the end", async () => {
      const { store, service, closedMeta } = await openedIncident();
      await store.close(closedMeta(), closing, []);
      await store.acquire(service, closedMeta().execution, closedMeta().id, secondsLater(5), 900);

      await store.close(closedMeta(), closing, []);

      expect(await store.holder(service)).toBeNull();
    });

    it("is written once by two concurrent closers", async () => {
      const { store, closedMeta } = await openedIncident();

      await Promise.all([store.close(closedMeta(), closing, []), store.close(closedMeta(), closing, [])]);

      expect((await store.read(closedMeta().id))?.events).toEqual([anEvent(), closing]);
    });
  });

  describe(`${name}: switch`, () => {
    it("keeps the last state", async () => {
      const { store } = setUp();
      const off = { state: "off", by: "alex", reason: "maintenance", at: MOMENTS.openedAt } as const;
      const armed = { ...off, state: "armed" } as const;

      await store.writeSwitch(off);
      expect(await store.readSwitch()).toEqual(off);
      await store.writeSwitch(armed);
      expect(await store.readSwitch()).toEqual(armed);
    });
  });
}
