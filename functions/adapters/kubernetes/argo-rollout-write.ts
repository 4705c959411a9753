import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { WorkloadWrite, WriteResult } from "../../domain/workload.ts";
import { type ArgoRollout, type RolloutObjects, referencedDeployment, rolloutHashOf, writtenObject } from "./argo-rollout.ts";
import { rolloutIdentity } from "./argo-rollout-state.ts";
import { readRolloutObjects } from "./argo-rollout-workload.ts";
import { restoreScalePatch } from "./deployment-patch.ts";
import { forWriting, pathsOf } from "./deployment-paths.ts";
import { autoscalerOf, isControlledBy } from "./deployment-state.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import { templatesEqual } from "./template-equality.ts";
import { afterWrite } from "./workload-after-write.ts";
import { replaceTemplate, type WorkloadPatch } from "./workload-patch.ts";
import { templateToWrite } from "./workload-template.ts";
import { applyWrite, type WriteScene } from "./workload-write.ts";

interface Scene extends WriteScene<ArgoRollout | Deployment> {
  readonly objects: RolloutObjects;
  readonly revision: ReplicaSet | null;
  readonly template: PodTemplateSpec | null;
}

/**
 * One write on a Rollout, or on the Deployment that holds its template; see `applyWrite`. How the pods are exchanged is the Rollout's own strategy:
 * back to the stable version it skips its steps; after a promotion it starts them anew, unless `rollbackWindow` covers the revision or `promote-rollout`
 * follows.
 */
export async function applyToRollout(kubernetes: KubernetesClient, target: Target, write: WorkloadWrite, now: Date): Promise<WriteResult> {
  const paths = pathsOf(target);
  let get = paths.rollout;
  let kind = "Rollout";
  let name = target.name;

  async function readScene(wanted: WorkloadWrite): Promise<Scene | null> {
    const objects = await readRolloutObjects(kubernetes, target);
    if (objects === null) return null;
    // Replicas are the Rollout's own, also where the template is a Deployment's.
    const referenced = wanted.kind === "restore-scale" ? null : referencedDeployment(objects.rollout);
    if (referenced !== null) [get, kind, name] = [pathsOf({ ...target, name: referenced }).deployment, "Deployment", referenced];
    const restores = wanted.kind === "restore-template";
    const revision = restores ? await kubernetes.get<ReplicaSet>(paths.replicaSet(wanted.replicaSet)) : null;
    const template = restores ? templateToWrite(revision?.spec?.template ?? null, wanted) : null;
    const autoscalers = wanted.kind === "restore-scale" ? await kubernetes.list<HorizontalPodAutoscaler>(paths.autoscalers) : null;
    const live = referenced === null ? objects.rollout : writtenObject(objects);
    const guarded = guardedOf(objects, live, template, wanted);
    const moved = restores && guarded.templateHash === null && guarded.generation !== wanted.expect.generation;
    const assessed =
      moved && wanted.expect.replicaSet ? await kubernetes.get<ReplicaSet>(paths.replicaSet(wanted.expect.replicaSet)) : null;
    const assessedIsLive = assessed !== null && isLive(assessed, objects, live);
    return {
      live,
      objects,
      revision,
      template,
      guarded: { ...guarded, hpa: autoscalerOf(target.name, autoscalers ?? [], "Rollout"), assessedIsLive },
    };
  }

  const written = await applyWrite<ArgoRollout | Deployment, Scene>(
    {
      where: `Rollout ${target.namespace}/${target.name}`,
      readScene,
      patchFor,
      send: (operations, how) => kubernetes.patch<ArgoRollout | Deployment>(forWriting(get, how), operations),
      guardedAfter: (stored, { objects, live, template }) => {
        const ofDeployment = live !== objects.rollout;
        const after = ofDeployment ? { ...objects, workload: stored as Deployment } : { ...objects, rollout: stored as ArgoRollout };
        return guardedOf(after, stored, template, write);
      },
    },
    write,
  );
  const apiVersion = kind === "Rollout" ? "argoproj.io/v1alpha1" : "apps/v1";
  return afterWrite(kubernetes, written, write, {
    target,
    object: { apiVersion, kind, name },
    paths: { get, patch: forWriting(get) },
    now,
  });
}

function patchFor({ live, objects, revision, template }: Scene, write: WorkloadWrite): WorkloadPatch | string {
  switch (write.kind) {
    case "restore-template": {
      if (template === null) return `ReplicaSet ${write.replicaSet} is gone (see revisionHistoryLimit); no snapshot has its template`;
      if (revision !== null && !isControlledBy(revision, objects.rollout.metadata?.uid)) {
        return `ReplicaSet ${write.replicaSet} does not belong to this Rollout`;
      }
      if (revision !== null && rolloutHashOf(revision) !== write.templateHash) {
        return `ReplicaSet ${write.replicaSet} has template ${rolloutHashOf(revision)}, not ${write.templateHash}`;
      }
      return { operations: replaceTemplate(live, template, write.stamp), reason: stepsReason(objects.rollout, write.templateHash) };
    }
    case "restore-scale":
      return restoreScalePatch(live, write.replicas, write.stamp);
    case "restore-strategy":
      return "a Rollout's strategy is never changed, so there is none to put back";
  }
}

function stepsReason({ spec, status }: ArgoRollout, templateHash: string): string {
  if (status?.stableRS === templateHash) return "back to the stable version: the Rollout skips its steps";
  const window = spec?.rollbackWindow?.revisions;
  return window === undefined
    ? "the Rollout starts its steps anew, unless it is promoted fully (spec.rollbackWindow would let a rollback skip them)"
    : `the Rollout skips its steps if the revision is within its rollbackWindow of ${window}`;
}

function guardedOf(objects: RolloutObjects, live: ArgoRollout | Deployment, template: PodTemplateSpec | null, write: WorkloadWrite) {
  const same = template !== null && live.spec?.template !== undefined && templatesEqual(live.spec.template, template);
  return {
    ...rolloutIdentity(objects, live),
    templateHash: write.kind === "restore-template" && same ? write.templateHash : null,
    hpa: null,
  };
}

/** Does the Rollout run this ReplicaSet's template? The server completes only a Deployment's template, so the controller's own word counts too. */
function isLive(replicaSet: ReplicaSet, { rollout }: RolloutObjects, live: ArgoRollout | Deployment): boolean {
  if (!isControlledBy(replicaSet, rollout.metadata?.uid)) return false;
  const template = replicaSet.spec?.template;
  if (template !== undefined && live.spec?.template !== undefined && templatesEqual(template, live.spec.template)) return true;
  return (
    rollout.status?.observedGeneration === String(rollout.metadata?.generation) &&
    rollout.status.currentPodHash === rolloutHashOf(replicaSet)
  );
}
