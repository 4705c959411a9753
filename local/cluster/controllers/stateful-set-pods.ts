import type { Pod } from "../objects.ts";
import type { ControllerRevision, StatefulSet } from "../workload-objects.ts";
import { isReadyPod, readySince } from "./cluster-access.ts";
import { REVISION_LABEL } from "./controller-revisions.ts";

/** `web-3` of StatefulSet `web` -> 3; -1 for a pod that is none of its. */
export function ordinalOf(set: StatefulSet, pod: Pod): number {
  const prefix = `${set.metadata.name}-`;
  const rest = pod.metadata.name.startsWith(prefix) ? pod.metadata.name.slice(prefix.length) : "";
  return /^\d+$/.test(rest) ? Number(rest) : -1;
}

/** The name of the ControllerRevision that a pod was made from. */
export function revisionNameOf(pod: Pod): string {
  return pod.metadata.labels?.[REVISION_LABEL] ?? "";
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status.phase === "Running" && isReadyPod(pod);
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Ready for `minReadySeconds`. */
export function isAvailable(set: StatefulSet, pod: Pod, now: Date): boolean {
  return isRunningAndReady(pod) && readySince(pod) + (set.spec.minReadySeconds ?? 0) * 1000 <= now.getTime();
}

/** The pods of a StatefulSet, by what is to become of them. */
export interface OrdinalPods {
  /** One place for every ordinal that is wanted. */
  readonly replicas: (Pod | undefined)[];
  /** Beyond the wanted ordinals, lowest first. */
  readonly condemned: readonly Pod[];
}

export function sortByOrdinal(set: StatefulSet, pods: readonly Pod[]): OrdinalPods {
  const { replicas: wanted } = set.spec;
  const replicas = Array.from({ length: wanted }, (_, ordinal) => pods.find((pod) => ordinalOf(set, pod) === ordinal));
  const condemned = pods.filter((pod) => ordinalOf(set, pod) >= wanted).sort((a, b) => ordinalOf(set, a) - ordinalOf(set, b));
  return { replicas, condemned };
}

/** Which of two revisions a pod of this ordinal is made from: those below the partition stay with the current one. */
export function revisionFor(
  { spec, status }: StatefulSet,
  { current, update }: { current: ControllerRevision; update: ControllerRevision },
  ordinal: number,
): ControllerRevision {
  const { type, rollingUpdate } = spec.updateStrategy;
  if (type !== "RollingUpdate") return update;
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : (status.currentReplicas ?? 0);
  return ordinal < kept ? current : update;
}
