import type { Blueprint } from "./blueprint.ts";
import type { AccessRule } from "./rbac-rules.ts";

/** CronJobs that a plan for this service may start: its scripts', and those of its hooks. Each once. */
export function cronJobsOf({ verification, policy }: Pick<Blueprint, "verification" | "policy">): readonly string[] {
  const scripts = verification.checks.flatMap((check) => (check.type === "script" ? [check.job] : []));
  const hooks = Object.values(policy.hooks).flat();
  return [...new Set([...scripts, ...hooks.flatMap(({ run }) => (run.kind === "job" ? [run.job] : []))])];
}

/** Services whose endpoints VerifyStep counts. */
export function checkEndpointRules({ verification }: Pick<Blueprint, "verification">): AccessRule[] {
  return verification.checks.flatMap((check) =>
    check.type === "endpoints_ready" ? [{ apiGroup: "", resource: "endpoints", verb: "get", name: check.kubernetesService }] : [],
  );
}

/**
 * What the functions that only look need for the checks of a blueprint, by the names of their CronJobs; nothing without one. The name of a check's Job is
 * made when it runs, so that `get` of Jobs cannot be limited.
 */
export function checkReadRules(cronJobs: readonly string[]): AccessRule[] {
  if (cronJobs.length === 0) return [];
  return [
    ...[...new Set(cronJobs)].map((name): AccessRule => ({ apiGroup: "batch", resource: "cronjobs", verb: "get", name })),
    { apiGroup: "batch", resource: "jobs", verb: "get" },
  ];
}

/**
 * What ExecuteStep needs besides: RBAC cannot limit `create` by name, so whoever has it can run any pod, under any ServiceAccount of the namespace. Give it
 * only where a blueprint has checks.
 */
export function checkWriteRules(cronJob: string | undefined): AccessRule[] {
  return [
    { apiGroup: "batch", resource: "cronjobs", verb: "get", ...(cronJob === undefined ? {} : { name: cronJob }) },
    { apiGroup: "batch", resource: "jobs", verb: "get" },
    { apiGroup: "batch", resource: "jobs", verb: "create" },
  ];
}
