import { describe, expect, it } from "vitest";
import type { Approval } from "../../functions/domain/approval.ts";
import { conclude } from "../../functions/domain/conclude.ts";
import type { EscalationNotice } from "../../functions/domain/escalation.ts";
import type { Verification } from "../../functions/domain/rollback-document.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../../functions/domain/rollback-policy.ts";
import {
  aBlueprint,
  aChange,
  aCheckResult,
  aGovernance,
  anAssessment,
  anEscalation,
  anOpening,
  aPlan,
  aProgress,
  aRollbackInput,
  aVerification,
} from "../support/builders/index.ts";

const NOW = "2026-11-20T03:14:00.000Z";
const ON_CALL = "arn:aws:sns:eu-central-1:111122223333:on-call";
const whole = {
  ...aRollbackInput(),
  opening: anOpening(),
  assessment: anAssessment(),
  plan: aPlan(),
  progress: aProgress(),
  verification: aVerification({ next: "recovered", recovery: "recovered" }),
};
const failed = aVerification({
  verdict: "fail",
  next: "escalate",
  recovery: "not-recovered",
  reason: "latency_p95 fail: expected < 200 ms, is 455 ms",
  checks: [aCheckResult({ verdict: "fail", critical: true, actual: "455 ms" })],
});
const tiersOf = (notices: readonly EscalationNotice[]) => notices.map(({ tier, state }) => `${tier} ${state}`);

describe("the end of an incident that went well", () => {
  const left = [
    anEscalation({ tier: "on-call", state: "sent" }),
    anEscalation({ tier: "product" }),
    anEscalation({ tier: "devops" }),
    anEscalation({ tier: "security" }),
    anEscalation({ tier: "post-mortem" }),
  ];

  it("calls nobody, and silences what the run had left, but not the post-mortem and the security team", () => {
    const { escalations } = conclude(whole, NOW, { joined: [], called: left });

    expect(tiersOf(escalations)).toEqual(["product acknowledged", "devops acknowledged"]);
    expect(escalations[0]).toMatchObject({
      settledAt: NOW,
      settledBy: "recovery",
      settledReason: "the service recovered, 79 s after the incident was opened",
    });
  });

  it("silences nothing when an alarm joined after the last look, and calls on-call", () => {
    const joined = [{ alarmName: "rollguard-checkout-errors", reason: "", at: NOW }];
    const { outcome, escalations, event } = conclude(whole, NOW, { joined, called: left });

    expect([outcome, event.urgency]).toEqual(["escalated", "page"]);
    expect(tiersOf(escalations)).toEqual(["on-call sent", "devops pending", "product pending", "post-mortem pending"]);
  });

  it("is a breach all the same where the class is security: it calls, and freezes", () => {
    const { escalations, freeze } = conclude({ ...whole, assessment: anAssessment({ classes: ["security"] }) }, NOW, {
      joined: [],
      called: left,
    });

    expect(tiersOf(escalations)).toEqual([
      "on-call pending",
      "management pending",
      "security sent",
      "post-mortem pending",
      "product acknowledged",
      "devops acknowledged",
    ]);
    expect(freeze).toMatchObject({ scope: "service", name: "checkout", security: true });
  });
});

describe("the end of an incident that did not", () => {
  it("calls by tier when the rollback failed, and freezes the service or its group", () => {
    const { outcome, escalations, freeze } = conclude({ ...whole, verification: failed }, NOW);

    expect(outcome).toBe("not-recovered");
    expect(tiersOf(escalations)).toEqual([
      "on-call sent",
      "management pending",
      "devops pending",
      "product pending",
      "post-mortem pending",
    ]);
    expect(freeze).toMatchObject({ scope: "service", name: "checkout", until: "2026-11-20T04:14:00.000Z", incidentId: whole.incidentId });
    const blueprint = aBlueprint({ policy: { ...DEFAULT_ROLLBACK_POLICY, group: { name: "shop", dependsOn: [] } } });
    expect(conclude({ ...whole, opening: anOpening({ blueprint }), verification: failed }, NOW).freeze).toMatchObject({
      scope: "group",
      name: "shop",
    });
  });

  it("pages on-call in their own topic besides the service's", () => {
    const { escalation } = DEFAULT_ROLLBACK_POLICY;
    const policy = { ...DEFAULT_ROLLBACK_POLICY, escalation: { ...escalation, topics: { ...escalation.topics, onCall: ON_CALL } } };
    const { escalations, event } = conclude(
      { ...whole, opening: anOpening({ blueprint: aBlueprint({ policy }) }), verification: failed },
      NOW,
    );

    expect(event.urgency).toBe("page");
    expect(escalations[0]).toMatchObject({ tier: "on-call", topicArn: ON_CALL, state: "pending", dueAt: NOW });
  });

  it("calls no tier and freezes nothing for a service that is only watched: the closing page is all", () => {
    const critical = {
      ...whole,
      assessment: anAssessment({ decision: "escalate", severity: "critical", classes: ["security"] }),
      verification: undefined,
    };
    const end = (blueprint: Parameters<typeof aBlueprint>[0]) =>
      conclude({ ...critical, opening: anOpening({ blueprint: aBlueprint(blueprint) }) }, NOW);

    expect(end({}).escalations).not.toEqual([]);
    for (const watched of [{ mode: "observe" }, { rollback: { ...aBlueprint().rollback, enabled: false } }] as const) {
      expect(end(watched)).toMatchObject({ outcome: "escalated", event: { urgency: "page" }, escalations: [], freeze: null });
    }
  });

  it("calls with the defaults when the run broke before it knew its blueprint", () => {
    const { escalations, freeze } = conclude({ ...aRollbackInput(), failure: { Error: "Error" } }, NOW);

    expect(tiersOf(escalations)).toEqual(["on-call sent"]);
    expect(freeze).toBeNull();
  });

  it("takes a run that broke while it wrote for a failed rollback, one that gives back a hold not", () => {
    const broken = { ...whole, verification: undefined, failure: { Error: "Error", Cause: "boom" } };
    const held = { ...broken, assessment: anAssessment({ change: aChange({ kind: "held" }), classes: [], severity: "low" }) };

    expect(tiersOf(conclude(broken, NOW).escalations)).toContain("management pending");
    expect(tiersOf(conclude({ ...broken, progress: undefined }, NOW).escalations)).toContain("management pending");
    expect(tiersOf(conclude(held, NOW).escalations)).toEqual(["on-call sent"]);
  });

  it("is critical when the restored release is as bad as the other: nothing more is tried", () => {
    const { outcome, summary, meta, escalations } = conclude({ ...whole, verification: failed }, NOW);

    expect([outcome, meta.severity]).toEqual(["not-recovered", "critical"]);
    expect(summary).toBe(
      "checkout was rolled back to demo/checkout:v1, and both releases are bad: it stays protected there and nothing more is tried: latency_p95 fail: expected < 200 ms, is 455 ms",
    );
    expect(escalations[0]?.message).toContain("severity critical");
  });

  const spared: [string, Partial<Verification>][] = [
    ["of which nobody can tell", { verdict: "inconclusive" }],
    ["that had no room", { checks: [], reason: "not converged, and not for the release's fault: 1 of 3 pods wait" }],
  ];
  it.each(spared)("calls no release bad %s", (_what, overrides) => {
    const { summary, meta } = conclude({ ...whole, verification: { ...failed, ...overrides } }, NOW);

    expect(summary).not.toContain("both releases are bad");
    expect(meta.severity).toBe("high");
  });

  it("calls both bad also where the pods of the restored one do not start, and no release where a scale was undone", () => {
    const verification = { ...failed, checks: [], reason: "not converged: 1 of 3 pods are ready" };
    const scale = anAssessment({ change: aChange({ kind: "scale" }) });

    expect(conclude({ ...whole, verification }, NOW).summary).toContain("both releases are bad");
    expect(conclude({ ...whole, assessment: scale, verification }, NOW).summary).not.toContain("both releases are bad");
  });
});

describe("the end of an incident whose plan needed an approval", () => {
  const governance = aGovernance({
    verdict: "needs-approval",
    rule: "rate",
    checks: [{ rule: "rate", outcome: "fail", observed: "3 in the hour", limit: "fewer than 3" }],
  });
  const asked = {
    ...aRollbackInput(),
    opening: anOpening(),
    assessment: anAssessment({ classes: ["health"] }),
    plan: aPlan({ governance }),
  };
  const answer = (overrides: Partial<Approval>) => ({
    ...asked,
    approval: {
      state: "denied",
      decidedBy: "ada",
      via: "cli",
      reason: "the fix is on its way",
      decidedAt: NOW,
      planHash: "p",
      ...overrides,
    } as Approval,
  });

  it("is denied by the person who did, who is not called about it", () => {
    const { outcome, summary, event, escalations } = conclude(answer({}), NOW);

    expect([outcome, event.urgency]).toEqual(["denied", "notice"]);
    expect(summary).toBe(
      "checkout: the rollback to demo/checkout:v1 was denied by ada: the fix is on its way; nothing was written to the cluster",
    );
    expect(escalations).toEqual([]);
  });

  it("is escalated when nobody answered; whoever was paged by that is not paged twice", () => {
    const { outcome, summary, event, escalations } = conclude(answer({ state: "expired", reason: "nobody decided within 15 m 0 s" }), NOW);

    expect([outcome, event.urgency]).toEqual(["escalated", "notice"]);
    expect(summary).toBe(
      "checkout needs a human: the approval is expired: nobody decided within 15 m 0 s; nothing was written to the cluster",
    );
    expect(tiersOf(escalations)).toEqual(["on-call sent"]);
  });

  it("is escalated when the state that waits ended by itself, and says which rule had asked", () => {
    const { outcome, summary, event } = conclude({ ...asked, failure: { Error: "States.Timeout" } }, NOW);

    expect([outcome, event.urgency]).toEqual(["escalated", "page"]);
    expect(summary).toContain("needs-approval by rule rate: 3 in the hour");
  });

  it("is an error when the question itself could not be put, and nothing was written then", () => {
    const { outcome, summary, escalations } = conclude(
      { ...asked, failure: { Error: "PermissionError", Cause: "kms:GenerateDataKey" } },
      NOW,
    );

    expect(outcome).toBe("error");
    expect(summary).toContain("nothing was written to the cluster");
    expect(tiersOf(escalations)).toEqual(["on-call sent"]);
  });
});
