import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { clusterTraffic } from "../../../functions/adapters/traffic/cluster-traffic.ts";
import type { Confirmation, Route } from "../../../functions/domain/cluster-action.ts";
import type { WriteResult } from "../../../functions/domain/workload.ts";
import { aWorkload, STAMP, TARGET, to, WORKLOAD_PATH } from "../gitops/support.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";

type Shares = Readonly<Record<string, number>>;

/** `checkout` with 4 replicas, and as many ready endpoints behind each Service as a test says. */
export function aTrafficCluster(endpoints: Readonly<Record<string, number>> = { stable: 4, canary: 4, maintenance: 1 }): ObjectCluster {
  const cluster = new ObjectCluster().put(WORKLOAD_PATH, aWorkload());
  cluster.groups = {
    "gateway.networking.k8s.io": ["v1", "v1beta1"],
    "networking.istio.io": ["v1", "v1beta1"],
    autoscaling: ["v2", "v1"],
  };
  for (const [service, count] of Object.entries(endpoints)) putEndpoints(cluster, service, count);
  return cluster;
}

export function putEndpoints(cluster: ObjectCluster, service: string, count: number): void {
  const addresses = Array.from({ length: count }, (_, index) => ({
    ip: `10.0.0.${index}`,
    targetRef: { kind: "Pod", name: `${service}-${index}` },
  }));
  cluster.put(`/api/v1/namespaces/shop/endpoints/${service}`, { subsets: [{ addresses }] });
}

export function putPod(cluster: ObjectCluster, name: string, labels: Record<string, string>, ready = true): void {
  cluster.put(`/api/v1/namespaces/shop/pods/${name}`, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", labels },
    spec: { containers: [{ name: "app", image: "demo/checkout:v2" }] },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  });
}

/** Through the table of actions, as ExecuteStep and VerifyStep do. */
export const shift = (cluster: ObjectCluster, route: Route, weights: Shares, prior: Shares, stamp = STAMP): Promise<WriteResult> =>
  clusterActions(to(cluster)).apply(TARGET, { kind: "set-weights", route, weights, prior }, stamp);

export const confirm = (cluster: ObjectCluster, route: Route, weights: Shares): Promise<Confirmation> =>
  clusterActions(to(cluster)).confirm(TARGET, { kind: "set-weights", route, weights, prior: {} }, STAMP);

export const read = (cluster: ObjectCluster, route: Route) => clusterTraffic(to(cluster)).read(TARGET, route);
