import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import type { EscalationNotice } from "../../functions/domain/escalation.ts";
import { escalationsFor, SWEEP_SECONDS } from "../../functions/domain/escalation-notices.ts";
import { sweepEscalations } from "../../functions/entry/sweep-due/sweep-escalations.ts";
import type { Escalations } from "../../functions/ports/escalations.ts";
import { anEscalation, anEscalationFacts, anEvent, anIncidentMeta, INCIDENT_ID, MOMENTS, secondsAfter } from "../support/builders/index.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";

const END = MOMENTS.closedAt;

async function setUp(notices: readonly EscalationNotice[] = escalationsFor(anEscalationFacts())) {
  const store = new InMemoryIncidentStore();
  const clock = fixedClock(END);
  await store.close(anIncidentMeta(), anEvent({ id: `${END}#RecordIncident#closed`, at: END }), [], undefined, {
    governance: null,
    escalations: notices,
  });
  const sweep = (escalations: Pick<Escalations, "due" | "send"> = store.escalations) => sweepEscalations({ escalations, clock });
  const calls = () =>
    store
      .eventsOf(INCIDENT_ID)
      .filter(({ type }) => type.startsWith("escalation_"))
      .map(({ type, at }) => ({ type: type.slice("escalation_".length), after: (Date.parse(at) - Date.parse(END)) / 1000 }));
  return { store, clock, sweep, calls };
}

describe("the sweep of calls", () => {
  it("calls each tier in its time, from nothing but the table: no execution is left by then", async () => {
    const { clock, sweep, calls } = await setUp();

    for (let passed = 0; passed <= 1800; passed += SWEEP_SECONDS) {
      await sweep();
      clock.advance(SWEEP_SECONDS);
    }

    expect(calls().map(({ type }) => type)).toEqual(["management", "devops", "product"]);
    const within = { management: 300, devops: 900, product: 1800 } as Readonly<Record<string, number>>;
    for (const { type, after } of calls()) expect(after, type).toBeLessThanOrEqual(within[type] ?? 0);
  });

  it("keeps the times wherever in between the sweeps the incident ends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: SWEEP_SECONDS - 1 }), async (offset) => {
        const { clock, sweep, calls } = await setUp();
        clock.advance(offset);
        for (let passed = offset; passed < 2000; passed += SWEEP_SECONDS) {
          await sweep();
          clock.advance(SWEEP_SECONDS);
        }
        expect(calls().map(({ after }, index) => after <= ([300, 900, 1800][index] ?? 0))).toEqual([true, true, true]);
      }),
      { numRuns: 40 },
    );
  });

  it("calls everybody all the same when it comes late", async () => {
    const { clock, sweep, calls } = await setUp();
    clock.advance(2 * 86_400);

    expect(await sweep()).toEqual({ due: 4, sent: 4, settled: 0, failures: [] });

    // one moment, so in the order of the ids
    expect(calls().map(({ type }) => type)).toEqual(["devops", "management", "post_mortem", "product"]);
    expect(await sweep()).toEqual({ due: 0, sent: 0, settled: 0, failures: [] });
  });

  it("sends soonest first, whichever incident it is of", async () => {
    const notices = [anEscalation({ tier: "devops", dueAt: secondsAfter(END, 20) }), anEscalation({ dueAt: secondsAfter(END, 10) })];
    const { store, clock, sweep } = await setUp(notices);
    const order: string[] = [];
    clock.advance(60);

    await sweep({
      due: (now, limit) => store.escalations.due(now, limit),
      send: async (notice, at) => {
        order.push(notice.tier);
        return await store.escalations.send(notice, at);
      },
    });

    expect(order).toEqual(["management", "devops"]);
  });

  it("loses none and doubles none when it dies before or after any write", async () => {
    for (let death = 1; death <= 4; death += 1) {
      for (const when of ["before", "after"] as const) {
        const { store, clock, sweep, calls } = await setUp();
        clock.advance(2 * 86_400);
        let writes = 0;
        const dying: Pick<Escalations, "due" | "send"> = {
          due: (now, limit) => store.escalations.due(now, limit),
          send: async (notice, at) => {
            writes += 1;
            if (writes > death) return await new Promise<never>(() => {});
            if (writes === death && when === "before") return await new Promise<never>(() => {});
            const sent = await store.escalations.send(notice, at);
            return writes === death ? await new Promise<never>(() => {}) : sent;
          },
        };
        void sweep(dying);
        await new Promise((resolve) => setImmediate(resolve));
        clock.advance(SWEEP_SECONDS);
        await sweep();

        expect(
          calls()
            .map(({ type }) => type)
            .sort(),
        ).toEqual(["devops", "management", "post_mortem", "product"]);
      }
    }
  });

  it("goes on behind a call that fails, says whose it was, and makes it the next time", async () => {
    const { store, clock, sweep, calls } = await setUp();
    clock.advance(1000);
    let down = true;
    const failing: Pick<Escalations, "due" | "send"> = {
      due: (now, limit) => store.escalations.due(now, limit),
      send: async (notice, at) => {
        if (notice.tier === "management" && down) throw new PermissionError("dynamodb:PutItem was refused");
        return await store.escalations.send(notice, at);
      },
    };

    const first = await sweep(failing);
    down = false;
    await sweep(failing);

    expect(first).toMatchObject({
      due: 2,
      sent: 1,
      settled: 0,
      failures: [{ message: expect.stringMatching(/management of inc-checkout.*refused/) }],
    });
    expect(
      calls()
        .map(({ type }) => type)
        .sort(),
    ).toEqual(["devops", "management"]);
  });

  it("passes over what was acknowledged while it read", async () => {
    const { store, clock, sweep, calls } = await setUp();
    clock.advance(1000);

    const result = await sweep({
      due: async (now, limit) => {
        const due = await store.escalations.due(now, limit);
        await store.escalations.acknowledge(INCIDENT_ID, { by: "ada@desk", reason: "on it", at: now, topicArn: null });
        return due;
      },
      send: (notice, at) => store.escalations.send(notice, at),
    });

    expect(result).toEqual({ due: 2, sent: 0, settled: 2, failures: [] });
    expect(calls().map(({ type }) => type)).toEqual(["acknowledged"]);
  });

  it("fails when nobody can say what is due", async () => {
    const { sweep, store } = await setUp();
    const away = async () => {
      throw new TransientUpstreamError("DynamoDB is away");
    };

    await expect(sweep({ due: away, send: store.escalations.send })).rejects.toThrow("DynamoDB is away");
  });
});
