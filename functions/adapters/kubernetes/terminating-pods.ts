import type { Pod } from "kubernetes-types/core/v1.d.ts";

/** A pod that is still there this long after its grace period hangs on a lost Node or a finalizer, and serves nobody. */
const OVERDUE_SECONDS = 30;

/** Pods of other templates than the live one that have not gone yet. `deletionTimestamp` is when the grace period ends. */
export function terminatingPods(pods: readonly Pod[], hashLabel: string, liveHash: string | null, now: Date): number {
  return pods.filter(({ metadata, status }) => {
    if (!metadata?.deletionTimestamp || metadata.labels?.[hashLabel] === liveHash) return false;
    const ended = status?.phase === "Succeeded" || status?.phase === "Failed";
    return !ended && now.getTime() < Date.parse(metadata.deletionTimestamp) + OVERDUE_SECONDS * 1000;
  }).length;
}
