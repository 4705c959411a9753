import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { approvalOf, decisionAtDeadline, decisionInWords, mayActSince } from "../../functions/domain/approval.ts";
import { planHashOf, reasonsOf, scopeOf } from "../../functions/domain/approval-request.ts";
import {
  aGovernance,
  anApprovalRequest,
  anAssessment,
  aPlan,
  aPlanStep,
  aPlanTarget,
  aRollbackTrigger,
  MOMENTS,
} from "../support/builders/index.ts";

const trigger = aRollbackTrigger();
const asksFor = (observed: string) =>
  aGovernance({
    verdict: "needs-approval",
    rule: "cooldown",
    checks: [{ rule: "cooldown", outcome: "fail", observed, limit: "30 m" }],
  });

describe("what is asked", () => {
  it("names the goal, the strategy, the steps and the rule that wants a person", () => {
    expect(scopeOf({ trigger, plan: aPlan({ governance: asksFor("rolled back 4 m ago") }) })).toBe(
      "checkout: roll back to demo/checkout:v1, fast (restore-template-1, restore-strategy); rule cooldown asks for a person: rolled back 4 m ago",
    );
  });

  it("names a replica count, and at most six steps", () => {
    const scale = aPlanStep({ id: "scale", kind: "restore-scale", target: null, replicas: 6 });
    const steps = [scale, ...Array.from({ length: 8 }, (_, i) => aPlanStep({ id: `step-${i}`, kind: "restore-strategy", target: null }))];

    expect(scopeOf({ trigger, plan: aPlan({ steps }) })).toBe(
      "checkout: roll back to 6 replicas, fast (scale, step-0, step-1, step-2, step-3, step-4 and 3 more)",
    );
  });

  it("names every member of a group that would be rolled back", () => {
    const payments = aPlan({ steps: [aPlanStep({ target: aPlanTarget({ image: "demo/payments:v7" }) })] });
    const plan = aPlan({
      waves: [["payments"], ["checkout"]],
      lanes: { checkout: aPlan(), payments, search: { left: "skipped", reason: "well" } },
    });

    const scope = scopeOf({ trigger, plan });

    expect(scope).toContain("2 services, wave by wave");
    expect(scope).toContain("payments: roll back to demo/payments:v7");
    expect(scope).toContain("checkout: roll back to demo/checkout:v1");
    expect(scope).not.toContain("search");
  });

  it("says what was seen and what is planned, as much as a person reads", () => {
    const [assessment, plan] = [anAssessment({ reasons: ["deploy 15 s before the onset"] }), aPlan({ reasons: ["x".repeat(1000)] })];
    const many = aPlan({ reasons: Array.from({ length: 100 }, (_, i) => `reason ${i}`) });

    expect(reasonsOf({ assessment, plan })).toEqual(["deploy 15 s before the onset", `${"x".repeat(400)}...`]);
    expect(reasonsOf({ assessment, plan: many })).toHaveLength(30);
    expect(reasonsOf({})).toEqual([]);
  });

  it("is told apart by strategy, target and steps, where governance gave no hash", () => {
    const hash = planHashOf(aPlan(), sha256Hex);

    expect(hash).toMatch(/^[0-9a-f]{12}$/);
    expect(planHashOf(aPlan({ reasons: [], predictedSeconds: 1 }), sha256Hex)).toBe(hash);
    expect(planHashOf(aPlan({ strategy: "immediate" }), sha256Hex)).not.toBe(hash);
    expect(planHashOf(aPlan({ steps: [] }), sha256Hex)).not.toBe(hash);
  });
});

describe("what is decided", () => {
  it.each([
    ["proceed", "approved", "was approved by timeout policy: nobody decided within 15 m 0 s, and on_timeout is proceed"],
    ["abort", "denied", "was denied by timeout policy: nobody decided within 15 m 0 s, and on_timeout is abort"],
    ["escalate", "expired", "ran out unanswered: nobody decided within 15 m 0 s, and on_timeout is escalate"],
  ] as const)("at the deadline with %s", (onTimeout, state, words) => {
    const decision = decisionAtDeadline(anApprovalRequest({ onTimeout }), MOMENTS.closedAt);

    expect(decision).toMatchObject({ state, via: "policy", decidedAt: MOMENTS.closedAt });
    expect(decisionInWords(decision)).toBe(words);
  });

  it("becomes the slice of the document, without anything of the token; a pending request becomes none", () => {
    const decided = anApprovalRequest({ state: "denied", decidedBy: "ada", via: "cli", reason: "no", decidedAt: MOMENTS.closedAt });

    expect(approvalOf(decided)).toEqual({
      ...{ state: "denied", decidedBy: "ada", via: "cli", reason: "no", decidedAt: MOMENTS.closedAt, planHash: "a1b2c3d4e5f6" },
    });
    expect(approvalOf(anApprovalRequest())).toBeNull();
  });

  it("lets the run's time begin, if it was approved", () => {
    const decided = (state: "approved" | "denied") => approvalOf(anApprovalRequest({ state, decidedAt: MOMENTS.closedAt })) ?? undefined;

    expect(mayActSince(MOMENTS.openedAt, undefined)).toBe(MOMENTS.openedAt);
    expect(mayActSince(MOMENTS.openedAt, decided("approved"))).toBe(MOMENTS.closedAt);
    expect(mayActSince(MOMENTS.openedAt, decided("denied"))).toBe(MOMENTS.openedAt);
  });
});
