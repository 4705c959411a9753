import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Freeze, GovernanceWrites, PastRollback } from "../../../functions/domain/governance.ts";
import type { GovernanceStore } from "../../../functions/ports/governance-store.ts";
import type { IncidentStore } from "../../../functions/ports/incident-store.ts";
import { aFreeze, anEvent, anIncidentMeta, secondsAfter } from "../builders/index.ts";

interface UnderTest {
  readonly store: IncidentStore;
  readonly governance: GovernanceStore;
}

const MANY = { maxPerHour: 60, maxPerHourAll: 1000 };
let year = 2030;

/** What every GovernanceStore must do. Breaker and rate are of the whole deployment: each test has a year of its own. */
export function describeGovernanceStore(name: string, underTest: () => UnderTest): void {
  const setUp = () => {
    const service = `svc-${randomUUID().slice(0, 8)}`;
    const now = `${year++}-11-20T03:30:00.000Z`;
    const at = (seconds: number) => secondsAfter(now, seconds);
    const rollback = (id: string, overrides: Partial<PastRollback> = {}): PastRollback => ({
      ...{ incidentId: `${service}-${id}`, service, at: now, outcome: "open", from: "template b", to: "template a" },
      ...overrides,
    });
    const { store, governance } = underTest();
    const read = (incidentId = "inc-other", group: string | null = null, when = now) =>
      governance.read(service, group, incidentId, new Date(when));
    const close = (id: string, writes: Partial<GovernanceWrites>, closedAt = at(60)) =>
      store.close(
        anIncidentMeta({ id: `${service}-${id}`, service, execution: `rg-${service}-${id}`, closedAt }),
        anEvent({ id: `${closedAt}#RecordIncident#closed`, at: closedAt }),
        [],
        undefined,
        { governance: { rollback: null, approved: false, freezes: [], ...writes }, escalations: [] },
      );
    return { store, governance, service, now, at, rollback, read, close };
  };

  describe(`${name}: rollbacks`, () => {
    it("are unknown of a service that never had one", async () => {
      expect(await setUp().read()).toMatchObject({ rollbacks: [], rollbacksOfAllInTheHour: 0, freezes: [] });
    });

    it("are noted as they begin, and end with the closing of their incident", async () => {
      const { governance, rollback, read, close, at } = setUp();

      expect(await governance.reserve(rollback("1"), MANY)).toBe("reserved");
      const during = await read();
      await close("1", { rollback: rollback("1", { outcome: "recovered", at: at(30) }) });

      expect(during).toMatchObject({ rollbacks: [rollback("1")], rollbacksOfAllInTheHour: 1 });
      expect((await read()).rollbacks).toEqual([rollback("1", { outcome: "recovered" })]);
    });

    it("are noted by the closing alone where nobody had reserved: a person allowed it, and it counts", async () => {
      const { rollback, read, close } = setUp();

      await close("1", { rollback: rollback("1", { outcome: "recovered" }), approved: true });

      expect(await read()).toMatchObject({ rollbacks: [rollback("1", { outcome: "recovered" })], rollbacksOfAllInTheHour: 1 });
    });

    it("of the asking incident itself are left out, so that a retry decides the same", async () => {
      const { governance, rollback, read } = setUp();
      await governance.reserve(rollback("1"), MANY);

      expect(await read(rollback("1").incidentId)).toMatchObject({ rollbacks: [], rollbacksOfAllInTheHour: 0 });
    });

    it("come newest first, and more than an hour old count no more in the hour", async () => {
      const { governance, rollback, read, at } = setUp();
      for (const [id, ago] of [
        ["old", 4000],
        ["new", 10],
        ["middle", 2000],
      ] as const)
        await governance.reserve(rollback(id, { at: at(-ago) }), MANY);

      const { rollbacks, rollbacksOfAllInTheHour } = await read();

      expect(rollbacks.map(({ incidentId }) => incidentId.split("-").at(-1))).toEqual(["new", "middle", "old"]);
      expect(rollbacksOfAllInTheHour).toBe(2);
    });

    it("that wrote nothing are forgotten with the closing of their incident; an earlier one stays", async () => {
      const { governance, rollback, read, close, at } = setUp();
      await governance.reserve(rollback("0", { at: at(-600), outcome: "recovered" }), MANY);
      await governance.reserve(rollback("1"), MANY);

      await close("1", {});

      expect((await read()).rollbacks.map(({ incidentId }) => incidentId)).toEqual([rollback("0").incidentId]);
    });

    it("are kept sixty a service", async () => {
      const { governance, rollback, read, at } = setUp();
      for (let n = 0; n < 62; n += 1) await governance.reserve(rollback(`${n}`, { at: at(n - 7200) }), null);

      const { rollbacks } = await read();

      expect(rollbacks).toHaveLength(60);
      expect(rollbacks.at(-1)?.incidentId).toBe(rollback("2").incidentId);
    });
  });

  describe(`${name}: places in the hour`, () => {
    it("are as many as the service may have", async () => {
      const { governance, rollback } = setUp();
      const limits = { ...MANY, maxPerHour: 2 };

      const results = [];
      for (const id of ["1", "2", "3"]) results.push(await governance.reserve(rollback(id), limits));

      expect(results).toEqual(["reserved", "reserved", "lost"]);
    });

    it("are as many as all services may have, also over the turn of the hour", async () => {
      const { governance, rollback, at } = setUp();
      const of = (id: string, seconds: number) => rollback(id, { service: `svc-${randomUUID().slice(0, 8)}`, at: at(seconds) });
      const limits = { ...MANY, maxPerHourAll: 2 };

      const results = [];
      // 03:20, 03:50, then 04:10 while both count, 04:20 when the first is out of the hour
      for (const [id, seconds] of [
        ["1", -600],
        ["2", 1200],
        ["3", 2400],
        ["4", 3001],
      ] as const)
        results.push(await governance.reserve(of(id, seconds), limits));

      expect(results).toEqual(["reserved", "reserved", "lost", "reserved"]);
    });

    it("are taken once by an incident that asks twice, also when they are gone", async () => {
      const { governance, rollback, read } = setUp();
      const limits = { maxPerHour: 1, maxPerHourAll: 1 };

      const results = [await governance.reserve(rollback("1"), limits), await governance.reserve(rollback("1"), limits)];

      expect(results).toEqual(["reserved", "reserved"]);
      expect(await read()).toMatchObject({ rollbacks: [rollback("1")], rollbacksOfAllInTheHour: 1 });
    });

    it("are never refused to a person, and count all the same", async () => {
      const { governance, rollback, read } = setUp();
      const limits = { maxPerHour: 1, maxPerHourAll: 1 };
      await governance.reserve(rollback("1"), limits);

      expect(await governance.reserve(rollback("2"), null)).toBe("reserved");
      expect((await read()).rollbacksOfAllInTheHour).toBe(2);
      expect(await governance.reserve(rollback("3"), { maxPerHour: 60, maxPerHourAll: 2 })).toBe("lost");
    });

    it("that were lost leave nothing behind", async () => {
      const { governance, rollback, read } = setUp();
      await governance.reserve(rollback("1"), MANY);

      await governance.reserve(rollback("2"), { ...MANY, maxPerHour: 1 });

      expect(await read()).toMatchObject({ rollbacks: [rollback("1")], rollbacksOfAllInTheHour: 1 });
    });

    it("are never more than the limit when a storm of incidents asks at once", async () => {
      const { governance, rollback, read } = setUp();
      const storm = Array.from({ length: 20 }, (_, n) => rollback(`${n}`, { service: `svc-${randomUUID().slice(0, 8)}` }));

      const results = await Promise.all(storm.map((one) => governance.reserve(one, { ...MANY, maxPerHourAll: 7 })));

      expect(results.filter((result) => result === "reserved")).toHaveLength(7);
      expect((await read()).rollbacksOfAllInTheHour).toBe(7);
    });
  });

  describe(`${name}: breaker`, () => {
    it("keeps the failures that closing incidents leave, each once, and no success", async () => {
      const { governance, rollback, close, at } = setUp();
      const ended = (id: string, outcome: PastRollback["outcome"]) => ({ rollback: rollback(id, { outcome }) });

      await close("1", ended("1", "failed"), at(10));
      await close("1", ended("1", "failed"), at(20));
      await close("2", ended("2", "recovered"), at(25));
      await close("3", ended("3", "failed"), at(30));

      const { failures } = await governance.breaker(new Date(at(40)));
      expect(failures.filter(({ at: when }) => when >= at(0))).toEqual([
        { incidentId: rollback("1").incidentId, at: at(10) },
        { incidentId: rollback("3").incidentId, at: at(30) },
      ]);
    });

    it("is closed by a person, with the reason", async () => {
      const { governance, read, at } = setUp();

      const closed = await governance.closeBreaker("ada", "the metrics are back", new Date(at(40)));

      expect(closed).toMatchObject({ closedAt: at(40), closedBy: "ada", closedReason: "the metrics are back" });
      expect((await read()).breaker).toEqual(closed);
    });

    it("loses no failure of services that fail at once", async () => {
      const { governance, rollback, close, at } = setUp();
      const ids = Array.from({ length: 12 }, (_, n) => `${n}`);

      await Promise.all(
        ids.map((id) => close(id, { rollback: rollback(id, { service: `svc-${randomUUID().slice(0, 8)}`, outcome: "failed" }) }, at(50))),
      );

      const { failures } = await governance.breaker(new Date(at(60)));
      expect(failures.filter(({ at: when }) => when === at(50)).map(({ incidentId }) => incidentId)).toEqual(
        expect.arrayContaining(ids.map((id) => rollback(id).incidentId)),
      );
    });
  });

  describe(`${name}: freezes`, () => {
    const of = (service: string, now: string, overrides: Partial<Freeze> = {}) =>
      aFreeze({ name: service, since: now, until: secondsAfter(now, 3600), ...overrides });

    it("hold for a service, for its group and for all, until their time", async () => {
      const { governance, service, now, read, at } = setUp();
      const freezes = [
        of(service, now),
        of(`group-of-${service}`, now, { scope: "group" }),
        of("", now, { scope: "all", name: null, until: at(60) }),
        of(`not-${service}`, now),
      ];
      for (const freeze of freezes) await governance.freeze(freeze);

      const scopes = async (group: string | null, when: string) =>
        (await read("inc-other", group, when)).freezes.map(({ scope }) => scope).sort();

      expect(await scopes(`group-of-${service}`, at(10))).toEqual(["all", "group", "service"]);
      expect(await scopes(null, at(10))).toEqual(["all", "service"]);
      expect(await scopes(null, at(100))).toEqual(["service"]);
      expect(await scopes(`group-of-${service}`, at(3601))).toEqual([]);
    });

    it("are listed, the one that ends first first", async () => {
      const { governance, service, now, at } = setUp();
      await governance.freeze(of(service, now, { until: at(3000) }));
      await governance.freeze(of(`group-of-${service}`, now, { scope: "group", until: at(2000) }));

      const names = (await governance.freezes(new Date(at(10)))).map(({ name: of }) => of).filter((of) => of?.includes(service));

      expect(names).toEqual([`group-of-${service}`, service]);
    });

    it("are left by a closing incident", async () => {
      const { service, now, read, close, rollback } = setUp();

      await close("1", { rollback: rollback("1", { outcome: "recovered" }), freezes: [of(service, now, { security: true })] });

      expect((await read()).freezes).toEqual([of(service, now, { security: true })]);
    });

    it("end when a person says so, those of exactly that scope", async () => {
      const { governance, service, now, at } = setUp();
      await governance.freeze(of(service, now));
      await governance.freeze(of(service, now, { by: "ada", incidentId: null }));
      await governance.freeze(of(service, now, { scope: "group" }));

      const ended = await governance.unfreeze({ scope: "service", name: service }, "ada", new Date(at(10)));
      const again = await governance.unfreeze({ scope: "service", name: service }, "ada", new Date(at(10)));

      expect(ended).toHaveLength(2);
      expect(again).toEqual([]);
      expect((await governance.freezesOf(service, service, new Date(at(11)))).map(({ scope }) => scope)).toEqual(["group"]);
      expect((await governance.freezes(new Date(at(11)))).filter(({ name: of }) => of === service)).toHaveLength(1);
    });
  });
}
