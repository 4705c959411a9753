import type { Blueprint, Check } from "../../../functions/domain/blueprint.ts";
import type { PlanStep, Verification } from "../../../functions/domain/rollback-document.ts";
import type { VerificationFacts } from "../../../functions/domain/verify.ts";
import { aBlueprint, aProgress, aThresholdCheck } from "../../support/builders/index.ts";
import { at, facts, plan, stable } from "./verification-facts.ts";

const common = { target: null, replicas: null, bakeSeconds: 5, deadlineSeconds: 200 };

/** Five minutes of performance, scaled to a minute, after the restored release was healthy. */
export const WATCH: PlanStep = {
  ...common,
  id: "verify-performance-1",
  kind: "watch",
  action: { kind: "watch", seconds: 60 },
  phase: "performance",
  onPass: "restore-strategy",
  onFail: "restore-template-2",
  onWorse: "restore-template-2",
  onInconclusive: "restore-strategy",
};
/** The CronJob `smoke`, run once. */
export const SCRIPT: PlanStep = {
  ...common,
  id: "check-smoke-1",
  kind: "run-check",
  action: { kind: "run-check", job: "smoke", deadlineSeconds: 60 },
  phase: "health",
  onPass: "restore-strategy",
  onFail: "restore-template-2",
  onInconclusive: "restore-strategy",
};

/** What the restoring step had found. */
export const healthy: Verification = {
  ...stable,
  verdict: "pass",
  next: "next-step",
  nextStepId: WATCH.id,
  reason: "5 of 5 checks pass",
  finding: "5 of 5 checks pass",
  recovery: "recovered",
  recoveredAt: at(60),
  recoverySeconds: 200,
  restoringStepId: "restore-template-1",
};

export function phaseBlueprint(
  checks: readonly Check[] = [aThresholdCheck({ name: "performance_latency_p95", phase: "performance" })],
): Blueprint {
  const { verification, ...rest } = aBlueprint();
  return {
    ...rest,
    verification: {
      ...verification,
      phases: { ...verification.phases, performance: { seconds: 60 } },
      checks: [...verification.checks, ...checks],
    },
  };
}

/** A look at `step`, so many seconds after it began at second 62; another release may follow. */
export function lookAt(step: PlanStep, seconds: number, overrides: Partial<VerificationFacts> = {}): VerificationFacts {
  const first = plan.steps[0] as PlanStep;
  const steps = [first, { ...first, id: "restore-template-2" }, step, ...plan.steps.slice(1)];
  return facts({
    blueprint: phaseBlueprint(),
    plan: { ...plan, steps },
    progress: aProgress({
      stepId: step.id,
      stepIndex: 2,
      outcome: "already-applied",
      appliedAt: at(62),
      deadlineAt: at(62 + step.deadlineSeconds),
    }),
    confirmation: { verdict: "proven", reason: `${step.kind} is there` },
    previous: healthy,
    now: at(62 + seconds),
    ...overrides,
  });
}
