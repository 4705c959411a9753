import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidInputError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import type { IncidentMeta, TimelineEvent } from "../../../functions/domain/incident.ts";
import type { IncidentStore } from "../../../functions/ports/incident-store.ts";
import type { ReleaseLedger } from "../../../functions/ports/release-ledger.ts";
import { anEvent, anIncidentAlarm, anIncidentMeta, anOpenIncidentMeta, aSeries } from "../builders/incident.ts";
import { MOMENTS } from "../builders/moments.ts";

export interface StoreUnderTest {
  readonly store: IncidentStore;
  /** The observations of the same table: closing an incident writes verdicts there. */
  readonly ledger: ReleaseLedger;
}

const now = new Date(MOMENTS.openedAt);
const secondsLater = (seconds: number) => new Date(now.getTime() + seconds * 1000);

/** What every IncidentStore must do. Services are named anew in each test, so that the suite can share one table with others. */
export function describeIncidentStore(name: string, storeUnderTest: () => StoreUnderTest): void {
  const setUp = () => {
    const service = `svc-${randomUUID().slice(0, 8)}`;
    const meta = (overrides: Partial<IncidentMeta> = {}) =>
      anOpenIncidentMeta({ service, id: `inc-${service}`, execution: `rg-${service}`, ...overrides });
    const closedMeta = (overrides: Partial<IncidentMeta> = {}) =>
      anIncidentMeta({ service, id: `inc-${service}`, execution: `rg-${service}`, ...overrides });
    return { ...storeUnderTest(), service, meta, closedMeta };
  };
  const openedIncident = async () => {
    const prepared = setUp();
    const meta = prepared.meta();
    const acquired = await prepared.store.acquire(prepared.service, meta.execution, meta.id, now, 900);
    if (acquired.outcome !== "acquired") throw new Error("the lock of a new service was not free");
    await prepared.store.open(meta, anEvent(), acquired.lock.fence);
    return { ...prepared, opened: meta, lock: acquired.lock };
  };
  const closing: TimelineEvent = anEvent({
    id: `${MOMENTS.closedAt}#RecordIncident#incident_closed`,
    at: MOMENTS.closedAt,
    type: "incident_closed",
  });

  describe(`${name}: lock`, () => {
    it("gives a free lease, and tells the next one who holds it", async () => {
      const { store, service } = setUp();

      const first = await store.acquire(service, "rg-one", "inc-one", now, 900);
      const second = await store.acquire(service, "rg-two", "inc-two", secondsLater(10), 900);

      const leaseUntil = "2026-11-20T03:27:40.000Z";
      expect(first).toEqual({ outcome: "acquired", lock: { fence: 1, leaseUntil } });
      expect(second).toEqual({ outcome: "held", owner: "rg-one", incidentId: "inc-one", leaseUntil });
      expect(await store.holder(service)).toEqual({ owner: "rg-one", leaseUntil });
    });

    it("lets exactly one of twenty concurrent owners in", async () => {
      const { store, service } = setUp();

      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => store.acquire(service, `rg-${index}`, `inc-${index}`, now, 900)),
      );

      const winner = await store.holder(service);
      expect(results.filter(({ outcome }) => outcome === "acquired")).toHaveLength(1);
      expect(results.flatMap((result) => (result.outcome === "held" ? [result.owner] : []))).toEqual(Array(19).fill(winner?.owner));
    });

    it("gives the lease to its own owner again, with a higher fence, and invalidates the lower one", async () => {
      const { store, service } = setUp();
      await store.acquire(service, "rg-one", "inc-one", now, 900);

      const again = await store.acquire(service, "rg-one", "inc-one", secondsLater(5), 900);

      expect(again).toMatchObject({ outcome: "acquired", lock: { fence: 2 } });
      expect(await store.renew(service, "rg-one", 1, secondsLater(6), 900)).toBeNull();
      expect(await store.renew(service, "rg-one", 2, secondsLater(60), 900)).toEqual({ fence: 2, leaseUntil: "2026-11-20T03:28:40.000Z" });
    });

    it("is still held in the last second of the lease and free after it; the fence grows", async () => {
      const { store, service } = setUp();
      await store.acquire(service, "rg-one", "inc-one", now, 60);

      expect(await store.acquire(service, "rg-two", "inc-two", secondsLater(60), 60)).toMatchObject({ outcome: "held" });
      expect(await store.acquire(service, "rg-two", "inc-two", secondsLater(62), 60)).toMatchObject({
        outcome: "acquired",
        lock: { fence: 2 },
      });
      expect(await store.renew(service, "rg-one", 1, secondsLater(62), 60)).toBeNull();
    });

    it("is released by its owner only, once, and never forgets its fence", async () => {
      const { store, service } = setUp();
      await store.acquire(service, "rg-one", "inc-one", now, 900);

      expect(await store.release(service, "rg-other")).toBe(false);
      expect(await store.release(service, "rg-one")).toBe(true);
      expect(await store.release(service, "rg-one")).toBe(false);
      expect(await store.holder(service)).toBeNull();
      expect(await store.acquire(service, "rg-two", "inc-two", now, 900)).toMatchObject({ outcome: "acquired", lock: { fence: 2 } });
    });

    it("has one holder at most, and a fence that never falls, whatever happens in whatever order (property)", async () => {
      const owner = fc.constantFrom("rg-a", "rg-b", "rg-c");
      const step = fc.record({
        action: fc.constantFrom("acquire", "renew", "release"),
        owner,
        secondsLater: fc.integer({ min: 0, max: 40 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
          const { store, service } = setUp();
          const fences = new Map<string, number>();
          let [highest, clock] = [0, 0];
          for (const { action, owner: me, secondsLater: passed } of steps) {
            clock += passed;
            const before = await store.holder(service);
            if (action === "acquire") {
              const result = await store.acquire(service, me, `inc-${me}`, secondsLater(clock), 60);
              const held =
                before !== null &&
                before.owner !== me &&
                Date.parse(before.leaseUntil) >= Math.floor(secondsLater(clock).getTime() / 1000) * 1000;
              expect(result.outcome).toBe(held ? "held" : "acquired");
              if (result.outcome !== "acquired") continue;
              expect(result.lock.fence).toBe(highest + 1);
              highest = result.lock.fence;
              fences.set(me, highest);
            } else if (action === "renew") {
              const renewed = await store.renew(service, me, fences.get(me) ?? 0, secondsLater(clock), 60);
              expect(renewed !== null).toBe(before?.owner === me);
            } else {
              expect(await store.release(service, me)).toBe(before?.owner === me);
            }
          }
        }),
        { numRuns: 25 },
      );
    });

    it("knows nothing of a service nobody ever locked", async () => {
      const { store, service } = setUp();

      expect(await store.holder(service)).toBeNull();
      expect(await store.release(service, "rg-one")).toBe(false);
      expect(await store.renew(service, "rg-one", 1, now, 900)).toBeNull();
    });
  });

  describe(`${name}: incident`, () => {
    it("opens with META and the first event", async () => {
      const { store, opened } = await openedIncident();

      expect(await store.read(opened.id)).toEqual({ meta: opened, events: [anEvent()], alarms: [], series: [] });
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

  describe(`${name}: verdicts of a closing incident`, () => {
    const observation = {
      replicaSet: "rs",
      image: "demo/x:v1",
      firstSeenAt: now.toISOString(),
      liveSince: now.toISOString(),
      lastSeenAt: now.toISOString(),
      verdictBy: null,
    };
    const scale = (replicas: number, since: string, verdict: "candidate" | "good" | "bad" = "candidate") => ({
      replicas,
      since,
      lastSeenAt: since,
      healthySince: null,
      verdict,
    });

    it("mark releases good and bad", async () => {
      const { store, ledger, service, closedMeta } = await openedIncident();
      for (const templateHash of ["h1", "h2"])
        await ledger.save({ ...observation, service, templateHash, verdict: "candidate", scales: [] }, null);

      await store.close(closedMeta(), closing, [
        { templateHash: "h1", verdict: "good", replicas: null },
        { templateHash: "h2", verdict: "bad", replicas: null },
      ]);

      const verdicts = (await ledger.observations(service)).map(({ templateHash, verdict, verdictBy }) => ({
        templateHash,
        verdict,
        verdictBy,
      }));
      expect(verdicts).toHaveLength(2);
      expect(verdicts).toEqual(
        expect.arrayContaining([
          { templateHash: "h1", verdict: "good", verdictBy: closedMeta().id },
          { templateHash: "h2", verdict: "bad", verdictBy: closedMeta().id },
        ]),
      );
    });

    it("mark two replica counts of one release without touching the release", async () => {
      const { store, ledger, service, closedMeta } = await openedIncident();
      const scales = [scale(3, "2026-11-20T01:00:00.000Z"), scale(2, "2026-11-20T03:00:00.000Z")];
      await ledger.save({ ...observation, service, templateHash: "h1", verdict: "good", scales }, null);

      await store.close(closedMeta(), closing, [
        { templateHash: "h1", verdict: "good", replicas: 3 },
        { templateHash: "h1", verdict: "bad", replicas: 2 },
      ]);

      const [release] = await ledger.observations(service);
      expect(release).toMatchObject({ verdict: "good", verdictBy: null });
      expect(release?.scales.map(({ replicas, verdict }) => [replicas, verdict])).toEqual([
        [3, "good"],
        [2, "bad"],
      ]);
    });

    it("never turn bad into good", async () => {
      const { store, ledger, service, closedMeta } = await openedIncident();
      const scales = [scale(3, "2026-11-20T01:00:00.000Z"), scale(2, "2026-11-20T03:00:00.000Z", "bad")];
      await ledger.save({ ...observation, service, templateHash: "h1", verdict: "bad", verdictBy: "inc-earlier", scales }, null);

      await store.close(closedMeta(), closing, [
        { templateHash: "h1", verdict: "good", replicas: null },
        { templateHash: "h1", verdict: "good", replicas: 2 },
        { templateHash: "h1", verdict: "good", replicas: 3 },
      ]);

      const [release] = await ledger.observations(service);
      expect(release).toMatchObject({ verdict: "bad", verdictBy: "inc-earlier" });
      expect(release?.scales.map(({ verdict }) => verdict)).toEqual(["good", "bad"]);
      expect((await store.read(closedMeta().id))?.meta.status).toBe("closed");
    });

    it("are not lost when nobody ever observed the release or the scale", async () => {
      const { store, ledger, service, closedMeta } = await openedIncident();

      await store.close(closedMeta(), closing, [
        { templateHash: "unseen", verdict: "bad", replicas: null },
        { templateHash: "unseen-scale", verdict: "bad", replicas: 1 },
      ]);

      const seen = await ledger.observations(service);
      expect(seen.find(({ templateHash }) => templateHash === "unseen")).toMatchObject({
        verdict: "bad",
        liveSince: closedMeta().openedAt,
        scales: [],
      });
      expect(seen.find(({ templateHash }) => templateHash === "unseen-scale")).toMatchObject({
        verdict: "candidate",
        scales: [scale(1, closedMeta().openedAt, "bad")],
      });
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
