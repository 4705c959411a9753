import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { groupLockName } from "../../functions/domain/group/group.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../../functions/domain/rollback-policy.ts";
import { openToken } from "../../functions/runtime/sealed-token.ts";
import { requestApproval, requestApprovalSchemas } from "../../functions/steps/request-approval/step.ts";
import {
  aBlueprint,
  aGovernance,
  anAssessment,
  anEvent,
  anOpenIncidentMeta,
  anOpening,
  aPlan,
  aRollbackDocument,
} from "../support/builders/index.ts";
import { EXECUTION_NAME, INCIDENT_ID, MOMENTS, secondsAfter } from "../support/builders/moments.ts";
import { FakeSeal } from "../support/fakes/fake-snapshots.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryApprovals } from "../support/fakes/in-memory-approvals.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

const TOKEN = "AAAAKgAAAAIAAAAAAAAAAW-a-token-that-nobody-may-see";
const team = "arn:aws:sns:us-east-1:123456789012:team";
const policy = { ...DEFAULT_ROLLBACK_POLICY, approval: { timeoutSeconds: 600, onTimeout: "abort" as const } };
const rule = { rule: "mode", outcome: "fail" as const, observed: "mode approve", limit: "auto" };

async function setUp() {
  const [store, clock, seal] = [new InMemoryIncidentStore(), fixedClock(MOMENTS.assessedAt), new FakeSeal()];
  const acquired = await store.acquire("checkout", EXECUTION_NAME, INCIDENT_ID, clock.now(), 900);
  if (acquired.outcome !== "acquired") throw new Error("the lock was not free");
  await store.open(anOpenIncidentMeta(), anEvent(), acquired.lock.fence);
  const approvals = new InMemoryApprovals(store);
  const blueprint = aBlueprint({ policy, mode: "approve", notificationTopicArn: team });
  const document = {
    ...aRollbackDocument(),
    opening: anOpening({ blueprint, lock: acquired.lock }),
    assessment: anAssessment(),
    plan: aPlan({ governance: aGovernance({ verdict: "needs-approval", rule: "mode", checks: [rule] }) }),
  };
  const step = requestApproval({ approvals, store, seal, clock, sha256: sha256Hex });
  const ask = (taskToken = TOKEN, overrides = {}) => step({ taskToken, document: { ...document, ...overrides } }, { logger: silentLogger });
  const pages = () => store.eventsOf(INCIDENT_ID).filter(({ type }) => type === "approval_requested");
  return { store, clock, seal, approvals, blueprint, document, ask, pages };
}

describe("request-approval", () => {
  it("keeps what is asked until when, and the lock until five minutes after that", async () => {
    const { store, approvals, ask } = await setUp();

    const answer = await ask();

    const deadlineAt = secondsAfter(MOMENTS.assessedAt, 600);
    expect(answer).toEqual({ n: 1, state: "pending", deadlineAt });
    expect(await approvals.latest(INCIDENT_ID)).toMatchObject({
      execution: EXECUTION_NAME,
      requestedAt: MOMENTS.assessedAt,
      deadlineAt,
      onTimeout: "abort",
      state: "pending",
      topicArn: team,
      planHash: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    const leaseUntil = (await store.holder("checkout"))?.leaseUntil ?? "";
    expect(Math.abs(Date.parse(leaseUntil) - Date.parse(secondsAfter(deadlineAt, 300)))).toBeLessThan(1000);
  });

  it("pages the service's people with what would be done, why they are asked, and the command that answers", async () => {
    const { ask, pages } = await setUp();

    await ask();

    expect(pages()).toMatchObject([{ urgency: "page", service: "checkout", topicArn: team }]);
    const message = pages()[0]?.message ?? "";
    for (const part of [
      "roll back to demo/checkout:v1",
      "rule mode asks for a person: mode approve",
      `rollguard approve ${INCIDENT_ID}`,
      `rollguard deny ${INCIDENT_ID} --reason`,
      "within 10 m 0 s",
      "Without an answer it is dropped",
    ]) {
      expect(message).toContain(part);
    }
  });

  it("seals the token: in clear it is in no item, no message and no answer, and it opens for the same incident alone", async () => {
    const { store, seal, approvals, ask } = await setUp();

    const answer = await ask();

    const kept = await approvals.latest(INCIDENT_ID);
    if (kept === null) throw new Error("nothing was kept");
    expect(JSON.stringify([kept, answer, store.eventsOf(INCIDENT_ID), await store.read(INCIDENT_ID)])).not.toContain(TOKEN);
    expect(kept.tokenSha256).toBe(sha256Hex(TOKEN));
    expect(await openToken(seal, kept)).toBe(TOKEN);
    await expect(openToken(seal, { ...kept, incidentId: "inc-other" })).rejects.toMatchObject({ name: "InvalidInputError" });
  });

  it("tried again with another token, asks nobody twice: same question, same deadline, the newer token", async () => {
    const { clock, seal, approvals, ask, pages } = await setUp();
    const first = await ask();
    clock.advance(20);

    expect(await ask("another-token")).toEqual(first);

    const kept = await approvals.latest(INCIDENT_ID);
    expect(kept === null ? null : await openToken(seal, kept)).toBe("another-token");
    expect(pages()).toHaveLength(1);
  });

  it("without the lock nobody is asked: the request is void, and due to be told at once", async () => {
    const { store, clock, approvals, ask, pages } = await setUp();
    clock.advance(2000);
    await store.acquire("checkout", "rg-other", "inc-other", clock.now(), 900);

    expect(await ask()).toMatchObject({ state: "void" });

    expect(pages()).toMatchObject([{ urgency: "quiet" }]);
    expect(await approvals.due(clock.now().toISOString(), 10)).toMatchObject([{ state: "void", reason: expect.stringContaining("lock") }]);
  });

  it("keeps the locks of a group and of its members that much longer too", async () => {
    const { store, clock, document, ask } = await setUp();
    const taken = await Promise.all(
      [groupLockName("shop"), "payments"].map((name) => store.acquire(name, EXECUTION_NAME, INCIDENT_ID, clock.now(), 900)),
    );
    const [group, member] = taken.map((one) => (one.outcome === "acquired" ? one.lock : { fence: 0, leaseUntil: "" }));
    const lanes = { payments: anOpening({ lock: member ?? null }), search: { left: "skipped", reason: "well" } as const };
    const opening = { ...document.opening, group: { name: "shop", fence: group?.fence ?? 0, layers: [["payments", "checkout"]] }, lanes };

    await ask(TOKEN, { opening });

    const until = (await store.holder("checkout"))?.leaseUntil;
    for (const name of [groupLockName("shop"), "payments"]) expect((await store.holder(name))?.leaseUntil).toBe(until);
  });

  it("speaks of the plan by the hash that governance gave it", async () => {
    const { approvals, document, ask } = await setUp();
    const plan = aPlan({ governance: { ...document.plan.governance, planHash: "0123456789ab" } });

    await ask(TOKEN, { plan });

    expect(await approvals.latest(INCIDENT_ID)).toMatchObject({ planHash: "0123456789ab" });
  });

  it("refuses a document without a plan, or without a token", () => {
    const { opening: _opening, ...without } = aRollbackDocument();

    expect(requestApprovalSchemas.input.safeParse({ taskToken: "t", document: without }).success).toBe(false);
    expect(requestApprovalSchemas.input.safeParse({ taskToken: "", document: aRollbackDocument() }).success).toBe(false);
  });
});
