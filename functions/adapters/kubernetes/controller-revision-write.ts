import type { ControllerRevision } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { WorkloadWrite, WriteResult } from "../../domain/workload.ts";
import { type RevisionedKind, type RevisionedWorkload, revisionHash, revisionTemplate } from "./controller-revisions.ts";
import { restoreScalePatch } from "./deployment-patch.ts";
import { forWriting, pathsOf } from "./deployment-paths.ts";
import { autoscalerOf, isControlledBy } from "./deployment-state.ts";
import type { JsonPatchOperation, KubernetesClient } from "./kubernetes-client.ts";
import { templatesEqual } from "./template-equality.ts";
import { afterWrite } from "./workload-after-write.ts";
import { workloadIdentity } from "./workload-identity.ts";
import { guards, replaceTemplate, stamps, type WorkloadPatch } from "./workload-patch.ts";
import { putStrategyBack, type StrategyField } from "./workload-strategy.ts";
import { templateToWrite } from "./workload-template.ts";
import { applyWrite, type WriteScene } from "./workload-write.ts";

/** What a StatefulSet and a DaemonSet do differently in a write. */
export interface RevisionedWrites<T extends RevisionedWorkload> {
  readonly kind: RevisionedKind;
  path(target: Target): string;
  /** What else goes with a restored template, and a word about it. */
  strategyFor(live: T): { readonly operations: readonly JsonPatchOperation[]; readonly reason: string };
}

interface Scene<T> extends WriteScene<T> {
  readonly revision: ControllerRevision | null;
  readonly template: PodTemplateSpec | null;
}

/**
 * One write on a StatefulSet or DaemonSet; see `applyWrite`. The template of the revision is written by JSON Patch: the strategic merge patch that
 * a ControllerRevision holds cannot carry a `test`, and the controller finds the same revision for both.
 */
export async function applyToRevisioned<T extends RevisionedWorkload>(
  kubernetes: KubernetesClient,
  target: Target,
  write: WorkloadWrite,
  now: Date,
  { kind, path, strategyFor }: RevisionedWrites<T>,
): Promise<WriteResult> {
  const paths = pathsOf(target);
  const get = path(target);

  async function readScene(wanted: WorkloadWrite): Promise<Scene<T> | null> {
    const live = await kubernetes.get<T>(get);
    if (live === null) return null;
    const restores = wanted.kind === "restore-template";
    const revision = restores ? await readRevision(wanted.replicaSet) : null;
    const template = restores ? templateToWrite(revision === null ? null : revisionTemplate(revision), wanted) : null;
    const autoscalers = wanted.kind === "restore-scale" ? await kubernetes.list<HorizontalPodAutoscaler>(paths.autoscalers) : null;
    const guarded = guardedOf(kind, live, template, wanted);
    const moved = restores && guarded.templateHash === null && live.metadata?.generation !== wanted.expect.generation;
    const assessed = moved && wanted.expect.replicaSet ? await readRevision(wanted.expect.replicaSet) : null;
    const assessedIsLive =
      assessed !== null && isControlledBy(assessed, live.metadata?.uid) && hasTemplate(live, revisionTemplate(assessed));
    return { live, revision, template, guarded: { ...guarded, hpa: autoscalerOf(target.name, autoscalers ?? [], kind), assessedIsLive } };
  }

  function readRevision(name: string): Promise<ControllerRevision | null> {
    return kubernetes.get<ControllerRevision>(paths.controllerRevision(name));
  }

  function patchFor({ live, revision, template }: Scene<T>, wanted: WorkloadWrite): WorkloadPatch | string {
    switch (wanted.kind) {
      case "restore-template": {
        const problem = whyNotRevision(kind, live, revision, wanted.templateHash);
        if (problem !== null) return problem;
        if (template === null)
          return `ControllerRevision ${wanted.replicaSet} is gone (see revisionHistoryLimit); no snapshot has its template`;
        const { operations, reason } = strategyFor(live);
        return { operations: [...replaceTemplate(live, template, wanted.stamp), ...operations], reason };
      }
      case "restore-scale":
        return restoreScalePatch(live, wanted.replicas, wanted.stamp);
      case "restore-strategy": {
        const back = putStrategyBack(updateStrategyOf(live));
        if (back === null)
          return "annotation rollguard.dev/saved-strategy does not hold a strategy: set spec.updateStrategy by hand, then remove it";
        return { operations: [...guards(live), ...stamps(live, wanted.stamp), ...back.operations], reason: back.reason };
      }
    }
  }

  const written = await applyWrite<T, Scene<T>>(
    {
      where: `${kind} ${target.namespace}/${target.name}`,
      readScene,
      patchFor,
      send: (operations, how) => kubernetes.patch<T>(forWriting(get, how), operations),
      guardedAfter: (stored, { template }) => guardedOf(kind, stored, template, write),
    },
    write,
  );
  const object = { apiVersion: "apps/v1", kind, name: target.name };
  return afterWrite(kubernetes, written, write, { target, object, paths: { get, patch: forWriting(get) }, now });
}

/** Where a StatefulSet or DaemonSet has its update strategy. */
export function updateStrategyOf({ metadata, spec }: RevisionedWorkload): StrategyField {
  return { ...(metadata === undefined ? {} : { metadata }), path: "/spec/updateStrategy", live: spec?.updateStrategy };
}

function guardedOf(kind: RevisionedKind, live: RevisionedWorkload, template: PodTemplateSpec | null, write: WorkloadWrite) {
  const { metadata, spec } = live;
  const counted = spec !== undefined && "replicas" in spec && spec.replicas !== undefined ? { replicas: spec.replicas } : {};
  const identity = workloadIdentity({
    ...(metadata === undefined ? {} : { metadata }),
    ...(spec === undefined ? {} : { spec: { template: spec.template, ...counted } }),
  });
  const templateHash = write.kind === "restore-template" && hasTemplate(live, template) ? write.templateHash : null;
  return { kind, ...identity, paused: false, templateHash, hpa: null };
}

function whyNotRevision(
  kind: RevisionedKind,
  live: RevisionedWorkload,
  revision: ControllerRevision | null,
  templateHash: string,
): string | null {
  if (revision === null) return null;
  const name = revision.metadata?.name;
  if (!isControlledBy(revision, live.metadata?.uid)) return `ControllerRevision ${name} does not belong to this ${kind}`;
  const hash = revisionHash(kind, revision);
  return hash === templateHash ? null : `ControllerRevision ${name} has template ${hash}, not ${templateHash}`;
}

function hasTemplate({ spec }: RevisionedWorkload, template: PodTemplateSpec | null): boolean {
  return spec?.template !== undefined && template !== null && templatesEqual(spec.template, template);
}
