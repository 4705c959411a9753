import type { ClusterClient } from "../cluster/cluster-client.ts";
import { enrolNamespace } from "../cluster/enrol.ts";
import { KUBELET_MODEL_LABEL } from "../cluster/kubelet/nodes.ts";
import { type Deployment, type KubernetesObject, type Pod, timestamp } from "../cluster/objects.ts";
import {
  backdate,
  createDeployment,
  deploymentPath,
  deploymentsPath,
  getDeployment,
  podsOfDeployment,
  podsPath,
  replicaSetsOfDeployment,
  scaleDeployment,
  setImage,
  waitForDeployment,
} from "../cluster/seed.ts";
import type { ServicePods } from "../traffic/service-traffic.ts";
import type { PodSource } from "../traffic/start-traffic.ts";
import { type RouteShares, readShares, removeRoute, seedRoute, setShares, throughRoute } from "./demo-route.ts";

/** The namespace and the cluster name of the demo. */
export const DEMO_NAMESPACE = "demo";
export const DEMO_CLUSTER = "demo";
const DEMO_LABEL = "rollguard.dev/demo";

/** What a person would look at to see whether a Deployment is back. */
export interface DeploymentFacts {
  readonly image: string;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly updatedReplicas: number;
  readonly generation: number;
  readonly strategy: string;
  /** The newest revision's. */
  readonly replicaSet: { readonly name: string; readonly templateHash: string };
}

/** The demo's own hands on the cluster, through the Kubernetes API as an administrator. */
export interface DemoCluster extends PodSource {
  /** Makes the namespace and gives Rollguard's groups their Roles in it. */
  seedNamespace(): Promise<void>;
  /** A first release, `since` where the cluster lets us say so; replaces what an earlier demo left. Resolves when all pods are ready. */
  seedDeployment(service: string, image: string, replicas: number, since: Date): Promise<DeploymentFacts>;
  /** Takes a seeded Deployment away again, with its pods. */
  removeDeployment(service: string): Promise<void>;
  /** Services and a weighted route in front of Deployments that exist; the arms have the names of Deployments, or of nothing. */
  seedRoute(service: string, shares: RouteShares): Promise<void>;
  removeRoute(service: string, shares: RouteShares): Promise<void>;
  deploy(service: string, image: string): Promise<void>;
  split(service: string, shares: RouteShares): Promise<void>;
  shares(service: string): Promise<RouteShares | null>;
  scale(service: string, replicas: number): Promise<void>;
  facts(service: string): Promise<DeploymentFacts>;
}

export function demoCluster(client: ClusterClient, namespace = DEMO_NAMESPACE): DemoCluster {
  const facts = async (service: string): Promise<DeploymentFacts> => {
    const [{ spec, status, metadata }, replicaSets] = await Promise.all([
      getDeployment(client, namespace, service),
      replicaSetsOfDeployment(client, namespace, service),
    ]);
    const newest = replicaSets.at(-1)?.metadata;
    return {
      image: spec.template.spec.containers[0]?.image ?? "",
      replicas: spec.replicas,
      readyReplicas: status.readyReplicas ?? 0,
      updatedReplicas: status.updatedReplicas ?? 0,
      generation: metadata.generation ?? 0,
      strategy: JSON.stringify(spec.strategy),
      replicaSet: { name: newest?.name ?? "", templateHash: newest?.labels?.["pod-template-hash"] ?? "" },
    };
  };

  const removeDeployment = async (service: string): Promise<void> => {
    const found = await client.find<Deployment>(deploymentPath(namespace, service));
    if (!found) return;
    if (found.metadata.labels?.[DEMO_LABEL] !== "true") {
      throw new Error(`Deployment ${namespace}/${service} exists and is not the demo's: use another cluster, or delete it first`);
    }
    await client.delete(deploymentPath(namespace, service), { propagationPolicy: "Background" });
    const deadline = Date.now() + 60_000;
    const left = async () => [
      ...(await replicaSetsOfDeployment(client, namespace, service)),
      ...(await podsOfDeployment(client, namespace, service)),
    ];
    while ((await left()).length > 0) {
      if (Date.now() > deadline) throw new Error(`what an earlier run left of ${namespace}/${service} does not go away`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  const age = async (service: string, since: Date): Promise<void> => {
    const creationTimestamp = timestamp(since);
    const [replicaSets, pods] = await Promise.all([
      replicaSetsOfDeployment(client, namespace, service),
      podsOfDeployment(client, namespace, service),
    ]);
    await backdate(client, { resource: "deployments", namespace, name: service, creationTimestamp });
    for (const { metadata } of replicaSets)
      await backdate(client, { resource: "replicasets", namespace, name: metadata.name, creationTimestamp });
    for (const { metadata } of pods) await backdate(client, { resource: "pods", namespace, name: metadata.name, creationTimestamp });
  };

  return {
    async seedNamespace() {
      const labels = { [KUBELET_MODEL_LABEL]: "enabled", [DEMO_LABEL]: "true" };
      const found = await client.find<KubernetesObject>(`/api/v1/namespaces/${namespace}`);
      if (!found) await client.post("/api/v1/namespaces", { metadata: { name: namespace, labels } });
      else if (found.metadata.labels?.[DEMO_LABEL] !== "true") {
        throw new Error(`namespace "${namespace}" exists and is not the demo's: use another cluster, or delete it first`);
      }
      await enrolNamespace(client, namespace);
    },
    async seedDeployment(service, image, replicas, since) {
      await removeDeployment(service);
      await createDeployment(client, { namespace, name: service, image, replicas, labels: { [DEMO_LABEL]: "true" } });
      await waitForDeployment(client, namespace, service);
      await age(service, since);
      return facts(service);
    },
    removeDeployment,
    seedRoute: (service, shares) => seedRoute(client, namespace, service, shares, { [DEMO_LABEL]: "true" }),
    removeRoute: (service, shares) => removeRoute(client, namespace, service, shares),
    split: (service, shares) => setShares(client, namespace, service, shares),
    shares: async (service) => (await readShares(client, namespace, `${DEMO_LABEL}=true`)).get(service) ?? null,
    deploy: async (service, image) => void (await setImage(client, namespace, service, image)),
    scale: async (service, replicas) => void (await scaleDeployment(client, namespace, service, replicas)),
    facts,
    async read() {
      const demos = `labelSelector=${encodeURIComponent(`${DEMO_LABEL}=true`)}`;
      const [deployments, pods, routes] = await Promise.all([
        client.list<Deployment>(`${deploymentsPath(namespace)}?${demos}`),
        client.list<Pod>(`${podsPath(namespace)}?${demos}`),
        readShares(client, namespace, `${DEMO_LABEL}=true`),
      ]);
      const direct = new Map(deployments.map((deployment) => [deployment.metadata.name, servicePods(deployment, pods)]));
      return new Map([...direct, ...[...routes].map(([service, shares]) => [service, throughRoute(shares, direct)] as const)]);
    },
  };
}

function servicePods({ metadata, spec }: Deployment, pods: readonly Pod[]): ServicePods {
  const own = pods.filter((pod) => pod.metadata.labels?.app === metadata.name && !pod.metadata.deletionTimestamp);
  return {
    desiredReplicas: spec.replicas,
    pods: own.map((pod) => {
      const ready = pod.status.conditions?.find(({ type }) => type === "Ready");
      return {
        image: pod.spec.containers[0]?.image ?? "",
        readySince: ready?.status === "True" ? new Date(ready.lastTransitionTime ?? 0) : null,
      };
    }),
  };
}
