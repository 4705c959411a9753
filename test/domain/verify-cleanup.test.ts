import { describe, expect, it } from "vitest";
import { conclude } from "../../functions/domain/conclude.ts";
import { verify } from "../../functions/domain/verify.ts";
import {
  aDiagnosis,
  anAssessment,
  anOpening,
  aPlan,
  aPlanStep,
  aProgress,
  aRollbackInput,
  aVerification,
} from "../support/builders/index.ts";
import { facts, plan, progress, stable } from "./support/verification-facts.ts";

const proven = { ...stable, recovery: "recovered" as const, recoveredAt: "2026-11-20T03:13:00.000Z", recoverySeconds: 60 };
const quarantine = "quarantine-replica-set";
const look = (stepId: string, overrides: Parameters<typeof facts>[0] = {}) =>
  verify(
    facts({
      progress: {
        ...progress,
        stepId,
        stepIndex: plan.steps.findIndex(({ id }) => id === stepId),
        outcome: "superseded",
        reason: "not ours",
      },
      previous: proven,
      ...overrides,
    }),
  );

describe("cleaning up after a proven recovery", () => {
  it.each(["superseded", "refused"] as const)("that is %s pages nobody, and is noted", (outcome) => {
    const at = { ...progress, stepId: quarantine, stepIndex: plan.steps.length - 1, outcome, reason: "marked by another run" };

    expect(look(quarantine, { progress: at })).toMatchObject({
      next: "recovered",
      recovery: "recovered",
      notes: ["quarantine-replica-set: marked by another run"],
    });
  });

  it("that was noted before stays noted", () => {
    expect(look(quarantine, { previous: { ...proven, notes: ["release-guard: a later run"] } }).notes).toEqual([
      "release-guard: a later run",
      "quarantine-replica-set: not ours",
    ]);
  });

  it("goes on with what is left to do", () => {
    const guard = aPlanStep({ id: "release-guard", kind: "release-guard", target: null, action: { kind: "release-guard" } });
    const steps = [...plan.steps.map((step) => (step.id === quarantine ? { ...step, onFail: guard.id } : step)), guard];

    expect(look(quarantine, { plan: { ...plan, steps } })).toMatchObject({ next: "next-step", nextStepId: guard.id });
  });

  it("is no excuse where the lock was lost, where nothing was proven, or where the strategy itself is not back", () => {
    const lost = { ...progress, stepId: quarantine, stepIndex: plan.steps.length - 1, outcome: "lock-lost" as const, reason: "lost" };

    expect(look(quarantine, { progress: lost })).toMatchObject({ next: "escalate" });
    expect(look(quarantine, { previous: { ...stable, recovery: "not-recovered" } })).toMatchObject({ next: "escalate" });
    expect(look("restore-strategy")).toMatchObject({ next: "escalate" });
  });

  it("is told in the summary of an incident that ends as recovered", () => {
    const document = {
      ...aRollbackInput(),
      opening: anOpening(),
      assessment: anAssessment(),
      plan: aPlan(),
      progress: aProgress(),
      verification: aVerification({ next: "recovered", recovery: "recovered", notes: ["quarantine-replica-set: marked by another run"] }),
      diagnosis: aDiagnosis(),
    };
    const { outcome, summary, event } = conclude(document, "2026-11-20T03:14:00.000Z");

    expect({ outcome, urgency: event.urgency }).toEqual({ outcome: "recovered", urgency: "notice" });
    expect(summary).toMatch(/recovered .* after the onset; quarantine-replica-set: marked by another run$/);
  });
});
