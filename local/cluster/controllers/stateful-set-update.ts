import type { Pod } from "../objects.ts";
import type { ControllerRevision, StatefulSet } from "../workload-objects.ts";
import {
  isAvailable,
  isRunningAndReady,
  isTerminating,
  ordinalOf,
  revisionFor,
  revisionNameOf,
  sortByOrdinal,
} from "./stateful-set-pods.ts";

/** What one look at a StatefulSet leads to. */
export type StatefulSetMove =
  | { readonly kind: "create"; readonly ordinal: number; readonly revision: ControllerRevision }
  | { readonly kind: "delete"; readonly pod: Pod }
  /** Failed: deleted, so that the next look makes it again. */
  | { readonly kind: "replace"; readonly pod: Pod };

interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

/**
 * The moves that a StatefulSet allows now, in order (stateful_set_control.go). OrderedReady makes one move and waits for every lower ordinal to
 * be ready first, which is why a broken pod blocks even the template that would mend it (kubernetes#67250); Parallel does not wait.
 */
export function nextMoves(set: StatefulSet, pods: readonly Pod[], revisions: Revisions, now: Date): StatefulSetMove[] {
  const ordered = set.spec.podManagementPolicy !== "Parallel";
  const { replicas, condemned } = sortByOrdinal(set, pods);
  const moves: StatefulSetMove[] = [];

  for (const [ordinal, pod] of replicas.entries()) {
    if (!pod) moves.push({ kind: "create", ordinal, revision: revisionFor(set, revisions, ordinal) });
    else if (hasEnded(pod) && !isTerminating(pod)) moves.push({ kind: "replace", pod });
    else if (!ordered || (!isTerminating(pod) && isAvailable(set, pod, now))) continue;
    else return moves;
    if (ordered) return moves;
  }

  const scaleDown = scaleDownMoves(set, { replicas, condemned }, ordered);
  if (ordered && condemned.length > 0) return [...moves, ...scaleDown];
  return [...moves, ...scaleDown, ...updateMove(set, replicas, revisions, now)];
}

function hasEnded({ status }: Pod): boolean {
  return status.phase === "Failed" || status.phase === "Succeeded";
}

function scaleDownMoves(
  set: StatefulSet,
  { replicas, condemned }: { replicas: readonly (Pod | undefined)[]; condemned: readonly Pod[] },
  ordered: boolean,
): StatefulSetMove[] {
  if (!ordered) return condemned.filter((pod) => !isTerminating(pod)).map((pod) => ({ kind: "delete", pod }));
  const highest = condemned.at(-1);
  if (!highest || isTerminating(highest)) return [];
  const all = [...replicas.filter((pod) => pod !== undefined), ...condemned].sort((a, b) => ordinalOf(set, a) - ordinalOf(set, b));
  const firstUnhealthy = all.find((pod) => !isRunningAndReady(pod) || isTerminating(pod));
  return isRunningAndReady(highest) || highest === firstUnhealthy ? [{ kind: "delete", pod: highest }] : [];
}

/** The highest ordinal with another revision goes, once every higher one is healthy; never more than one at a time. */
function updateMove(set: StatefulSet, replicas: readonly (Pod | undefined)[], { update }: Revisions, now: Date): StatefulSetMove[] {
  const { type, rollingUpdate } = set.spec.updateStrategy;
  if (type === "OnDelete") return [];
  for (let ordinal = replicas.length - 1; ordinal >= (rollingUpdate?.partition ?? 0); ordinal -= 1) {
    const pod = replicas[ordinal];
    if (!pod) return [];
    if (revisionNameOf(pod) !== update.metadata.name && !isTerminating(pod)) return [{ kind: "delete", pod }];
    if (isTerminating(pod) || !isAvailable(set, pod, now)) return [];
  }
  return [];
}
