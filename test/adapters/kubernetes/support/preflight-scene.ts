import { clusterPreflight } from "../../../../functions/adapters/kubernetes/preflight.ts";
import type { AccessRule } from "../../../../functions/domain/rbac-rules.ts";
import type { PreflightRequest } from "../../../../functions/ports/preflight.ts";
import { aWorkloadState, GOOD_HASH, GOOD_IMAGE, GOOD_REPLICA_SET } from "../../../support/builders/index.ts";
import { aDeployment, aReplicaSetObject, aTemplate } from "./kubernetes-objects.ts";
import { PreflightCluster } from "./preflight-cluster.ts";

export const CORE = "/api/v1/namespaces/demo";
export const APPS = "/apis/apps/v1/namespaces/demo";
export const REVISION = `${APPS}/replicasets/${GOOD_REPLICA_SET}`;
const NOW = new Date("2026-11-20T03:15:00Z");
export const PATCH: AccessRule = { apiGroup: "apps", resource: "deployments", verb: "patch", name: "checkout" };

/** `checkout` with a good release that reads one key of each of two objects. */
export function aCluster(): PreflightCluster {
  const cluster = new PreflightCluster();
  const template = aTemplate(GOOD_IMAGE);
  const [app] = template.spec?.containers ?? [];
  if (app === undefined || template.spec === undefined) throw new Error("the template has a container");
  app.env = [
    { name: "URL", valueFrom: { configMapKeyRef: { name: "settings", key: "url" } } },
    { name: "TOKEN", valueFrom: { secretKeyRef: { name: "vault", key: "token" } } },
  ];
  template.spec.serviceAccountName = "checkout";
  template.spec.priorityClassName = "gold";
  template.spec.volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
  Object.assign(cluster.objects, {
    [`${APPS}/deployments/checkout`]: aDeployment(),
    [REVISION]: aReplicaSetObject("good", { template }),
    [`${CORE}/configmaps/settings`]: { data: { url: "https://shop" } },
    [`${CORE}/secrets/vault`]: { data: { token: "czNjcjN0" } },
    [`${CORE}/serviceaccounts/checkout`]: {},
    [`${CORE}/persistentvolumeclaims/data`]: { spec: { accessModes: ["ReadWriteMany"] } },
    "/apis/scheduling.k8s.io/v1/priorityclasses/gold": {},
  });
  return cluster;
}

/** One look of the preflight over it. */
export async function look(cluster: PreflightCluster, request: Partial<PreflightRequest> = {}, deadlineMilliseconds = 1000) {
  const images = { exists: async () => ({ verdict: "present", digest: null, reason: "" }) as const };
  return clusterPreflight(() => cluster, images, { now: () => NOW, deadlineMilliseconds }).look({
    target: { cluster: "demo", namespace: "demo", kind: "Deployment", name: "checkout" },
    workload: aWorkloadState(),
    candidates: [{ templateHash: GOOD_HASH, revisionName: GOOD_REPLICA_SET, kept: false }],
    rights: [PATCH],
    secrets: true,
    ...request,
  });
}
