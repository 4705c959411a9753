/** A pod of a StatefulSet or DaemonSet, as far as it is decided on. */
export interface ReplaceablePod {
  readonly name: string;
  readonly uid: string;
  /** Of a StatefulSet's pod; null under a DaemonSet. */
  readonly ordinal: number | null;
  /** `controller-revision-hash`. */
  readonly revision: string;
  readonly ready: boolean;
  readonly terminating: boolean;
}

export interface ReplaceScene {
  /** What the controller makes pods of now; null while it has not observed the restored template. */
  readonly revision: string | null;
  /** Ordinals below it keep their revision. */
  readonly partition: number;
  /** How many pods there are to be. */
  readonly wanted: number;
  readonly pods: readonly ReplaceablePod[];
}

export interface PodsToReplace {
  /** To be deleted now, in this order. */
  readonly next: readonly ReplaceablePod[];
  /** Something is under way that the rest waits for. */
  readonly waiting: boolean;
  readonly reason: string;
}

/** Deleted in one go at most. */
const MOST_PODS = 10;

/**
 * Which pods to delete now. `broken`: those of another revision that are not ready: nobody misses them, so all of them, by ordinal. `each`: the broken
 * ones, else the highest ordinal, and only while every replaced pod is ready. Nothing before the restored template is observed: a pod deleted
 * too early would come back with the bad one.
 */
export function podsToReplace({ revision, partition, wanted, pods }: ReplaceScene, which: "broken" | "each"): PodsToReplace {
  if (revision === null) return { next: [], waiting: true, reason: "the restored template is not observed yet" };
  const old = pods
    .filter((pod) => pod.revision !== revision && !pod.terminating && (pod.ordinal ?? 0) >= partition)
    .sort((a, b) => (a.ordinal ?? 0) - (b.ordinal ?? 0) || a.name.localeCompare(b.name));
  const broken = old.filter(({ ready }) => !ready).slice(0, MOST_PODS);
  if (broken.length > 0) return { next: broken, waiting: true, reason: `${names(broken)} not ready, and of another revision` };
  const underWay = pods.filter((pod) => pod.terminating || (pod.revision === revision && !pod.ready));
  if (which === "broken") {
    return {
      next: [],
      waiting: false,
      reason: old.length === 0 ? "every pod has the restored template" : `${old.length} pods are left to the controller`,
    };
  }
  const last = old.at(-1);
  if (last === undefined) return { next: [], waiting: false, reason: "every pod has the restored template" };
  const present = pods.filter(({ terminating }) => !terminating).length;
  if (underWay.length > 0 || present < wanted) {
    return {
      next: [],
      waiting: true,
      reason: `waiting for ${underWay.length > 0 ? names(underWay) : `${wanted - present} pods`}, ${old.length} to go`,
    };
  }
  return { next: [last], waiting: true, reason: `${last.name} is next, ${old.length} to go` };
}

function names(pods: readonly ReplaceablePod[]): string {
  return pods.map(({ name }) => name).join(", ");
}
