import type { Target, WorkloadKind } from "./blueprint.ts";
import type { ClusterAction, Route } from "./cluster-action.ts";

import type { GitopsObject } from "./gitops.ts";
import { checkWriteRules } from "./rbac-checks.ts";
import type { AccessRule } from "./rbac-rules.ts";
import type { PlanStep } from "./rollback-document.ts";
import { isSealedCopy } from "./sealed-secret.ts";
import { unreachable } from "./time.ts";

/** A plan step as far as rights go: what is done, to which object where that is known before the plan is made. */
export type StepAccess =
  | { readonly kind: "restore-template" | "restore-scale" | "restore-strategy" }
  | { readonly kind: "set-weights" | "maintenance"; readonly route: Route }
  | {
      readonly kind: "hold-gitops" | "resume-gitops";
      readonly object: Pick<GitopsObject, "kind" | "namespace"> & { readonly name?: string };
    }
  | { readonly kind: "hold-autoscaler" | "release-autoscaler" | "restore-autoscaler"; readonly hpa?: string }
  | {
      readonly kind: "restore-config";
      readonly configs: readonly { readonly kind: "ConfigMap" | "Secret"; readonly names?: readonly string[] }[];
    }
  | { readonly kind: "switch-selector"; readonly service: string }
  | { readonly kind: "scale-arm"; readonly deployment?: string }
  | { readonly kind: "run-check"; readonly job?: string }
  | {
      readonly kind: Exclude<
        ClusterAction["kind"],
        | "set-weights"
        | "maintenance"
        | "hold-gitops"
        | "resume-gitops"
        | "hold-autoscaler"
        | "release-autoscaler"
        | "restore-autoscaler"
        | "restore-config"
        | "switch-selector"
        | "scale-arm"
        | "run-check"
      >;
    };

const APPS = "apps";
const ARGO = "argoproj.io";
const WORKLOADS: Readonly<Record<WorkloadKind, readonly [apiGroup: string, resource: string]>> = {
  Deployment: [APPS, "deployments"],
  StatefulSet: [APPS, "statefulsets"],
  DaemonSet: [APPS, "daemonsets"],
  Rollout: [ARGO, "rollouts"],
};
const OWNERS: Readonly<Record<GitopsObject["kind"], readonly [apiGroup: string, resource: string]>> = {
  Application: [ARGO, "applications"],
  Kustomization: ["kustomize.toolkit.fluxcd.io", "kustomizations"],
  HelmRelease: ["helm.toolkit.fluxcd.io", "helmreleases"],
};

/** Does the workload keep its templates in ControllerRevisions? The others have ReplicaSets. */
export function hasControllerRevisions(kind: WorkloadKind): boolean {
  return kind === "StatefulSet" || kind === "DaemonSet";
}

/** The workload itself, with these verbs. */
export function workloadRules({ kind, name }: Target, verbs: readonly string[]): AccessRule[] {
  const [apiGroup, resource] = WORKLOADS[kind];
  const own = verbs.map((verb): AccessRule => ({ apiGroup, resource, verb, name }));
  // A Rollout may leave its template to a Deployment (workloadRef), which by custom has its name.
  return kind === "Rollout" ? [...own, ...verbs.map((verb): AccessRule => ({ apiGroup: APPS, resource: "deployments", verb, name }))] : own;
}

/** What ExecuteStep does in the cluster for one step. Every write looks at the workload first: its fence says whether a later run was here. */
export function writeRules(target: Target, step: StepAccess): AccessRule[] {
  const looks = workloadRules(target, ["get"]);
  const writes = workloadRules(target, ["get", "patch"]);
  const replicaSet = (verb: string): AccessRule => ({ apiGroup: APPS, resource: "replicasets", verb });
  const pods = (verb: string): AccessRule => ({ apiGroup: "", resource: "pods", verb });
  switch (step.kind) {
    case "restore-template":
      return [...writes, revisions(target.kind, "get"), { apiGroup: "", resource: "events", verb: "create" }];
    case "restore-scale":
      return [
        ...writes,
        { apiGroup: "autoscaling", resource: "horizontalpodautoscalers", verb: "list" },
        { apiGroup: "", resource: "events", verb: "create" },
      ];
    case "restore-strategy":
    case "release-guard":
      return writes;
    case "resume":
      return [...writes, replicaSet("get")];
    case "relax-rollout":
    case "pause-at-share":
      return [...writes, replicaSet("get"), { apiGroup: APPS, resource: "replicasets/scale", verb: "patch" }];
    case "replace-pods":
      return [...looks, pods("list"), pods("delete"), revisions(target.kind, "list")];
    case "quarantine-replica-set":
      return [...looks, replicaSet("get"), replicaSet("patch")];
    case "delete-replica-set":
      return [...looks, replicaSet("get"), replicaSet("delete")];
    case "protect-pods":
      return [...looks, pods("list"), pods("patch"), { apiGroup: "", resource: "services", verb: "list" }];
    case "abort-rollout":
    case "promote-rollout":
      return [...workloadRules(target, ["get"]), { apiGroup: ARGO, resource: "rollouts/status", verb: "patch", name: target.name }];
    case "scale-arm":
      return [...looks, ...["get", "patch"].map((verb) => named({ apiGroup: APPS, resource: "deployments", verb }, step.deployment))];
    case "switch-selector":
      return [
        ...looks,
        ...["get", "patch"].map((verb): AccessRule => ({ apiGroup: "", resource: "services", verb, name: step.service })),
        pods("list"),
      ];
    case "set-weights":
    case "maintenance":
      return [...looks, ...routeRules(step.route, ["get", "patch"]), ...endpointRules(step.route)];
    case "hold-autoscaler":
    case "release-autoscaler":
    case "restore-autoscaler":
      return [
        ...looks,
        ...["get", "patch"].map((verb) => named({ apiGroup: "autoscaling", resource: "horizontalpodautoscalers", verb }, step.hpa)),
      ];
    case "hold-gitops":
    case "resume-gitops":
      return [...looks, ...ownerRules(step.object, ["get", "patch"])];
    case "restore-config":
      return [...writes, ...step.configs.flatMap(({ kind, names }) => configRules(kind, names, ["get", "patch"]))];
    case "run-check":
      return [...looks, ...checkWriteRules(step.job)];
    case "watch-drift":
    case "watch":
    case "analyse":
    case "invoke-hook":
      return [];
    default:
      return unreachable(step);
  }
}

/** The object that splits the traffic. */
export function routeRules({ router, name }: Route, verbs: readonly string[]): AccessRule[] {
  const rules = (apiGroup: string, resource: string, some = verbs) => some.map((verb): AccessRule => ({ apiGroup, resource, verb, name }));
  switch (router) {
    case "gateway-api":
      return rules("gateway.networking.k8s.io", "httproutes");
    case "alb-ingress":
      return rules("networking.k8s.io", "ingresses");
    case "istio":
      return [
        ...rules("networking.istio.io", "virtualservices"),
        { apiGroup: "networking.istio.io", resource: "destinationrules", verb: "list" },
      ];
    case "argo-rollouts":
      return [
        ...rules(
          ARGO,
          "rollouts",
          verbs.filter((verb) => verb !== "patch"),
        ),
        ...rules(
          ARGO,
          "rollouts/status",
          verbs.filter((verb) => verb === "patch"),
        ),
      ];
    case "flagger":
      return rules(
        "flagger.app",
        "canaries",
        verbs.filter((verb) => verb !== "patch"),
      );
    case "service-selector":
      return rules("", "services");
    default:
      return unreachable(router);
  }
}

/** No traffic goes to an arm without enough ready endpoints. */
export function endpointRules({ router }: Route): AccessRule[] {
  switch (router) {
    case "gateway-api":
    case "alb-ingress":
      return [{ apiGroup: "", resource: "endpoints", verb: "get" }];
    case "istio":
      return [
        { apiGroup: "", resource: "endpoints", verb: "get" },
        { apiGroup: "", resource: "pods", verb: "list" },
      ];
    case "service-selector":
      return [{ apiGroup: "", resource: "pods", verb: "list" }];
    case "argo-rollouts":
    case "flagger":
      return [];
    default:
      return unreachable(router);
  }
}

/** The object of a GitOps controller, in its own namespace. */
export function ownerRules(
  { kind, namespace, name }: Pick<GitopsObject, "kind" | "namespace"> & { readonly name?: string },
  verbs: readonly string[],
): AccessRule[] {
  const [apiGroup, resource] = OWNERS[kind];
  return verbs.map((verb) => named({ apiGroup, resource, verb, namespace }, name));
}

export function configRules(kind: "ConfigMap" | "Secret", names: readonly string[] | undefined, verbs: readonly string[]): AccessRule[] {
  const resource = kind === "ConfigMap" ? "configmaps" : "secrets";
  return verbs.flatMap((verb) => (names ?? [undefined]).map((name) => named({ apiGroup: "", resource, verb }, name)));
}

/** ReplicaSets or ControllerRevisions, whose names are not known beforehand. */
export function revisions(kind: WorkloadKind, verb: string): AccessRule {
  return { apiGroup: APPS, resource: hasControllerRevisions(kind) ? "controllerrevisions" : "replicasets", verb };
}

/** What a plan's steps need of the group that writes, each once. */
export function rightsOfSteps(target: Target, steps: readonly PlanStep[]): AccessRule[] {
  const rules = steps.flatMap((step) => writeRules(target, accessOf(step)));
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

function accessOf({ kind, action }: PlanStep): StepAccess {
  if (action === undefined) return { kind: kind as "restore-template" | "restore-scale" | "restore-strategy" };
  switch (action.kind) {
    case "hold-gitops":
    case "resume-gitops":
      return { kind: action.kind, object: action.gitops.object };
    case "restore-config":
      return {
        kind: action.kind,
        configs: action.configs.map((config) => ({
          kind: config.kind,
          names: [config.name, ...(config.copy === null || isSealedCopy(config.copy) ? [] : [config.copy])],
        })),
      };
    default:
      return action;
  }
}

function named(rule: AccessRule, name: string | undefined): AccessRule {
  return name === undefined ? rule : { ...rule, name };
}
