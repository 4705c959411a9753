import type { Pod } from "kubernetes-types/core/v1.d.ts";
import type { WorkloadKind } from "../../domain/blueprint.ts";
import type { PodGroup } from "../../domain/workload.ts";
import { isPast, isReady, type PodFailure, podFailure, restartsOf } from "./pod-failure.ts";
import { TEMPLATE_HASH_LABEL } from "./template-equality.ts";

const MOST_REASONS = 5;

/** Label that tells a pod's template, by the kind of its workload. */
export const HASH_LABELS: Readonly<Record<WorkloadKind, string>> = {
  Deployment: TEMPLATE_HASH_LABEL,
  StatefulSet: "controller-revision-hash",
  DaemonSet: "controller-revision-hash",
  Rollout: "rollouts-pod-template-hash",
};

/** Pods by template. Terminating and long-ended ones are left out; a pod is ready or failing, never both. */
export function podGroups(pods: readonly Pod[], now: Date, hashLabel: string = TEMPLATE_HASH_LABEL): PodGroup[] {
  const byHash = new Map<string, Pod[]>();
  for (const pod of pods) {
    const hash = pod.metadata?.labels?.[hashLabel];
    if (hash === undefined || isPast(pod, now)) continue;
    byHash.set(hash, [...(byHash.get(hash) ?? []), pod]);
  }
  return [...byHash].map(([templateHash, group]) => podGroup(templateHash, group, now));
}

function podGroup(templateHash: string, pods: readonly Pod[], now: Date): PodGroup {
  const judged = pods.map((pod) => ({ failure: podFailure(pod, now), ready: isReady(pod) }));
  const failures = judged.map(({ failure }) => failure).filter((failure) => failure !== null);
  return {
    templateHash,
    total: pods.length,
    ready: judged.filter(({ failure, ready }) => ready && failure === null).length,
    failing: failures.length,
    restarts: pods.reduce((sum, pod) => sum + restartsOf(pod), 0),
    reasons: reasonsOf(failures),
  };
}

/** One entry per reason with the message of its first pod (messages differ by pod name only), most pods first. */
function reasonsOf(failures: readonly PodFailure[]): PodGroup["reasons"] {
  const byReason = new Map<string, { reason: string; pods: number; message: string }>();
  for (const { reason, message } of failures) {
    const known = byReason.get(reason);
    byReason.set(reason, { reason, pods: (known?.pods ?? 0) + 1, message: known?.message || message });
  }
  return [...byReason.values()].sort((a, b) => b.pods - a.pods).slice(0, MOST_REASONS);
}
