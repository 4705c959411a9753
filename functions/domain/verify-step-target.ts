import type { PlanStep } from "./rollback-document.ts";
import { podsOf } from "./rollout.ts";
import type { WorkloadState } from "./workload.ts";

/** What a restoring step must come to. */
export interface ExpectedWorkload {
  /** Null where pods of two templates are meant to run: then all pods count. */
  readonly templateHash: string | null;
  readonly replicas: number;
}

/** Template and replicas that are to be live after a step. A StatefulSet with a partition keeps pods of another revision for good. */
export function expectedOf(step: PlanStep, workload: WorkloadState, suspect: string | null = null): ExpectedWorkload {
  const templateHash = (workload.partition ?? 0) > 0 ? null : restoredHash(step, workload, suspect);
  return { templateHash, replicas: step.replicas ?? workload.replicas };
}

/**
 * The hash under which the cluster runs what the step restored. A template that came from the snapshot, or with images by digest, gets a hash that nobody
 * knows beforehand: then the live one counts, if it runs the image that was restored. Never the `suspect`, which was live before.
 */
export function restoredHash({ target }: PlanStep, workload: WorkloadState, suspect: string | null): string | null {
  if (target === null) return workload.templateHash;
  const pinned = target.images !== undefined;
  const unknown = pinned || !workload.replicaSets.some(({ templateHash }) => templateHash === target.templateHash);
  if (unknown && workload.image === target.image && workload.templateHash !== suspect) return workload.templateHash;
  return pinned ? `${target.templateHash} by digest` : target.templateHash;
}

/** Ready pods among those that count. */
export function readyOf(workload: WorkloadState, { templateHash }: ExpectedWorkload): number {
  return templateHash === null ? workload.status.readyReplicas : podsOf(workload, templateHash).ready;
}
