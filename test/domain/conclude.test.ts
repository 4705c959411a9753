import { describe, expect, it } from "vitest";
import { causeText, conclude } from "../../functions/domain/conclude.ts";
import { diagnose } from "../../functions/domain/diagnose.ts";
import {
  aChange,
  aDiagnosis,
  anAssessment,
  anOpening,
  aPlan,
  aPodGroup,
  aProgress,
  aRollbackInput,
  aVerification,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
} from "../support/builders/index.ts";

const NOW = "2026-11-20T03:14:00.000Z";
const whole = {
  ...aRollbackInput(),
  opening: anOpening(),
  assessment: anAssessment(),
  plan: aPlan(),
  progress: aProgress(),
  verification: aVerification({ next: "recovered", recovery: "recovered" }),
  diagnosis: aDiagnosis(),
};

describe("the end of an incident", () => {
  it.each([
    ["recovered", whole],
    ["observed", { ...whole, verification: aVerification({ next: "observed", recovery: "undecided" }) }],
    ["not-recovered", { ...whole, verification: aVerification({ next: "escalate", recovery: "not-recovered" }) }],
    [
      "escalated",
      { ...whole, verification: aVerification({ next: "escalate", recovery: "recovered", reason: "the saved strategy is still there" }) },
    ],
    ["escalated", { ...aRollbackInput(), opening: anOpening(), assessment: anAssessment({ decision: "escalate" }) }],
    ["escalated", { ...aRollbackInput(), opening: anOpening(), assessment: anAssessment(), plan: aPlan({ mode: "none" }) }],
    ["stand-down", { ...aRollbackInput(), opening: anOpening(), assessment: anAssessment({ decision: "stand-down" }) }],
    ["error", { ...whole, failure: { Error: "Error", Cause: "boom" } }],
    ["error", { ...aRollbackInput(), failure: { Error: "InvalidInputError" } }],
    ["error", aRollbackInput()],
  ] as const)("is %s when the slices say so", (outcome, document) => {
    const result = conclude(document, NOW);

    expect(result.outcome).toBe(outcome);
    expect(result.meta).toMatchObject({ status: "closed", outcome, closedAt: NOW });
    expect(result.summary).toContain("checkout");
    expect(result.event.urgency).toBe(
      ["escalated", "not-recovered", "error"].includes(outcome) ? "page" : outcome === "stand-down" ? "quiet" : "notice",
    );
  });

  it("marks the suspect bad only when the rollback away from it proved right", () => {
    expect(conclude(whole, NOW).verdicts).toEqual([{ templateHash: BAD_HASH, verdict: "bad", replicas: null }]);
    expect(conclude({ ...whole, verification: aVerification({ next: "escalate", recovery: "not-recovered" }) }, NOW).verdicts).toEqual([]);
    expect(conclude({ ...whole, plan: aPlan({ mode: "observe" }) }, NOW).verdicts).toEqual([]);
  });

  it("marks a replica count, not the release, when the change was a scale", () => {
    const assessment = anAssessment({ change: aChange({ kind: "scale", toHash: GOOD_HASH, fromReplicas: 3, toReplicas: 2 }) });

    expect(conclude({ ...whole, assessment }, NOW).verdicts).toEqual([{ templateHash: GOOD_HASH, verdict: "bad", replicas: 2 }]);
  });

  it("shows the message of a Lambda error, not its JSON", () => {
    expect(causeText('{"errorType":"PermissionError","errorMessage":"patch is forbidden","trace":[]}')).toBe("patch is forbidden");
    expect(causeText("plain text")).toBe("plain text");
    expect(causeText(undefined)).toBe("no cause given");
  });
});

describe("the diagnosis", () => {
  it.each([
    ["OOMKilled", "out-of-memory"],
    ["ImagePullBackOff", "image"],
    ["CreateContainerConfigError", "configuration"],
    ["CrashLoopBackOff", "crash"],
    ["NotReady", "not-ready"],
  ])("of pods failing with %s is %s", (reason, expected) => {
    const workload = aWorkloadState({ pods: [aPodGroup({ failing: 3, ready: 0, reasons: [{ reason, pods: 3, message: "" }] })] });
    const result = diagnose({
      assessment: anAssessment({ workload, podEvidence: "only-new" }),
      plan: aPlan(),
      verification: aVerification(),
    });

    expect(result).toMatchObject({ class: expected });
    expect(result.recommendations).toHaveLength(1);
  });

  it.each([
    ["deploy", "regression"],
    ["scale", "capacity"],
  ] as const)("of a %s with healthy pods is %s", (kind, expected) => {
    const assessment = anAssessment({ change: aChange({ kind }) });

    expect(diagnose({ assessment, plan: aPlan(), verification: aVerification({ recovery: "recovered" }) })).toMatchObject({
      class: expected,
      confidence: "high",
    });
  });
});
