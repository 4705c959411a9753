import type { Blueprint, WorkloadKind } from "./blueprint.ts";
import type { AuthoredBlueprint } from "./blueprint-authored.ts";
import { authoredProblem, type Problem } from "./blueprint-problem.ts";
import type { Router } from "./cluster-action.ts";

/** Routers that keep writing their routes themselves: what a maintenance step put there would not stay. */
const OWN_ROUTES: readonly Router[] = ["argo-rollouts", "flagger"];

/** Traffic, restore and GitOps sections, with their defaults. `kind` is the workload's: some settings make sense for one kind only. */
export function compileClusterPolicy(
  { spec }: AuthoredBlueprint,
  kind: WorkloadKind,
  problems: Problem[],
): Pick<Blueprint, "traffic" | "restore" | "gitops"> {
  const restore = spec?.restore;
  if (restore?.delete_failed_replica_set === true && kind !== "Deployment" && kind !== "Rollout") {
    problems.push(
      authoredProblem(
        ["spec", "restore", "delete_failed_replica_set"],
        `delete_failed_replica_set has no meaning for a ${kind}, which has no ReplicaSets`,
        "remove it",
      ),
    );
  }
  return {
    traffic: spec?.traffic === undefined ? null : compileTraffic(spec.traffic, kind, problems),
    restore: {
      configMaps: restore?.config_maps ?? true,
      secrets: restore?.secrets ?? "names",
      fieldManagerGuard: restore?.field_manager_guard ?? false,
      deleteFailedReplicaSet: restore?.delete_failed_replica_set ?? false,
    },
    gitops: { hold: spec?.gitops?.hold ?? true, argoNamespace: spec?.gitops?.argo_namespace ?? "argocd" },
  };
}

type AuthoredTraffic = NonNullable<NonNullable<AuthoredBlueprint["spec"]>["traffic"]>;

function compileTraffic(traffic: AuthoredTraffic, kind: WorkloadKind, problems: Problem[]): Blueprint["traffic"] {
  const { router, route, rule, stable, canary } = traffic;
  const backend = traffic.maintenance_backend;
  const maintained = traffic.maintenance === "on-critical";
  const wrong = (key: keyof AuthoredTraffic, message: string, fix: string) =>
    problems.push(authoredProblem(["spec", "traffic", key], message, fix));

  if (stable === canary) wrong("canary", `stable and canary are both ${stable}: nothing could be shifted`, "name the two backends");
  if (router === "argo-rollouts" && kind !== "Rollout")
    wrong(
      "router",
      `argo-rollouts splits the traffic of a Rollout, and the target is a ${kind}`,
      "name the Rollout in spec.target.rollout",
    );
  if (router !== "argo-rollouts" && kind === "Rollout")
    wrong(
      "router",
      `the traffic of a Rollout is split by its own controller, which would undo what ${router} is set to`,
      "use argo-rollouts",
    );
  if (router === "service-selector" && rule === undefined)
    wrong("rule", "service-selector needs the label that tells the versions apart", "add rule, a label of the Service's selector");
  if (maintained && OWN_ROUTES.includes(router))
    wrong("maintenance", `${router} writes its routes itself and would undo a maintenance backend`, "leave maintenance off");
  if (maintained && backend === undefined)
    wrong(
      "maintenance",
      "maintenance: on-critical needs a backend to send the traffic to",
      "add maintenance_backend, the name of a Service",
    );
  if (!maintained && backend !== undefined)
    wrong(
      "maintenance_backend",
      "maintenance_backend has no effect while maintenance is off",
      "write maintenance: on-critical, or remove it",
    );
  if (backend === stable || backend === canary)
    wrong("maintenance_backend", `maintenance_backend ${backend} is an arm of the service itself`, "name a Service that shows a notice");

  const armSignals = traffic.arm_signals;
  if (armSignals !== undefined && traffic.per_arm_signals === false)
    wrong("arm_signals", "arm_signals names signals of the backends, and per_arm_signals is false", "remove one of them");

  return {
    route: { router, name: route, rule: rule ?? null },
    stable,
    canary,
    perArmSignals: traffic.per_arm_signals ?? armSignals !== undefined,
    ...(armSignals === undefined ? {} : { armSignals }),
    maintenance: maintained && backend !== undefined ? { backend } : null,
  };
}
