import { describe, expect, it } from "vitest";
import type { Plan, PlanStep, Verification } from "../../functions/domain/rollback-document.ts";
import { verify } from "../../functions/domain/verify.ts";
import {
  aBlueprint,
  anAssessment,
  aProgress,
  aRollbackTrigger,
  aVerification,
  aWorkloadState,
  MOMENTS,
} from "../support/builders/index.ts";
import { plan } from "./support/release-plans.ts";

const action = (kind: "set-weights" | "release-autoscaler") =>
  kind === "set-weights"
    ? {
        kind,
        route: { router: "istio" as const, name: "checkout", rule: null },
        weights: { stable: 100 },
        prior: { stable: 50, canary: 50 },
      }
    : { kind, hpa: "checkout", prior: "{}" };
const step = (id: string, kind: "set-weights" | "release-autoscaler"): PlanStep => ({
  id,
  kind,
  action: action(kind),
  target: null,
  replicas: null,
  onPass: "finish",
  onFail: "finish",
  bakeSeconds: 1,
  deadlineSeconds: 30,
});
const base = plan();
/** Traffic first, then the restore, then what is given back. */
const whole: Plan = {
  ...base,
  steps: [
    step("halve-traffic", "set-weights"),
    step("release-autoscaler-kept", "release-autoscaler"),
    ...base.steps.filter(({ id }) => id.startsWith("restore-template")),
    step("release-autoscaler", "release-autoscaler"),
    ...base.steps.filter(({ id }) => !id.startsWith("restore-template")),
  ],
};

function after(outcome: "paused" | "aborted", stepId: string, previous: Verification | null, phase?: PlanStep["phase"]) {
  const steps = whole.steps.map((one) => (one.id === stepId && phase !== undefined ? { ...one, phase } : one));
  return verify({
    trigger: aRollbackTrigger(),
    blueprint: aBlueprint(),
    assessment: anAssessment(),
    plan: { ...whole, steps },
    progress: aProgress({
      stepId,
      stepIndex: steps.findIndex(({ id }) => id === stepId),
      outcome,
      reason: `${outcome} by ada@desk: not us`,
    }),
    previous,
    workload: aWorkloadState(),
    confirmation: null,
    alarms: [],
    readings: [],
    leaseRenewed: true,
    now: MOMENTS.openedAt,
  });
}
const undecided = aVerification({
  recovery: "undecided",
  recoveredAt: null,
  recoverySeconds: null,
  next: "next-step",
  restoringStepId: null,
});
const recovered = aVerification({ recovery: "recovered", next: "next-step", reason: "4 of 4 checks pass", finding: "4 of 4 checks pass" });

describe("an aborted plan", () => {
  it("gives the autoscaler back first, then the strategy, and says where the traffic is", () => {
    const result = after("aborted", "restore-template-1", undecided);

    expect(result).toMatchObject({ next: "next-step", nextStepId: "release-autoscaler", restoringStepId: null });
    expect(result.finding).toBe(
      "aborted by ada@desk: not us; restore-template-1 was not applied; traffic stays where the plan has moved it",
    );
  });

  it("ends at once where nothing was applied yet", () => {
    expect(after("aborted", "halve-traffic", null)).toMatchObject({ next: "escalate", nextStepId: null, recovery: "undecided" });
  });

  it("stays recovered where only cleaning up is left out, with a note of that", () => {
    const result = after("aborted", "quarantine-replica-set", recovered);

    expect(result).toMatchObject({ next: "recovered", verdict: recovered.verdict, reason: "4 of 4 checks pass" });
    expect(result.notes?.join()).toContain("aborted by ada@desk: not us; quarantine-replica-set was not applied");
  });

  it("needs a person where a part of the proof is left out", () => {
    const result = after("aborted", "quarantine-replica-set", recovered, "business");

    expect(result).toMatchObject({ next: "escalate", unjudged: ["quarantine-replica-set"] });
  });
});

describe("a paused plan", () => {
  it("asks again with the same step", () => {
    expect(after("paused", "restore-template-1", undecided)).toMatchObject({
      next: "next-step",
      nextStepId: "restore-template-1",
      verdict: "inconclusive",
      reason: "paused by ada@desk: not us",
    });
  });

  it("keeps what was found", () => {
    const { verdict, reason, recovery, finding } = after("paused", "restore-strategy", recovered);

    expect({ verdict, reason, recovery, finding }).toEqual({
      verdict: recovered.verdict,
      reason: "4 of 4 checks pass",
      recovery: "recovered",
      finding: "4 of 4 checks pass",
    });
  });
});
