import type { ControllerRevision, DaemonSet, StatefulSet } from "kubernetes-types/apps/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { ReplicaSetSummary } from "../../domain/workload.ts";
import { isControlledBy } from "./deployment-state.ts";
import { HASH_LABELS } from "./pod-groups.ts";
import { templatesEqual } from "./template-equality.ts";
import { isTemplate } from "./workload-template.ts";

/** Kinds whose earlier templates are ControllerRevisions. */
export type RevisionedKind = "StatefulSet" | "DaemonSet";
export type RevisionedWorkload = StatefulSet | DaemonSet;

const MOST_REVISIONS = 20;

/** What pods of this revision carry as `controller-revision-hash`: its name under a StatefulSet, its own hash label under a DaemonSet. */
export function revisionHash(kind: RevisionedKind, { metadata }: ControllerRevision): string {
  return kind === "StatefulSet" ? (metadata?.name ?? "") : (metadata?.labels?.[HASH_LABELS.DaemonSet] ?? "");
}

/** The template that a revision keeps as a patch; null when it holds something else. */
export function revisionTemplate({ data }: ControllerRevision): PodTemplateSpec | null {
  // Raw JSON of the controller's own making; the published type names it an extension.
  const { spec } = (data ?? {}) as { readonly spec?: { readonly template?: unknown } };
  const template = spec?.template;
  if (!isTemplate(template)) return null;
  const { $patch: _directive, ...rest }: PodTemplateSpec & { $patch?: string } = template;
  return rest;
}

/** The revision that a workload asks for now: the newest with its template. Null while its controller has not made one. */
export function liveRevision({ metadata, spec }: RevisionedWorkload, revisions: readonly ControllerRevision[]): ControllerRevision | null {
  const equal = revisions.filter((revision) => {
    const template = isControlledBy(revision, metadata?.uid) ? revisionTemplate(revision) : null;
    return template !== null && spec?.template !== undefined && templatesEqual(template, spec.template);
  });
  return equal.sort((a, b) => b.revision - a.revision)[0] ?? null;
}

/** Newest first. A revision counts no pods itself: `replicas` is what the workload asks for on the live one, and 0 on all others. */
export function revisionSummaries(
  kind: RevisionedKind,
  workload: RevisionedWorkload,
  revisions: readonly ControllerRevision[],
  { replicas, readyReplicas }: { readonly replicas: number; readonly readyReplicas: number },
): ReplicaSetSummary[] {
  const live = liveRevision(workload, revisions);
  return revisions
    .filter((revision) => isControlledBy(revision, workload.metadata?.uid))
    .sort((a, b) => b.revision - a.revision)
    .slice(0, MOST_REVISIONS)
    .map((revision) => ({
      name: revision.metadata?.name ?? "",
      uid: revision.metadata?.uid ?? "",
      templateHash: revisionHash(kind, revision),
      revision: revision.revision,
      createdAt: revision.metadata?.creationTimestamp ?? "",
      replicas: revision === live ? replicas : 0,
      readyReplicas: revision === live ? readyReplicas : 0,
      image: revisionTemplate(revision)?.spec?.containers[0]?.image ?? "",
    }));
}
