import type { Target, WorkloadKind } from "../blueprint.ts";
import type { FoundWorkload } from "./finding-report.ts";

/** What GuardDuty calls the kinds that a blueprint may have, in lower case and without a plural. */
const KIND_WORDS: Readonly<Record<WorkloadKind, string>> = {
  Deployment: "deployment",
  StatefulSet: "statefulset",
  DaemonSet: "daemonset",
  Rollout: "rollout",
};
/** Endings of names that controllers give: of a ReplicaSet (pod-template-hash), and of its pods. */
const REPLICA_SET = "-[a-z0-9]{1,10}";
const RANDOM = "-[a-z0-9]{5}";
const POD_ENDINGS: Readonly<Record<WorkloadKind, string>> = {
  Deployment: `${REPLICA_SET}${RANDOM}`,
  Rollout: `${REPLICA_SET}${RANDOM}`,
  StatefulSet: "-[0-9]+",
  DaemonSet: RANDOM,
};

/** Is the found workload this target, a pod of it or a ReplicaSet of it? `home` is `<region>:<account>` of the deployment, where a target does not say another. */
export function isTarget(found: FoundWorkload, target: Target, home: string): boolean {
  const [homeRegion, homeAccount] = home.split(":");
  const account = target.roleArn?.split(":")[4] ?? homeAccount;
  if (found.cluster !== target.cluster || found.namespace !== target.namespace) return false;
  if (found.region !== (target.region ?? homeRegion) || found.account !== account) return false;
  return isNamedLike(found, target);
}

/** An owner's name is known to its pods: without a call to the cluster, which may be under attack. */
function isNamedLike({ name, type }: FoundWorkload, target: Pick<Target, "kind" | "name">): boolean {
  const kind = type?.toLowerCase().replace(/s$/, "") ?? null;
  const isItself = name === target.name;
  const isPod = endsLike(name, target.name, POD_ENDINGS[target.kind]);
  const hasReplicaSets = target.kind === "Deployment" || target.kind === "Rollout";
  const isReplicaSet = hasReplicaSets && endsLike(name, target.name, REPLICA_SET);
  switch (kind) {
    case "pod":
      return isPod;
    case "replicaset":
      return isReplicaSet;
    case null:
      return isItself || isPod || isReplicaSet;
    default:
      return isItself && kind === KIND_WORDS[target.kind];
  }
}

/** `owner` and then only what a controller adds: `checkout-worker-…` is no pod of `checkout`. */
function endsLike(name: string, owner: string, ending: string): boolean {
  return name.startsWith(owner) && new RegExp(`^${ending}$`).test(name.slice(owner.length));
}
