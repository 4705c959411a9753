import { describe, expect, it } from "vitest";
import type { Plan, PlanStep } from "../../functions/domain/rollback-document.ts";
import { verify } from "../../functions/domain/verify.ts";
import { executeStep } from "../../functions/steps/execute-step/step.ts";
import { plan } from "../domain/support/release-plans.ts";
import { aBlueprint, anAssessment, anOpening, aRollbackInput, aWorkloadState } from "../support/builders/index.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";
import { aScene } from "../support/machine/scene.ts";

const hook: PlanStep = {
  id: "hook-pre-1",
  kind: "invoke-hook",
  action: {
    kind: "invoke-hook",
    hook: "drain-queue",
    phase: "pre",
    functionArn: "arn:aws:lambda:eu-west-1:111122223333:function:drain-queue",
    deadlineSeconds: 20,
  },
  target: null,
  replicas: null,
  onPass: "restore-template-1",
  onFail: "finish",
  bakeSeconds: 1,
  deadlineSeconds: 30,
};
const base = plan();
const withHook: Plan = { ...base, steps: [hook, ...base.steps] };

async function first(refusal: string | null) {
  const { ports, hooks, actions, store } = aScene();
  hooks.refusal = refusal;
  const [input, opening] = [aRollbackInput(), anOpening()];
  const lock = await store.acquire(input.trigger.service, input.execution.name, input.incidentId, ports.clock.now(), 900);
  const held = { ...opening, lock: "lock" in lock ? lock.lock : opening.lock };
  const assessment = anAssessment({ workload: aWorkloadState() });
  const document = { ...input, opening: held, assessment, plan: withHook };
  const apply = () => executeStep(ports)(document, { logger: silentLogger });
  const progress = await apply();
  const verification = verify({
    trigger: input.trigger,
    blueprint: aBlueprint(),
    assessment,
    plan: withHook,
    progress,
    previous: null,
    workload: aWorkloadState(),
    confirmation: { verdict: "proven", reason: "hook drain-queue has answered" },
    alarms: [],
    readings: [],
    leaseRenewed: true,
    now: progress.appliedAt,
  });
  return { input, apply, progress, verification, hooks, actions };
}

describe("a hook that is a function", () => {
  it("is told of service, incident, phase and plan, and never through the cluster", async () => {
    const { input, progress, verification, hooks, actions } = await first(null);

    expect(progress).toMatchObject({ outcome: "applied", reason: "hook drain-queue has answered" });
    expect(hooks.calls.map(({ payload }) => payload)).toEqual([
      {
        service: "checkout",
        incident: input.incidentId,
        hook: "drain-queue",
        phase: "pre",
        callId: `${input.execution.name}/hook-pre-1`,
        plan: { strategy: base.strategy, planHash: null, steps: withHook.steps.map(({ id }) => id), images: ["demo/checkout:v1"] },
      },
    ]);
    expect(actions.applied).toEqual([]);
    expect(verification).toMatchObject({ next: "next-step", nextStepId: "restore-template-1" });
  });

  it("has the same call id when the step is tried again", async () => {
    const { apply, hooks } = await first(null);

    await apply();

    expect(new Set(hooks.calls.map(({ callId }) => callId)).size).toBe(1);
    expect(hooks.calls).toHaveLength(2);
  });

  it("that says no before the first write ends the plan with nothing written", async () => {
    const { progress, verification } = await first("hook drain-queue failed: NotNow");

    expect(progress.outcome).toBe("refused");
    expect(verification).toMatchObject({ next: "escalate", reason: "hook-pre-1: hook drain-queue failed: NotNow" });
  });
});
