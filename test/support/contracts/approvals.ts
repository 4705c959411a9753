import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApprovalDecision, ApprovalRequest } from "../../../functions/domain/approval.ts";
import { askedEvent, decidedEvent } from "../../../functions/domain/approval-request.ts";
import type { Approvals } from "../../../functions/ports/approvals.ts";
import type { IncidentStore } from "../../../functions/ports/incident-store.ts";
import { anApprovalRequest } from "../builders/approval.ts";
import { storeScene } from "./store-scene.ts";

export interface ApprovalsUnderTest {
  readonly store: IncidentStore;
  readonly approvals: Approvals;
}

const DECIDED_AT = "2026-11-20T03:15:00.000Z";
const LONG_AFTER = "2026-11-21T00:00:00.000Z";
const MANY = 1000;

/** What every implementation of `Approvals` does, whatever is behind it. */
export function describeApprovals(name: string, underTest: () => ApprovalsUnderTest): void {
  const scene = storeScene(() => ({ ...underTest(), ledger: undefined as never }));
  const setUp = async () => {
    const { store, service, opened, closedMeta, closing } = { ...(await scene.openedIncident()), closing: scene.closing };
    const { approvals } = underTest();
    const { n: _n, ...first } = anApprovalRequest({ incidentId: opened.id, service, execution: opened.execution });
    const ask = (overrides: Partial<ApprovalRequest> = {}) => {
      const request = { ...first, ...overrides };
      return approvals.ask(request, askedEvent(request));
    };
    const decide = (request: ApprovalRequest, decision: Partial<ApprovalDecision> = {}) => {
      const whole = { state: "approved", decidedBy: "ada", via: "cli", reason: "go", decidedAt: DECIDED_AT, ...decision } as const;
      return approvals.decide(request, whole, decidedEvent(request, whole));
    };
    const mine = (requests: readonly ApprovalRequest[]) => requests.filter(({ incidentId }) => incidentId === opened.id);
    const due = async (at: string) => mine(await approvals.due(at, MANY));
    const events = async () => ((await store.read(opened.id))?.events ?? []).filter(({ type }) => type.startsWith("approval_"));
    return { store, approvals, opened, closedMeta, closing, ask, decide, due, mine, events };
  };

  describe(`approvals (${name})`, () => {
    it("keeps a request with its page, and finds nothing where nothing was asked", async () => {
      const { approvals, opened, ask, events, mine } = await setUp();
      expect(await approvals.latest(opened.id)).toBeNull();

      const asked = await ask();

      expect(asked).toMatchObject({ n: 1, state: "pending", delivered: false });
      expect(await approvals.latest(opened.id)).toEqual(asked);
      expect(mine(await approvals.pending(MANY))).toEqual([asked]);
      expect(await events()).toMatchObject([{ type: "approval_requested", urgency: "page" }]);
    });

    it("takes another token for the same question, and keeps its number, its deadline and its one page", async () => {
      const { approvals, opened, ask, events } = await setUp();
      const asked = await ask();

      const later = { tokenSha256: "77aa", tokenCipher: "other", tokenAt: DECIDED_AT };
      await ask({ ...later, requestedAt: DECIDED_AT, deadlineAt: LONG_AFTER });

      expect(await approvals.latest(opened.id)).toEqual({ ...asked, ...later });
      expect(await events()).toHaveLength(1);
    });

    it("keeps the token of the later try, when an earlier one that was given up comes late", async () => {
      const { approvals, opened, ask } = await setUp();
      await ask({ tokenSha256: "77aa", tokenAt: DECIDED_AT });

      expect(await ask({ tokenSha256: "5f2c" })).toMatchObject({ tokenSha256: "77aa" });

      expect(await approvals.latest(opened.id)).toMatchObject({ tokenSha256: "77aa", tokenAt: DECIDED_AT });
    });

    it("a token that comes after the answer gets the answer that was given", async () => {
      const { approvals, opened, ask, decide, due } = await setUp();
      const asked = await ask();
      await decide(asked);
      await approvals.settle(asked, false);
      expect(await due(LONG_AFTER)).toEqual([]);

      await ask({ tokenSha256: "77aa", tokenAt: DECIDED_AT });

      expect(await approvals.latest(opened.id)).toMatchObject({ n: 1, state: "approved", tokenSha256: "77aa", delivered: false });
      expect(await due(DECIDED_AT)).toHaveLength(1);
    });

    it("another plan is another question, and the old one is void", async () => {
      const { approvals, opened, ask, decide, mine } = await setUp();
      const old = await ask();

      const asked = await ask({ planHash: "ffffffffffff", tokenSha256: "77aa", requestedAt: DECIDED_AT });

      expect(asked.n).toBe(2);
      expect(mine(await approvals.pending(MANY))).toEqual([asked]);
      expect(await decide(old)).toBe("not-pending");
      expect(await approvals.latest(opened.id)).toMatchObject({ n: 2, state: "pending" });
    });

    it("decides once, with one event", async () => {
      const { approvals, opened, ask, decide, events } = await setUp();
      const asked = await ask();

      expect(await decide(asked)).toBe("decided");
      expect(await decide(asked, { state: "denied", decidedBy: "bob", decidedAt: LONG_AFTER })).toBe("not-pending");

      expect(await approvals.latest(opened.id)).toMatchObject({ state: "approved", decidedBy: "ada", reason: "go", decidedAt: DECIDED_AT });
      expect((await events()).map(({ type }) => type)).toEqual(["approval_requested", "approval_approved"]);
    });

    it("decides nothing once the incident has ended, and forgets the request then", async () => {
      const { store, approvals, opened, closedMeta, closing, ask, decide, due, mine } = await setUp();
      const asked = await ask();
      await store.close(closedMeta(), closing, []);

      expect(await decide(asked)).toBe("incident-closed");
      expect(await approvals.latest(opened.id)).toMatchObject({ state: "pending" });
      await approvals.abandon(asked, { state: "void", decidedBy: "timeout policy", via: "policy", reason: "ended", decidedAt: DECIDED_AT });

      expect(await approvals.latest(opened.id)).toMatchObject({ state: "void" });
      expect([...(await due(LONG_AFTER)), ...mine(await approvals.pending(MANY))]).toEqual([]);
    });

    it("is due at its deadline, then until its answer was taken, and never again", async () => {
      const { approvals, ask, decide, due } = await setUp();
      const asked = await ask();
      const before = new Date(Date.parse(asked.deadlineAt) - 1).toISOString();
      expect(await due(before)).toEqual([]);
      expect(await due(asked.deadlineAt)).toEqual([asked]);

      await decide(asked);
      expect(await due(DECIDED_AT)).toEqual([]);
      expect(await due("2026-11-20T03:15:30.000Z")).toMatchObject([{ state: "approved", delivered: false }]);
      await approvals.settle(asked, true);

      expect(await due(LONG_AFTER)).toEqual([]);
    });

    it("leaves a request alone whose token was replaced since", async () => {
      const { approvals, opened, ask, decide, due } = await setUp();
      const asked = await ask();
      await decide(asked);
      await ask({ tokenSha256: "77aa", tokenAt: DECIDED_AT });

      await approvals.settle(asked, true);

      expect(await approvals.latest(opened.id)).toMatchObject({ delivered: false, tokenSha256: "77aa" });
      expect(await due(LONG_AFTER)).toHaveLength(1);
    });

    it("gives at most as many as it was told to, and what was decided hides nothing that waits", async () => {
      const { approvals, ask, decide } = await setUp();
      await decide(await ask(), { decidedAt: "2026-11-20T03:00:00.000Z" });
      const other = await setUp();
      await other.ask();

      expect(await approvals.due(LONG_AFTER, 1)).toHaveLength(1);
      expect(await approvals.pending(1)).toHaveLength(1);
    });

    it("lets one decision win, whoever approves, denies and lets expire at the same time", async () => {
      const states = fc.array(fc.constantFrom("approved", "denied", "expired"), { minLength: 2, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(states, async (all) => {
          const { approvals, opened, ask, decide, events } = await setUp();
          const asked = await ask();
          const id = randomUUID();

          const outcomes = await Promise.all(
            all.map((state, i) =>
              decide(asked, { state, decidedBy: `${id}-${i}`, decidedAt: new Date(Date.parse(DECIDED_AT) + i).toISOString() }),
            ),
          );

          const winners = outcomes.flatMap((outcome, i) => (outcome === "decided" ? [i] : []));
          expect(winners).toHaveLength(1);
          expect(await approvals.latest(opened.id)).toMatchObject({
            state: all[winners[0] ?? 0],
            decidedBy: `${id}-${winners[0]}`,
          });
          expect(await events()).toHaveLength(2);
        }),
        { numRuns: 10 },
      );
    });
  });
}
