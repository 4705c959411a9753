import type { Blueprint } from "./blueprint.ts";
import type { AccessRule } from "./rbac-rules.ts";
import { configRules, endpointRules, hasControllerRevisions, ownerRules, revisions, routeRules, workloadRules } from "./rbac-steps.ts";

/** Objects of a GitOps controller that can own a workload. Flux's are anywhere; of those beside Argo CD's only the workload's own namespace is read. */
export function ownersOf({ target, gitops }: Pick<Blueprint, "target" | "gitops">) {
  return [
    { kind: "Application", namespace: gitops.argoNamespace },
    { kind: "Kustomization", namespace: target.namespace },
    { kind: "HelmRelease", namespace: target.namespace },
  ] as const;
}

/** What the functions that only look need in the workload's namespace (and in that of its GitOps owner). */
export function readRules(blueprint: Blueprint): AccessRule[] {
  const { target, traffic, restore } = blueprint;
  const core = (resource: string, ...verbs: readonly string[]) => verbs.map((verb): AccessRule => ({ apiGroup: "", resource, verb }));
  return [
    ...workloadRules(target, ["get"]),
    revisions(target.kind, "list"),
    ...core("pods", "list"),
    ...core("pods/log", "get"),
    ...core("events", "list"),
    { apiGroup: "autoscaling", resource: "horizontalpodautoscalers", verb: "list" },
    { apiGroup: "autoscaling", resource: "horizontalpodautoscalers", verb: "get" },
    { apiGroup: "policy", resource: "poddisruptionbudgets", verb: "list" },
    { apiGroup: "networking.k8s.io", resource: "ingresses", verb: "list" },
    ...core("services", "list"),
    ...core("configmaps", "get", "list"),
    ...core("serviceaccounts", "get"),
    ...core("persistentvolumeclaims", "get"),
    ...core("resourcequotas", "list"),
    { apiGroup: "", resource: "namespaces", verb: "get", name: target.namespace },
    { apiGroup: "authorization.k8s.io", resource: "localsubjectaccessreviews", verb: "create" },
    ...(restore.secrets === "names" ? [] : configRules("Secret", undefined, ["get", "list"])),
    ...(traffic === null ? [] : [...routeRules(traffic.route, ["get"]), ...endpointRules(traffic.route)]),
    ...(traffic?.route.router === "service-selector" ? core("endpoints", "get") : []),
    ...ownersOf(blueprint).flatMap((owner) => ownerRules(owner, ["get"])),
    ...(hasControllerRevisions(target.kind) ? [] : [{ apiGroup: "apps", resource: "replicasets", verb: "get" }]),
  ];
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

/** Copies of the configuration: create cannot be limited by name, so a function of its own has this right. */
export function keepRules({ restore }: Pick<Blueprint, "restore">): AccessRule[] {
  const verbs = ["get", "list", "create", "delete"];
  return [
    ...(restore.configMaps ? configRules("ConfigMap", undefined, verbs) : []),
    ...(restore.secrets === "copies" ? configRules("Secret", undefined, verbs) : []),
  ];
}
