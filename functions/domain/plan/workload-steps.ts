import type { PlanStep, Strategy } from "../rollback-document.ts";
import type { WorkloadState } from "../workload.ts";
import { actionStep } from "./chain.ts";
import { SHARE_SECONDS, shareSteps, whyNotShare } from "./share-steps.ts";

/** Until a controller has seen the restored template. */
const OBSERVED_SECONDS = 60;
/** Pods that may be taken away first where there is no room, of those that are asked for. */
const RELAXED_SHARE = 0.25;
/** So many pods that are replaced one by one make the pause between two looks a second longer, up to the most. */
const PODS_A_SECOND = 5;
const MOST_BAKE_SECONDS = 20;

export interface WorkloadStepsOptions {
  /** Of the workload. */
  readonly name: string;
  readonly strategy: Strategy;
  /** Both versions run side by side for a while first, where the workload can do that. @default with `gradual` */
  readonly shares?: boolean;
  /** For so long. @default 10 minutes */
  readonly shareSeconds?: number;
  /** A Rollout was aborted before. @default false */
  readonly stopped?: boolean;
  /** The autoscaler is kept from taking pods away. @default false */
  readonly heldAutoscaler?: boolean;
}

/**
 * What a restored template needs beside it, by the kind of workload: an Argo Rollout is aborted before or promoted fully afterwards, a StatefulSet's or
 * DaemonSet's pods are deleted where no controller does it, a Deployment can go on without surge, and with `gradual` both versions run side by side for a
 * while first.
 */
export function workloadSteps(
  steps: readonly PlanStep[],
  workload: WorkloadState | null,
  {
    name,
    strategy,
    shares = strategy === "gradual",
    shareSeconds = SHARE_SECONDS,
    stopped = false,
    heldAutoscaler = false,
  }: WorkloadStepsOptions,
): readonly PlanStep[] {
  const first = steps.find(({ kind }) => kind === "restore-template");
  if (workload === null || first === undefined) return steps;
  const expanded = steps.flatMap((step) => {
    const last = steps.find(({ id }) => step.judged === false && id === step.onPass) ?? step;
    if (step.kind === "restore-scale" && (replaces(workload) || promotes(step, workload, strategy)) && step.target !== null) return [];
    const pausable = shares && (heldAutoscaler ? whyNotShare(workload, null) : whyNotShare(workload)) === null;
    return step === first && pausable && isInCluster(step, workload)
      ? [...shareSteps(step, workload, shareSeconds), relaxStep(step, workload, last)]
      : expand(step, workload, { last, name, strategy });
  });
  const start = expanded.find(({ target }) => target !== null)?.id ?? first.id;
  return [...(stopped ? [] : abortSteps(workload, name, start)), ...leadingToShare(expanded, first.id)];
}

/** Where both versions run side by side first, what prepared the template leads there. */
function leadingToShare(steps: readonly PlanStep[], template: string): readonly PlanStep[] {
  const share = steps.find(({ kind }) => kind === "pause-at-share")?.id;
  if (share === undefined) return steps;
  return steps.map((step) => (step.onPass === template ? { ...step, onPass: share } : step));
}

/** Sentences for the plan about what this kind of workload does and does not do. */
export function workloadReasons(workload: WorkloadState | null): string[] {
  if (workload === null) return [];
  const { partition = 0, onDelete = false, unreachableNodes = [], argo } = workload;
  return [
    ...(partition > 0
      ? [`partition ${partition}: only pods from ordinal ${partition} upwards are rolled back, the others keep their revision`]
      : []),
    ...(onDelete ? ["strategy OnDelete: the pods are deleted one by one, each after the one before is ready"] : []),
    ...(workload.kind === "StatefulSet" ? ["a StatefulSet has no surge: one pod at a time is missing meanwhile"] : []),
    ...(unreachableNodes.length > 0 ? [`Nodes that are not ready are not waited for: ${unreachableNodes.join(", ")}`] : []),
    ...(argo !== undefined && argo.stableHash === workload.templateHash && argo.rollbackWindow === null
      ? [
          "the Rollout was promoted: going back starts its steps anew, unless the plan promotes it fully (spec.rollbackWindow skips them too)",
        ]
      : []),
    ...(workload.flagger === "target"
      ? ["Flagger scales this workload: its target is restored, its primary and its routes are left to Flagger"]
      : []),
  ];
}

/** Side by side runs what a ReplicaSet has as it is: no template of a snapshot, and no image by digest in place of a tag that has moved on. */
function isInCluster({ target }: PlanStep, { replicaSets }: WorkloadState): boolean {
  return target?.images === undefined && replicaSets.some(({ templateHash }) => templateHash === target?.templateHash);
}

interface Expansion {
  /** The step by which the same release is judged: where that brings the replicas back, it is what finds no room. */
  readonly last: PlanStep;
  readonly name: string;
  readonly strategy: Strategy;
}

function expand(step: PlanStep, workload: WorkloadState, { last, name, strategy }: Expansion): PlanStep[] {
  if (step.kind !== "restore-template") return [step];
  switch (workload.kind) {
    case "Deployment":
      return [step, relaxStep(step, workload, last)];
    case "StatefulSet":
    case "DaemonSet":
      return replaces(workload) ? replaceSteps(step, workload, last) : [step];
    case "Rollout":
      return promotes(step, workload, strategy) ? promoteSteps(step, last, name) : [step];
  }
}

/** A Rollout that takes the restored template for a new version would go through its steps; its stable version, and its `rollbackWindow`, skip them anyway. */
function promotes({ target }: PlanStep, { kind, argo }: WorkloadState, strategy: Strategy): boolean {
  if (kind !== "Rollout" || argo === undefined || argo.stableHash === null || argo.rollbackWindow !== null || target === null) return false;
  return (strategy === "immediate" || strategy === "fast") && target.templateHash !== argo.stableHash;
}

function promoteSteps(step: PlanStep, last: PlanStep, rollout: string): PlanStep[] {
  const action = { kind: "promote-rollout", rollout, templateHash: step.target?.templateHash ?? "" } as const;
  const steps = followed(step, last, action, last.bakeSeconds);
  return steps.map((made) => (made.kind === "restore-template" ? { ...made, judged: false } : made));
}

/** Reached only where verification finds no room for the surge. */
function relaxStep({ id, target }: PlanStep, { replicas, pods }: WorkloadState, last: PlanStep): PlanStep {
  const { onPass, onFail, bakeSeconds, deadlineSeconds } = last;
  const serving = pods.reduce((sum, { ready }) => sum + ready, 0);
  const maxUnavailable = Math.max(1, replicas - serving, Math.floor(replicas * RELAXED_SHARE));
  const clocks = { target, onPass, onFail, bakeSeconds, deadlineSeconds };
  const action = { kind: "relax-rollout", maxUnavailable, ...(target === null ? {} : { replicaSet: target.replicaSet }) } as const;
  return actionStep(id.replace("restore-template", "relax-rollout"), action, clocks);
}

function replaces({ onDelete, podManagement }: WorkloadState): boolean {
  return onDelete === true || podManagement === "OrderedReady";
}

/** A pod that breaks late is still replaced, since the replicas come back before. */
function replaceSteps(step: PlanStep, workload: WorkloadState, last: PlanStep): PlanStep[] {
  const action = { kind: "replace-pods", pods: workload.onDelete === true ? "each" : "broken" } as const;
  return followed(step, last, action, Math.max(last.bakeSeconds, lookEvery(workload)));
}

/** The template and its replicas as soon as the controller has seen them, then the action, by which the whole release is judged. */
function followed(step: PlanStep, last: PlanStep, action: NonNullable<PlanStep["action"]>, bakeSeconds: number): PlanStep[] {
  const id = step.id.replace("restore-template", action.kind);
  const { onPass, onFail, deadlineSeconds } = last;
  const observed = { bakeSeconds: 1, deadlineSeconds: OBSERVED_SECONDS };
  const scale = last === step ? [] : [{ ...last, ...observed, judged: false, onPass: id, onFail: step.onFail }];
  return [
    { ...step, ...observed, onPass: scale[0]?.id ?? id },
    ...scale,
    actionStep(id, action, { target: step.target, onPass, onFail, bakeSeconds, deadlineSeconds }),
  ];
}

/** Each pod has a deadline of its own here: with many of them the looks together must not fill the run's history. */
function lookEvery({ replicas }: WorkloadState): number {
  return Math.min(MOST_BAKE_SECONDS, Math.ceil(replicas / PODS_A_SECOND));
}

/** Half-way through its steps: the traffic goes to the stable version at once, the template follows. Nothing to abort on a promoted one. */
function abortSteps({ kind, templateHash, argo }: WorkloadState, rollout: string, next: string): PlanStep[] {
  if (kind !== "Rollout" || argo === undefined || argo.aborted || argo.stableHash === null || argo.stableHash === templateHash) return [];
  return [actionStep("abort-rollout", { kind: "abort-rollout", rollout }, { onPass: next, onFail: next })];
}
