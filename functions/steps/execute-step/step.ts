import * as z from "zod/mini";
import { rehearsedBefore, whyMovedOn, whyNotAct, whyNotPutBack, whyUnprepared } from "../../domain/act-decision.ts";
import { mayActSince } from "../../domain/approval.ts";
import type { Blueprint } from "../../domain/blueprint.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import { InvalidInputError } from "../../domain/errors.ts";
import { hookCall } from "../../domain/hook-call.ts";
import { isBegun, PAUSED_LOOK_SECONDS, whyControlled } from "../../domain/incident-control.ts";
import { isRestoring, ownedBy, restoredReplicaSet } from "../../domain/plan-steps.ts";
import {
  type Assessment,
  AssessmentSchema,
  OpeningSchema,
  type Plan,
  PlanSchema,
  type PlanStep,
  type Progress,
  ProgressSchema,
  RollbackDocumentSchema,
} from "../../domain/rollback-document.ts";
import { secondsAfter, secondsBetween } from "../../domain/time.ts";
import type { WorkloadWrite, WriteResult, WriteStamp } from "../../domain/workload.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ClusterActions } from "../../ports/cluster-actions.ts";
import type { Controls } from "../../ports/controls.ts";
import type { Hooks } from "../../ports/hooks.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import type { Seal } from "../../ports/seal.ts";
import type { Workload } from "../../ports/workload.ts";
import { openedIncident } from "../../runtime/opened-incident.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { LEASE_SECONDS } from "../open-incident/step.ts";

export interface ExecuteStepPorts {
  readonly workload: Workload;
  readonly actions: ClusterActions;
  readonly store: IncidentStore;
  readonly controls: Pick<Controls, "read">;
  readonly hooks: Hooks;
  readonly ledger: Pick<ReleaseLedger, "sealedTemplate">;
  readonly seal: Pick<Seal, "open">;
  readonly clock: Clock;
}

/** What the state needs of the document, and the slice it adds. */
export const executeStepSchemas = {
  input: z.extend(RollbackDocumentSchema, { opening: OpeningSchema, assessment: AssessmentSchema, plan: PlanSchema }),
  output: ProgressSchema,
};

export type ExecuteInput = z.infer<typeof executeStepSchemas.input>;

/** Applies one plan step: lease renewed, switch and deadline re-read, then one guarded write that is read back. Running it twice writes once. */
export function executeStep({
  workload,
  actions,
  store,
  controls,
  hooks,
  ledger,
  seal,
  clock,
}: ExecuteStepPorts): Step<ExecuteInput, Progress> {
  return async ({ execution, incidentId, trigger, opening, assessment, plan, approval, progress, verification }) => {
    const { blueprint, lock } = openedIncident(opening);
    const stepId = verification?.nextStepId ?? plan.steps[0]?.id;
    const stepIndex = plan.steps.findIndex((candidate) => candidate.id === stepId);
    const step = plan.steps[stepIndex];
    if (step === undefined || assessment.workload === null) throw new InvalidInputError(`the plan has no step ${stepId ?? "at all"}`);
    const now = clock.now();
    const [renewed, switchState, control] = await Promise.all([
      store.renew(trigger.service, execution.name, lock.fence, now, LEASE_SECONDS),
      store.readSwitch(),
      controls.read(incidentId),
    ]);
    const generation = progress?.generation ?? assessment.workload.generation;
    const stamp = { execution: execution.name, fence: lock.fence };
    const ageSeconds = secondsBetween(mayActSince(opening.openedAt, approval), now.toISOString());
    const liftsTooEarly = step.action?.kind === "maintenance" && step.action.set === "lift" && verification?.recovery !== "recovered";
    const mayNot = whyNotAct({
      leaseRenewed: renewed !== null,
      switchState,
      ageSeconds,
      mode: plan.mode,
      stepId: step.id,
      liftsTooEarly,
      controlled: whyControlled(control, step, isBegun(plan, step, progress)),
    });
    // The other steps look at the workload in their own write.
    const unproven = verification !== undefined && verification.recovery !== "recovered";
    const looks = mayNot === null && (step.kind === "restore-config" || (step.kind === "restore-strategy" && unproven));
    const live = looks ? await workload.read(blueprint.target) : null;
    const movedOn = !looks
      ? mayNot
      : step.kind === "restore-config"
        ? whyMovedOn(assessment.workload, live, execution.name)
        : whyNotPutBack(live);
    const writeFor = async (wanted: PlanStep): Promise<WorkloadWrite> => {
      const savedTemplate = await templateOf(wanted, assessment, blueprint, { ledger, seal });
      const expected = { generation, replicaSet: liveReplicaSet(assessment, plan, progress), savedTemplate };
      return inPlan(writeOf(wanted, assessment, expected, stamp), plan, blueprint);
    };
    const rehearse = async (wanted: PlanStep) => {
      const write = await writeFor(wanted);
      return whyUnprepared(
        await workload.apply(blueprint.target, write.kind === "restore-template" ? { ...write, dryRun: "alone" } : write),
      );
    };
    const act = (action: ClusterAction) =>
      action.kind === "invoke-hook"
        ? hooks.invoke(hookCall(action, { service: trigger.service, incidentId, stepId: step.id, execution: execution.name, plan }))
        : actions.apply(blueprint.target, action, stamp);
    const rehearsed = movedOn === null ? rehearsedBefore(plan.steps, step) : undefined;
    const reasonNot = rehearsed === undefined ? movedOn : await rehearse(rehearsed);
    const result: Pick<Progress, "outcome" | "reason" | "generation"> =
      reasonNot !== null
        ? { ...reasonNot, generation }
        : step.action !== undefined
          ? await act(step.action)
          : await workload.apply(blueprint.target, await writeFor(step));
    const appliedAt = clock.now().toISOString();
    const sameStep = progress?.stepId === step.id ? progress : null;
    const stillPaused = result.outcome === "paused" && sameStep?.outcome === "paused";
    if (!stillPaused) {
      await store.append(incidentId, [
        { ...eventOf(trigger.service, step, result, appliedAt), service: trigger.service, topicArn: blueprint.notificationTopicArn },
      ]);
    }
    const acted = result.outcome === "applied" || result.outcome === "already-applied";
    return {
      stepId: step.id,
      stepIndex,
      // a pause is no attempt
      attempt: sameStep === null ? 1 : sameStep.attempt + (sameStep.outcome === "paused" ? 0 : 1),
      outcome: result.outcome,
      reason: result.reason,
      bakeSeconds: acted ? step.bakeSeconds : result.outcome === "paused" ? PAUSED_LOOK_SECONDS : 0,
      appliedAt,
      deadlineAt: secondsAfter(appliedAt, step.deadlineSeconds),
      // an action on another object than the workload knows no generation of it
      generation: result.generation === 0 ? generation : result.generation,
    };
  };
}

/**
 * The guard lets a write on a workload of a GitOps controller pass when the plan has thought of that. Our field-manager entry stays only where the
 * blueprint wants it to, until the plan's last step.
 */
function inPlan(write: WorkloadWrite, plan: Plan, { restore }: Blueprint): WorkloadWrite {
  const owned = ownedBy(plan.steps);
  const kept = restore.fieldManagerGuard ? { ...write, keepGuard: true } : write;
  return kept.kind === "restore-strategy" || owned === null ? kept : { ...kept, owned };
}

/** The template as it was kept with the release, where the cluster has none any more or is about to lose it: opening it costs a call that most rollbacks do without. */
async function templateOf(
  { kind, target }: PlanStep,
  { workload }: Assessment,
  { service, target: { cluster, namespace } }: Blueprint,
  { ledger, seal }: Pick<ExecuteStepPorts, "ledger" | "seal">,
): Promise<string | null> {
  if (kind !== "restore-template" || !target?.releaseHash) return null;
  const inCluster = workload?.replicaSets.some(({ templateHash }) => templateHash === target.templateHash) ?? false;
  if (inCluster && workload?.revisionHistoryLimit !== 0) return null;
  const sealed = await ledger.sealedTemplate(service, target.releaseHash);
  return sealed === null ? null : seal.open(sealed, { cluster, namespace, service });
}

/** What the step replaces: the release that was assessed, or the one that this run has restored since. */
function liveReplicaSet({ workload }: Assessment, plan: Plan, progress: Progress | undefined): string | undefined {
  return (
    restoredReplicaSet(plan, progress) ?? workload?.replicaSets.find(({ templateHash }) => templateHash === workload.templateHash)?.name
  );
}

function writeOf(
  step: PlanStep,
  assessment: Assessment,
  expected: { readonly generation: number; readonly replicaSet: string | undefined; readonly savedTemplate: string | null },
  stamp: WriteStamp,
): WorkloadWrite {
  const uid = assessment.workload?.uid ?? "";
  const { generation, replicaSet, savedTemplate } = expected;
  switch (step.kind) {
    case "restore-template":
      if (step.target === null) throw new InvalidInputError(`plan step ${step.id} names no release`);
      return {
        kind: "restore-template",
        replicaSet: step.target.replicaSet,
        templateHash: step.target.templateHash,
        ...(savedTemplate === null ? {} : { savedTemplate }),
        ...(step.availability === undefined ? {} : { availability: step.availability }),
        ...(step.target.images === undefined ? {} : { images: step.target.images }),
        ...(step.dryRun === undefined ? {} : { dryRun: step.dryRun }),
        expect: { uid, generation, replicaSet },
        stamp,
      };
    case "restore-scale":
      if (step.replicas === null) throw new InvalidInputError(`plan step ${step.id} names no replica count`);
      return { kind: "restore-scale", replicas: step.replicas, expect: { uid, generation }, stamp };
    case "restore-strategy":
      return { kind: "restore-strategy", expect: { uid, generation }, stamp };
    default:
      throw new InvalidInputError(`plan step ${step.id} of kind ${step.kind} carries no action`);
  }
}

function eventOf(service: string, step: PlanStep, result: Pick<WriteResult, "reason"> & { outcome: Progress["outcome"] }, at: string) {
  // a judged watch looks at what an earlier step has restored
  const restoring = isRestoring(step) && step.kind !== "watch";
  const restores = restoring && result.outcome === "applied";
  return {
    id: `${at}#ExecuteStep#${step.id}`,
    at,
    type: restores ? "rollback_executed" : "plan_step",
    message: `${service}: ${step.id} ${result.outcome}: ${result.reason}`,
    // The answer to a write may have been lost: people are told by the try that found it applied.
    urgency: restores || (restoring && result.outcome === "already-applied") ? ("notice" as const) : ("quiet" as const),
    data: { stepId: step.id, outcome: result.outcome },
  };
}
