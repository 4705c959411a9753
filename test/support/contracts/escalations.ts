import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { acknowledgedNotice, type EscalationNotice } from "../../../functions/domain/escalation.ts";
import type { Escalations } from "../../../functions/ports/escalations.ts";
import type { IncidentStore } from "../../../functions/ports/incident-store.ts";
import { anEscalation } from "../builders/escalation.ts";
import { anEvent, anIncidentMeta } from "../builders/incident.ts";
import { MOMENTS, secondsAfter } from "../builders/moments.ts";

export interface EscalationsUnderTest {
  readonly escalations: Escalations;
  /** The same table: closing an incident leaves calls there. */
  readonly store: IncidentStore;
}

const END = MOMENTS.closedAt;
const at = (seconds: number) => secondsAfter(END, seconds);
const MANY = 1000;

/** What every Escalations does. Incidents are named anew in each test, so that the suite can share one table with others. */
export function describeEscalations(name: string, underTest: () => EscalationsUnderTest): void {
  const setUp = () => {
    const { escalations, store } = underTest();
    const service = `svc-${randomUUID().slice(0, 8)}`;
    const incidentId = `inc-${service}`;
    const notice = (overrides: Partial<EscalationNotice> = {}) => anEscalation({ incidentId, service, ...overrides });
    const close = async (...notices: readonly EscalationNotice[]) =>
      await store.close(
        anIncidentMeta({ id: incidentId, service, execution: `rg-${service}` }),
        anEvent({ id: `${END}#RecordIncident#closed`, at: END }),
        [],
        undefined,
        { governance: null, escalations: notices },
      );
    const ofThis = (notices: readonly EscalationNotice[]) => notices.filter((one) => one.incidentId === incidentId);
    const tiersDue = async (now: string) => ofThis(await escalations.due(now, MANY)).map(({ tier }) => tier);
    const calls = async () => {
      const events = (await store.read(incidentId))?.events ?? [];
      return events
        .filter(({ type }) => type.startsWith("escalation_"))
        .map(({ id, type, at: when, urgency }) => ({ id, type, at: when, urgency }));
    };
    return { escalations, store, service, incidentId, notice, close, ofThis, tiersDue, calls };
  };

  describe(`${name}: calls of a closing incident`, () => {
    it("wait in the table until they are due, soonest first", async () => {
      const { escalations, notice, close, tiersDue, incidentId, ofThis } = setUp();
      const [management, devops] = [notice(), notice({ tier: "devops", dueAt: at(900), urgency: "notice" })];

      await close(devops, management);

      expect(await tiersDue(at(299))).toEqual([]);
      expect(await tiersDue(at(300))).toEqual(["management"]);
      expect(await tiersDue(at(5000))).toEqual(["management", "devops"]);
      expect(ofThis(await escalations.pending(MANY))).toEqual([management, devops]);
      expect(await escalations.of(incidentId)).toEqual([management, devops]);
    });

    it("are made at once where they are due at the end, by the write that closes the incident", async () => {
      const { escalations, notice, close, calls, incidentId } = setUp();

      await close(notice({ tier: "on-call", dueAt: END }));

      expect(await escalations.of(incidentId)).toMatchObject([{ tier: "on-call", state: "sent", settledAt: END }]);
      expect(await calls()).toEqual([{ id: `${END}#Escalation#on-call`, type: "escalation_on_call", at: END, urgency: "page" }]);
    });

    it("that somebody has heard already are noted, and not made again", async () => {
      const { escalations, notice, close, calls, incidentId } = setUp();

      await close(notice({ tier: "on-call", dueAt: END, state: "sent", settledAt: END }));

      expect(await escalations.of(incidentId)).toMatchObject([{ tier: "on-call", state: "sent" }]);
      expect(await calls()).toEqual([]);
    });

    it("are not made twice by a second closing", async () => {
      const { escalations, notice, close, calls, incidentId } = setUp();
      await close(notice({ tier: "on-call", dueAt: END }), notice());
      await escalations.send(notice(), at(310));

      await close(notice({ tier: "on-call", dueAt: END }), notice());

      expect((await escalations.of(incidentId)).map(({ state }) => state)).toEqual(["sent", "sent"]);
      expect(await calls()).toHaveLength(2);
    });

    it("take the place of what the run had left, and silence what a recovery makes needless", async () => {
      const { escalations, notice, close, incidentId } = setUp();
      const product = notice({ tier: "product", dueAt: at(1800), urgency: "notice" });
      await escalations.schedule([product, notice({ tier: "devops", dueAt: at(1200) })], END);

      await close(acknowledgedNotice(product, "recovery", "the service recovered", END), notice({ tier: "devops", dueAt: at(900) }));

      expect(await escalations.of(incidentId)).toMatchObject([
        { tier: "devops", dueAt: at(900), state: "pending" },
        { tier: "product", state: "acknowledged", settledBy: "recovery", settledReason: "the service recovered" },
      ]);
    });

    it("are not silenced by the recovery when they were made meanwhile", async () => {
      const { escalations, notice, close, incidentId } = setUp();
      const product = notice({ tier: "product", dueAt: at(-10) });
      await escalations.schedule([product], at(-100));
      await escalations.send(product, at(-5));

      await close(acknowledgedNotice(product, "recovery", "the service recovered", END));

      expect(await escalations.of(incidentId)).toMatchObject([{ tier: "product", state: "sent", settledAt: at(-5), settledBy: null }]);
    });

    it("are read with their incident", async () => {
      const { store, notice, close, incidentId } = setUp();

      await close(notice());

      expect((await store.read(incidentId))?.escalations).toEqual([notice()]);
    });
  });

  describe(`${name}: sending`, () => {
    it("makes one call, however many try", async () => {
      const { escalations, notice, close, calls, tiersDue } = setUp();
      await close(notice());

      const results = await Promise.all(Array.from({ length: 5 }, (_, index) => escalations.send(notice(), at(310 + index))));

      expect(results.filter((sent) => sent)).toHaveLength(1);
      expect(await calls()).toMatchObject([{ type: "escalation_management", urgency: "page" }]);
      expect(await tiersDue(at(5000))).toEqual([]);
    });

    it("does nothing about a call that was replaced by another time", async () => {
      const { escalations, notice, close, calls } = setUp();
      await escalations.schedule([notice({ dueAt: at(100) })], END);
      await close(notice());

      expect(await escalations.send(notice({ dueAt: at(100) }), at(120))).toBe(false);
      expect(await calls()).toEqual([]);
    });
  });

  describe(`${name}: scheduling while a run goes on`, () => {
    it("makes what is due at once, and each of it once", async () => {
      const { escalations, notice, close, calls, incidentId, tiersDue } = setUp();
      const [onCall, product] = [notice({ tier: "on-call", dueAt: at(-60) }), notice({ tier: "product", dueAt: at(1740) })];

      await escalations.schedule([onCall, product], at(-50));
      await escalations.schedule([onCall, product], at(-40));
      await close();

      expect(await escalations.of(incidentId)).toMatchObject([{ state: "sent", settledAt: at(-50) }, { state: "pending" }]);
      expect(await calls()).toEqual([{ id: `${at(-60)}#Escalation#on-call`, type: "escalation_on_call", at: at(-50), urgency: "page" }]);
      expect(await tiersDue(at(2000))).toEqual(["product"]);
    });

    it("calls a tier again for another reason, and takes nothing from what waits", async () => {
      const { escalations, notice, close, calls, incidentId } = setUp();
      const devops = (overrides: Partial<EscalationNotice>) => notice({ tier: "devops", urgency: "notice", ...overrides });
      await escalations.schedule([devops({ dueAt: at(-90) })], at(-80));
      await escalations.schedule([devops({ dueAt: at(-60) })], at(-50));
      await close(devops({ dueAt: at(900) }));
      await escalations.schedule([devops({ dueAt: at(-30) }), devops({ dueAt: at(2000) })], at(10));

      expect(await calls()).toHaveLength(3);
      expect(await escalations.of(incidentId)).toMatchObject([{ dueAt: at(900), state: "pending" }]);
    });
  });

  describe(`${name}: acknowledging`, () => {
    const ada = { by: "ada@desk", reason: "on it", at: at(60), topicArn: "arn:aws:sns:eu-central-1:111122223333:checkout" };

    it("silences what waits, says so once, and takes nothing back", async () => {
      const { escalations, notice, close, calls, incidentId, tiersDue } = setUp();
      await close(notice({ tier: "on-call", dueAt: END }), notice(), notice({ tier: "devops", dueAt: at(900) }));

      const silenced = await escalations.acknowledge(incidentId, ada);
      const again = await escalations.acknowledge(incidentId, { ...ada, at: at(70) });

      expect(silenced.map(({ tier }) => tier)).toEqual(["management", "devops"]);
      expect(again).toEqual([]);
      expect(await tiersDue(at(5000))).toEqual([]);
      expect((await escalations.of(incidentId)).map(({ state }) => state)).toEqual(["sent", "acknowledged", "acknowledged"]);
      expect((await calls()).map(({ type }) => type)).toEqual(["escalation_on_call", "escalation_acknowledged"]);
      expect(await escalations.send(notice(), at(310))).toBe(false);
    });

    it("silences only the tiers that are meant", async () => {
      const { escalations, notice, close, incidentId, tiersDue } = setUp();
      await close(notice(), notice({ tier: "post-mortem", dueAt: at(86_400) }));

      expect((await escalations.acknowledge(incidentId, ada, ["management", "devops"])).map(({ tier }) => tier)).toEqual(["management"]);
      expect(await tiersDue(at(90_000))).toEqual(["post-mortem"]);
    });

    it("says nothing of other incidents, of the same service or not", async () => {
      const [first, second] = [setUp(), setUp()];
      await first.close(first.notice());
      await second.close(second.notice());

      await first.escalations.acknowledge(first.incidentId, ada);
      await first.escalations.acknowledge(`${second.incidentId}-again`, ada);

      expect(await second.tiersDue(at(300))).toEqual(["management"]);
    });
  });
}
