import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import { PermissionError, TransientUpstreamError } from "../../domain/errors.ts";
import type { WorkloadWrite, WriteResult } from "../../domain/workload.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import { tellByEvent } from "./workload-event.ts";
import { releaseFieldGuard } from "./workload-field-guard.ts";
import type { WrittenWorkload } from "./workload-write.ts";

const EVENT_REASONS: Readonly<Record<WorkloadWrite["kind"], string | null>> = {
  "restore-template": "RollguardRolledBack",
  "restore-scale": "RollguardScaledBack",
  "restore-strategy": null,
};

export interface AfterWrite {
  readonly target: Target;
  /** Of the object that was written: with a Rollout it may be the Deployment that it refers to. */
  readonly object: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly paths: { readonly get: string; readonly patch: string };
  readonly now: Date;
}

/** After a write that is stored: our fields given back unless they are to guard it, and people told by an Event. Neither can make the write fail. */
export async function afterWrite(
  kubernetes: KubernetesClient,
  { result, stored }: WrittenWorkload<{ readonly metadata?: ObjectMeta }>,
  write: WorkloadWrite,
  { target, object, paths, now }: AfterWrite,
): Promise<WriteResult> {
  if (stored === null || result.outcome !== "applied") return result;
  const notes: string[] = [];
  if (write.keepGuard !== true) notes.push(...(await released(kubernetes, paths, stored)));
  const reason = EVENT_REASONS[write.kind];
  if (reason !== null) {
    const about = { ...object, namespace: target.namespace, uid: stored.metadata?.uid ?? "" };
    const { execution } = write.stamp;
    const key = `${execution}|${write.kind === "restore-template" ? write.templateHash : result.generation}`;
    const told = await tellByEvent(kubernetes, { about, reason, message: `${execution}: ${result.reason}`, key }, now);
    if (told !== null) notes.push(told);
  }
  return { ...result, reason: [result.reason, ...notes].join("; ") };
}

async function released(kubernetes: KubernetesClient, paths: AfterWrite["paths"], stored: { readonly metadata?: ObjectMeta }) {
  try {
    const { outcome, reason } = await releaseFieldGuard(kubernetes, paths, stored);
    return outcome === "kept" ? [`our field-manager entry stays: ${reason}`] : [];
  } catch (error) {
    if (!(error instanceof TransientUpstreamError || error instanceof PermissionError)) throw error;
    return [`our field-manager entry stays for now: ${error.message}`];
  }
}
