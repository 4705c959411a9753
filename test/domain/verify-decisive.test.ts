import { describe, expect, it } from "vitest";
import type { Check } from "../../functions/domain/blueprint.ts";
import type { PlanStep } from "../../functions/domain/rollback-document.ts";
import { verify } from "../../functions/domain/verify.ts";
import { aBlueprint } from "../support/builders/index.ts";
import { healthy, lookAt, phaseBlueprint, SCRIPT } from "./support/phase-facts.ts";

const smoke: Check = { type: "script", name: "checkout_flow", job: "smoke", timeoutSeconds: 60, critical: true, rollbackTrigger: false };
const blueprint = phaseBlueprint([smoke]);
const answered = (verdict: "proven" | "not-yet" | "lost" | "inconclusive", seconds = 5, step: PlanStep = SCRIPT) =>
  verify(lookAt(step, seconds, { blueprint, confirmation: { verdict, reason: `check smoke ${verdict}` } }));

describe("a script of the blueprint", () => {
  it("that completes is one more check of the recovery", () => {
    const result = answered("proven");

    expect(result).toMatchObject({ verdict: "pass", nextStepId: "restore-strategy", recovery: "recovered" });
    expect(result.reason).toBe("5 of 5 checks pass; check smoke proven");
    expect(result.checks.at(-1)).toMatchObject({ check: "checkout_flow", verdict: "pass", critical: true });
  });

  it("that fails denies the recovery, and the next release follows", () => {
    expect(answered("lost")).toMatchObject({
      verdict: "fail",
      next: "next-target",
      nextStepId: "restore-template-2",
      recovery: "undecided",
      recoveredAt: null,
    });
  });

  it("that could not run leaves the recovery and calls a person, once its time is over", () => {
    expect(answered("inconclusive", 5)).toMatchObject({ next: "keep-watching" });
    expect(answered("inconclusive", 200)).toMatchObject({
      verdict: "inconclusive",
      recovery: "recovered",
      unjudged: ["check-smoke-1"],
      reason: "recovered by health checks, check-smoke-1 could not be judged: check smoke inconclusive",
    });
  });

  it("whose Job could not be made says nothing of the service", () => {
    const facts = lookAt(SCRIPT, 1, { blueprint });
    const refused = { ...facts, progress: { ...facts.progress, outcome: "refused" as const, reason: "CronJob smoke does not exist" } };

    expect(verify(refused)).toMatchObject({ verdict: "inconclusive", recovery: "recovered", unjudged: ["check-smoke-1"] });
  });

  it("is a note where critical checks alone decide nothing", () => {
    const lenient = { ...blueprint, rollback: { ...aBlueprint().rollback, triggerOnCriticalFailure: false } };
    const confirmation = { verdict: "lost", reason: "check smoke failed" } as const;

    expect(verify(lookAt(SCRIPT, 5, { blueprint: lenient, confirmation }))).toMatchObject({
      verdict: "pass",
      nextStepId: "restore-strategy",
      recovery: "recovered",
      notes: ["check-smoke-1: check smoke failed"],
    });
  });
});

describe("the same step without a phase", () => {
  it("only follows a recovery: its failure is a note", () => {
    const step = { ...SCRIPT, id: "hook-post-smoke", phase: undefined, onFail: "restore-strategy" };

    expect(answered("lost", 5, step)).toMatchObject({
      recovery: "recovered",
      recoveredAt: healthy.recoveredAt,
      notes: [expect.any(String)],
    });
  });
});

describe("a function that confirms", () => {
  const hook: PlanStep = {
    ...SCRIPT,
    id: "hook-confirm-orders",
    kind: "invoke-hook",
    action: {
      kind: "invoke-hook",
      hook: "orders",
      phase: "confirm",
      functionArn: "arn:aws:lambda:eu-west-1:1:function:orders",
      deadlineSeconds: 10,
    },
    onFail: "restore-strategy",
  };

  it("proves the recovery by its answer, and denies it by its failure", () => {
    const facts = lookAt(hook, 5);
    const refused = { ...facts, progress: { ...facts.progress, outcome: "refused" as const, reason: "hook orders failed" } };

    expect(verify(facts)).toMatchObject({ verdict: "pass", recovery: "recovered" });
    expect(verify(refused)).toMatchObject({ verdict: "fail", recovery: "not-recovered", nextStepId: "restore-strategy" });
  });
});
