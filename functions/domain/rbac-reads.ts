import type { Blueprint } from "./blueprint.ts";
import type { GitopsObject } from "./gitops.ts";
import { checkEndpointRules, checkReadRules, cronJobsOf } from "./rbac-checks.ts";
import type { AccessRule } from "./rbac-rules.ts";
import { configRules, endpointRules, hasControllerRevisions, ownerRules, revisions, routeRules, workloadRules } from "./rbac-steps.ts";

/** Where objects of a GitOps controller may be; `name` when it is known. */
export interface OwnerPlace extends Pick<GitopsObject, "kind" | "namespace"> {
  readonly name?: string;
}

const FLUX_SOURCES = ["gitrepositories", "ocirepositories", "buckets"];

/** What the functions that only look need in the workload's namespace. `secrets`: the names of those that may be read, all when undefined. */
export function readRules(blueprint: Blueprint, secrets?: readonly string[]): AccessRule[] {
  const { target, traffic, restore } = blueprint;
  const core = (resource: string, ...verbs: readonly string[]) => verbs.map((verb): AccessRule => ({ apiGroup: "", resource, verb }));
  const hasReplicas = target.kind !== "DaemonSet";
  return [
    ...workloadRules(target, ["get"]),
    revisions(target.kind, "list"),
    // What became of the ReplicaSet that a step has marked or deleted, and of the pods of one that shares the traffic.
    ...(hasControllerRevisions(target.kind) ? [] : [revisions(target.kind, "get")]),
    ...core("pods", "list"),
    ...core("pods/log", "get"),
    ...core("events", "list"),
    ...(hasReplicas ? ["list", "get"] : ["list"]).map(
      (verb): AccessRule => ({ apiGroup: "autoscaling", resource: "horizontalpodautoscalers", verb }),
    ),
    { apiGroup: "policy", resource: "poddisruptionbudgets", verb: "list" },
    { apiGroup: "networking.k8s.io", resource: "ingresses", verb: "list" },
    ...core("services", "list"),
    ...core("configmaps", "get", "list"),
    ...core("serviceaccounts", "get"),
    ...core("persistentvolumeclaims", "get"),
    ...core("resourcequotas", "list"),
    { apiGroup: "", resource: "namespaces", verb: "get", name: target.namespace },
    { apiGroup: "authorization.k8s.io", resource: "localsubjectaccessreviews", verb: "create" },
    ...(restore.secrets === "names" ? [] : configRules("Secret", secrets, ["get"])),
    ...(traffic === null ? [] : [...routeRules(traffic.route, ["get"]), ...endpointRules(traffic.route)]),
    ...(traffic?.route.router === "service-selector" ? core("endpoints", "get") : []),
    ...checkEndpointRules(blueprint),
    ...checkReadRules(cronJobsOf(blueprint)),
  ];
}

/** The objects of a GitOps controller in their own namespace, and a review of what the writing group may do there. Flux's tell the revision by their source. */
export function gitopsRules(owners: readonly OwnerPlace[]): AccessRule[] {
  return owners.flatMap((owner) => [
    ...ownerRules(owner, ["get"]),
    { apiGroup: "authorization.k8s.io", resource: "localsubjectaccessreviews", verb: "create", namespace: owner.namespace },
    ...(owner.kind === "Application"
      ? []
      : FLUX_SOURCES.map(
          (resource): AccessRule => ({ apiGroup: "source.toolkit.fluxcd.io", resource, verb: "get", namespace: owner.namespace }),
        )),
  ]);
}

/** Cluster-wide reads, which nobody needs to give: without them the checks that need them are not made. */
export function clusterRules(): AccessRule[] {
  return [
    { apiGroup: "", resource: "nodes", verb: "get" },
    { apiGroup: "", resource: "nodes", verb: "list" },
    { apiGroup: "", resource: "pods", verb: "list" },
    { apiGroup: "scheduling.k8s.io", resource: "priorityclasses", verb: "get" },
  ];
}

/**
 * Copies of the configuration: create cannot be limited by name, so a function of its own has this right. Secrets that are sealed for the archive are only
 * read. `secrets`: the names of those that may be, all when undefined.
 */
export function keepRules({ restore }: Pick<Blueprint, "restore">, secrets?: readonly string[]): AccessRule[] {
  const verbs = ["get", "list", "create", "delete"];
  return [
    ...(restore.configMaps ? configRules("ConfigMap", undefined, verbs) : []),
    ...(restore.secrets === "copies" ? configRules("Secret", undefined, verbs) : []),
    ...(restore.secrets === "encrypted" ? configRules("Secret", secrets, ["get"]) : []),
  ];
}
