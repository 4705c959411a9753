import type { Target, WorkloadKind } from "../blueprint.ts";
import type { FoundWorkload } from "./finding-report.ts";

/** What GuardDuty calls the kinds that a blueprint may have, in lower case and without a plural. */
const KIND_WORDS: Readonly<Record<WorkloadKind, string>> = {
  Deployment: "deployment",
  StatefulSet: "statefulset",
  DaemonSet: "daemonset",
  Rollout: "rollout",
};
/**
 * Endings of names that controllers give, in Kubernetes' alphabet without vowels (k8s.io/apimachinery, `rand.String`, `rand.SafeEncodeString`), so that
 * `checkout-migrate-x7k2p`, a pod of a Job, is none of `checkout`. The hash of a ReplicaSet is a number of 32 bits whose ten digits are written as these ten
 * characters; one of fewer than 6 digits is of two in 100,000 templates, and would let in the index of a Job's pod.
 */
const REPLICA_SET = "-[456789bcdf]{6,10}";
const RANDOM = "-[bcdfghjklmnpqrstvwxz2456789]{5}";
const POD_ENDINGS: Readonly<Record<WorkloadKind, string>> = {
  Deployment: `${REPLICA_SET}${RANDOM}`,
  Rollout: `${REPLICA_SET}${RANDOM}`,
  StatefulSet: "-[0-9]+",
  DaemonSet: RANDOM,
};

/**
 * Is the found workload this target, a pod of it or a ReplicaSet of it, or the copy of it that Flagger makes? Whether Flagger has one is known by the ledger:
 * see `isPrimaryAlone`. `home` is `<region>:<account>` of the deployment, where a target does not say another.
 */
export function isTarget(found: FoundWorkload, target: Target, home: string): boolean {
  const [homeRegion, homeAccount] = home.split(":");
  const account = target.roleArn?.split(":")[4] ?? homeAccount;
  if (found.cluster !== target.cluster || found.namespace !== target.namespace) return false;
  if (found.region !== (target.region ?? homeRegion) || found.account !== account) return false;
  return isNamedLike(found, target) || isPrimaryAlone(found, target);
}

/** Could it be nothing but Flagger's copy of the target, `<name>-primary`, which has the traffic between two analyses? (Flagger, "How it works") */
export function isPrimaryAlone(found: Pick<FoundWorkload, "name" | "type">, { kind, name }: Pick<Target, "kind" | "name">): boolean {
  return kind === "Deployment" && !isNamedLike(found, { kind, name }) && isNamedLike(found, { kind, name: `${name}-primary` });
}

/** An owner's name is known to its pods: without a call to the cluster, which may be under attack. */
function isNamedLike({ name, type }: Pick<FoundWorkload, "name" | "type">, target: Pick<Target, "kind" | "name">): boolean {
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
