import type { Blueprint } from "./blueprint.ts";
import { type RbacObject, rolesOf } from "./rbac.ts";
import { DEFAULT_ROLLBACK_POLICY } from "./rollback-policy.ts";

/** Stands for any service with a plain Deployment and no settings of its own. */
const PLAIN: Blueprint = {
  service: "any",
  version: "0",
  mode: "observe",
  target: { cluster: "", namespace: "ENROLLED_NAMESPACE", kind: "Deployment", name: "" },
  scaling: null,
  signals: [],
  triggers: [],
  verification: {
    stabilizationSeconds: 60,
    phases: { health: { intervalSeconds: 30, consecutiveFailures: 2 }, performance: null, business: null },
    checks: [],
  },
  policy: DEFAULT_ROLLBACK_POLICY,
  rollback: { enabled: true, automatic: true, triggerOnCriticalFailure: true, maxAttempts: 3 },
  traffic: null,
  restore: { configMaps: true, secrets: "names", fieldManagerGuard: false, deleteFailedReplicaSet: false },
  gitops: { hold: true, argoNamespace: "argocd" },
  suspicionWindowHours: 24,
  notificationTopicArn: null,
  hash: "",
};

/** The Roles of `infra/kubernetes/rbac.yaml`: for Deployments of any name in one namespace, without a router and without holding a GitOps owner. */
export function shippedRoles(): RbacObject[] {
  return rolesOf(PLAIN, { prefix: "rollguard", anyName: true });
}

/** The optional cluster-wide reads of `infra/kubernetes/cluster-rbac.yaml`. */
export function shippedClusterRoles(): RbacObject[] {
  return rolesOf(PLAIN, { clusterWide: true }).filter(({ metadata }) => metadata.namespace === undefined);
}
