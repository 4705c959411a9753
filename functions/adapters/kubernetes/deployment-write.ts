import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import { TransientUpstreamError } from "../../domain/errors.ts";
import type { WorkloadWrite, WriteResult } from "../../domain/workload.ts";
import { decideWrite, type GuardedWorkload } from "../../domain/write-guard.ts";
import { type DeploymentPatch, restoreScalePatch, restoreStrategyPatch, restoreTemplatePatch } from "./deployment-patch.ts";
import { pathsOf } from "./deployment-paths.ts";
import { autoscalerOf, identity, isControlledBy, templateHashOf } from "./deployment-state.ts";
import type { KubernetesClient, PatchAnswer } from "./kubernetes-client.ts";
import { templatesEqual } from "./template-equality.ts";

/** A lost race is decided anew on what is live then; this often at most. */
const MOST_TRIES = 3;

/** What one try reads before it decides. */
interface Scene {
  readonly live: Deployment;
  readonly guarded: GuardedWorkload;
  /** restore-template only: where to. */
  readonly target: ReplicaSet | null;
}

/**
 * One write of ExecuteStep: read, decide, send one guarded JSON Patch, check the answer. At most one effective write, also when called twice or
 * when the answer is lost: then the object itself says whether the write is there.
 */
export async function applyToDeployment(kubernetes: KubernetesClient, target: Target, write: WorkloadWrite): Promise<WriteResult> {
  const where = `Deployment ${target.namespace}/${target.name}`;
  let conflict = "";
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const scene = await readScene(kubernetes, target, write);
    if (scene === null) return { outcome: "superseded", generation: 0, reason: `${where} does not exist any more` };
    const { decision, reason } = decideWrite(scene.guarded, write);
    if (decision !== "proceed") return { outcome: decision, generation: scene.guarded.generation, reason };
    const patch = patchFor(scene, write);
    if (typeof patch === "string") return { outcome: "refused", generation: scene.guarded.generation, reason: patch };
    const answer = await send(kubernetes, target, write, patch);
    switch (answer.outcome) {
      case "stored":
        return checked(answer.object, scene, write, `${reason}; ${patch.reason}`);
      case "absent":
        return { outcome: "superseded", generation: 0, reason: `${where} does not exist any more` };
      case "denied":
        return { outcome: "refused", generation: scene.guarded.generation, reason: `the API server denied the write: ${answer.message}` };
      case "conflict":
        conflict = answer.message;
    }
  }
  throw new TransientUpstreamError(`${where} changed during each of ${MOST_TRIES} tries to write it (${conflict})`, { ...target });
}

/**
 * Small on the way to a restored template: the Deployment and one ReplicaSet, one after the other (a second connection's handshake
 * costs more than the round trip it saves). Only a scale asks for the autoscalers, and only a newer generation for the release to be replaced.
 */
async function readScene(kubernetes: KubernetesClient, target: Target, write: WorkloadWrite): Promise<Scene | null> {
  const paths = pathsOf(target);
  const live = await kubernetes.get<Deployment>(paths.deployment);
  if (live === null) return null;
  const replicaSet = write.kind === "restore-template" ? await kubernetes.get<ReplicaSet>(paths.replicaSet(write.replicaSet)) : null;
  const autoscalers = write.kind === "restore-scale" ? await kubernetes.list<HorizontalPodAutoscaler>(paths.autoscalers) : null;
  const targetIsLive = replicaSet !== null && hasTemplateOf(live, replicaSet);
  const moved = write.kind === "restore-template" && !targetIsLive && live.metadata?.generation !== write.expect.generation;
  const assessed = moved && write.expect.replicaSet ? await kubernetes.get<ReplicaSet>(paths.replicaSet(write.expect.replicaSet)) : null;
  return {
    live,
    target: replicaSet,
    guarded: {
      ...identity(live),
      templateHash: targetIsLive ? templateHashOf(replicaSet) : null,
      hpa: autoscalerOf(target.name, autoscalers ?? []),
      assessedIsLive: assessed !== null && isControlledBy(assessed, live.metadata?.uid) && hasTemplateOf(live, assessed),
    },
  };
}

/** The patch, or why there is none. */
function patchFor({ live, target }: Scene, write: WorkloadWrite): DeploymentPatch | string {
  switch (write.kind) {
    case "restore-template":
      if (target === null) return `ReplicaSet ${write.replicaSet} is gone, and the template to restore with it (see revisionHistoryLimit)`;
      if (!isControlledBy(target, live.metadata?.uid)) return `ReplicaSet ${write.replicaSet} does not belong to this Deployment`;
      if (templateHashOf(target) !== write.templateHash) {
        return `ReplicaSet ${write.replicaSet} has template ${templateHashOf(target)}, not ${write.templateHash}`;
      }
      return restoreTemplatePatch(live, target, write.stamp);
    case "restore-scale":
      return restoreScalePatch(live, write.replicas, write.stamp);
    case "restore-strategy":
      return (
        restoreStrategyPatch(live, write.stamp) ??
        "annotation rollguard.dev/saved-strategy does not hold a strategy: set spec.strategy by hand, then remove it"
      );
  }
}

/** Sends the patch. No answer (reset, timeout, 5xx) leaves open whether it was stored: the object is read again and tells. */
async function send(
  kubernetes: KubernetesClient,
  target: Target,
  write: WorkloadWrite,
  { operations }: DeploymentPatch,
): Promise<PatchAnswer<Deployment>> {
  try {
    return await kubernetes.patch<Deployment>(pathsOf(target).patchDeployment, operations);
  } catch (error) {
    if (!(error instanceof TransientUpstreamError)) throw error;
    const scene = await readScene(kubernetes, target, write);
    if (scene !== null && isOurs(scene.guarded, write) && decideWrite(scene.guarded, write).decision === "already-applied") {
      return { outcome: "stored", object: scene.live };
    }
    throw error;
  }
}

/** `applied` is said of what the server stored, not of what was sent: an admission webhook may have changed it. */
function checked(stored: Deployment, { target }: Scene, write: WorkloadWrite, reason: string): WriteResult {
  const now = identity(stored);
  const templateHash = target !== null && hasTemplateOf(stored, target) ? templateHashOf(target) : null;
  const guarded = { ...now, templateHash, hpa: null };
  if (isOurs(guarded, write) && decideWrite(guarded, write).decision === "already-applied") {
    return { outcome: "applied", generation: now.generation, reason };
  }
  return {
    outcome: "refused",
    generation: now.generation,
    reason:
      "the API server stored something else than was sent (an admission webhook changed it?): the Deployment needs a look by a person",
  };
}

function isOurs({ stamps }: GuardedWorkload, { stamp }: WorkloadWrite): boolean {
  return stamps.execution === stamp.execution && stamps.fence === stamp.fence;
}

function hasTemplateOf({ spec }: Deployment, replicaSet: ReplicaSet): boolean {
  return spec !== undefined && replicaSet.spec?.template !== undefined && templatesEqual(spec.template, replicaSet.spec.template);
}
