import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import { ANNOTATIONS, type WorkloadWrite, type WriteResult } from "../../domain/workload.ts";
import { restoreScalePatch, restoreStrategyPatch, restoreTemplatePatch, unpause } from "./deployment-patch.ts";
import { forWriting, pathsOf } from "./deployment-paths.ts";
import { autoscalerOf, identity, isControlledBy, templateHashOf } from "./deployment-state.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import { templatesEqual } from "./template-equality.ts";
import { afterWrite } from "./workload-after-write.ts";
import type { WorkloadPatch } from "./workload-patch.ts";
import { templateToWrite } from "./workload-template.ts";
import { applyWrite, type WriteScene } from "./workload-write.ts";

interface Scene extends WriteScene<Deployment> {
  /** restore-template only: where to. */
  readonly revision: ReplicaSet | null;
  readonly template: PodTemplateSpec | null;
}

/** One write on a Deployment; see `applyWrite`. */
export async function applyToDeployment(
  kubernetes: KubernetesClient,
  target: Target,
  write: WorkloadWrite,
  now: Date,
): Promise<WriteResult> {
  const paths = pathsOf(target);
  const written = await applyWrite<Deployment, Scene>(
    {
      where: `Deployment ${target.namespace}/${target.name}`,
      readScene: (wanted) => readScene(kubernetes, target, wanted),
      patchFor,
      send: (operations, how) => kubernetes.patch<Deployment>(forWriting(paths.deployment, how), operations),
      guardedAfter: (stored, scene) => ({ ...identity(stored), templateHash: hashIfLive(stored, scene.template, write), hpa: null }),
    },
    write,
  );
  const object = { apiVersion: "apps/v1", kind: "Deployment", name: target.name };
  return afterWrite(kubernetes, written, write, {
    target,
    object,
    paths: { get: paths.deployment, patch: paths.patchDeployment },
    now,
  });
}

/**
 * Small on the way to a restored template: the Deployment and one ReplicaSet, one after the other (a second connection's handshake
 * costs more than the round trip it saves). Only a scale asks for the autoscalers, and only a newer generation for the release to be replaced.
 */
async function readScene(kubernetes: KubernetesClient, target: Target, write: WorkloadWrite): Promise<Scene | null> {
  const paths = pathsOf(target);
  const live = await kubernetes.get<Deployment>(paths.deployment);
  if (live === null) return null;
  const revision = write.kind === "restore-template" ? await kubernetes.get<ReplicaSet>(paths.replicaSet(write.replicaSet)) : null;
  const autoscalers = write.kind === "restore-scale" ? await kubernetes.list<HorizontalPodAutoscaler>(paths.autoscalers) : null;
  const template = write.kind === "restore-template" ? templateToWrite(revision?.spec?.template ?? null, write) : null;
  // A pause of this run ends with the write: until then the template that is there reaches no pod.
  const heldByUs = write.kind === "restore-template" && isPausedBy(live, write.stamp.execution);
  const templateHash = heldByUs ? null : hashIfLive(live, template, write);
  const moved = write.kind === "restore-template" && templateHash === null && live.metadata?.generation !== write.expect.generation;
  const assessed = moved && write.expect.replicaSet ? await kubernetes.get<ReplicaSet>(paths.replicaSet(write.expect.replicaSet)) : null;
  return {
    live,
    revision,
    template,
    guarded: {
      ...identity(live),
      ...(heldByUs ? { paused: false } : {}),
      templateHash,
      hpa: autoscalerOf(target.name, autoscalers ?? []),
      assessedIsLive:
        assessed !== null && isControlledBy(assessed, live.metadata?.uid) && hasTemplate(live, assessed.spec?.template ?? null),
    },
  };
}

/** The patch, or why there is none. */
function patchFor({ live, revision, template }: Scene, write: WorkloadWrite): WorkloadPatch | string {
  switch (write.kind) {
    case "restore-template":
      if (template === null) {
        return `ReplicaSet ${write.replicaSet} is gone, and the template to restore with it (see revisionHistoryLimit); no snapshot has it`;
      }
      if (revision !== null && !isControlledBy(revision, live.metadata?.uid)) {
        return `ReplicaSet ${write.replicaSet} does not belong to this Deployment`;
      }
      if (revision !== null && templateHashOf(revision) !== write.templateHash) {
        return `ReplicaSet ${write.replicaSet} has template ${templateHashOf(revision)}, not ${write.templateHash}`;
      }
      return goingOn(live, withSource(restoreTemplatePatch(live, template, write.stamp, write.availability), revision), write);
    case "restore-scale":
      return restoreScalePatch(live, write.replicas, write.stamp);
    case "restore-strategy":
      return (
        restoreStrategyPatch(live, write.stamp) ??
        "annotation rollguard.dev/saved-strategy does not hold a strategy: set spec.strategy by hand, then remove it"
      );
  }
}

function withSource(patch: WorkloadPatch, revision: ReplicaSet | null): WorkloadPatch {
  return revision === null ? { ...patch, reason: `${patch.reason}; template from the snapshot: the cluster has none any more` } : patch;
}

/** A rollout that this run has paused goes on in the same write. */
function goingOn(live: Deployment, patch: WorkloadPatch, { stamp }: WorkloadWrite): WorkloadPatch {
  if (!isPausedBy(live, stamp.execution)) return patch;
  return { operations: [...patch.operations, ...unpause(live)], reason: `${patch.reason}; the rollout that was paused goes on` };
}

function isPausedBy({ metadata, spec }: Deployment, execution: string): boolean {
  return spec?.paused === true && metadata?.annotations?.[ANNOTATIONS.paused] === execution;
}

/** The hash that the write names, if what it would write is live already. */
function hashIfLive(live: Deployment, template: PodTemplateSpec | null, write: WorkloadWrite): string | null {
  return write.kind === "restore-template" && hasTemplate(live, template) ? write.templateHash : null;
}

function hasTemplate({ spec }: Deployment, template: PodTemplateSpec | null): boolean {
  return spec !== undefined && template !== null && templatesEqual(spec.template, template);
}
