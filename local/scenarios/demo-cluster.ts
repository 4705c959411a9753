import type { ClusterClient } from "../cluster/cluster-client.ts";
import { KUBELET_MODEL_LABEL } from "../cluster/kubelet/nodes.ts";
import type { Deployment, KubernetesObject, Pod, ReplicaSet } from "../cluster/objects.ts";
import type { ServicePods } from "../traffic/service-traffic.ts";
import type { PodSource } from "../traffic/start-traffic.ts";

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
  /** Of the ReplicaSet that carries the live template; null while there is none. */
  readonly replicaSet: { readonly name: string; readonly templateHash: string } | null;
}

/** The demo's own hands on the cluster, through the Kubernetes API as an administrator. */
export interface DemoCluster extends PodSource {
  seedNamespace(): Promise<void>;
  /** A first release; replaces what an earlier run of the demo left there. Resolves when all pods are ready. */
  seedDeployment(service: string, image: string, replicas: number): Promise<DeploymentFacts>;
  deploy(service: string, image: string): Promise<void>;
  scale(service: string, replicas: number): Promise<void>;
  facts(service: string): Promise<DeploymentFacts>;
}

export function demoCluster(client: ClusterClient, namespace = DEMO_NAMESPACE): DemoCluster {
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const list = <T>(group: string, kind: string, selector: string) =>
    client.list<T>(`/${group}/namespaces/${namespace}/${kind}?labelSelector=${encodeURIComponent(selector)}`);

  const facts = async (service: string): Promise<DeploymentFacts> => {
    const [deployment, replicaSets] = await Promise.all([
      client.get<Deployment>(`${deployments}/${service}`),
      list<ReplicaSet>("apis/apps/v1", "replicasets", `app=${service}`),
    ]);
    const { spec, status, metadata } = deployment;
    const image = spec.template.spec.containers[0]?.image ?? "";
    const newest = replicaSets
      .filter((replicaSet) => replicaSet.spec.template.spec.containers[0]?.image === image)
      .sort((a, b) => revision(b) - revision(a))[0];
    return {
      image,
      replicas: spec.replicas,
      readyReplicas: status.readyReplicas ?? 0,
      updatedReplicas: status.updatedReplicas ?? 0,
      generation: metadata.generation ?? 0,
      strategy: JSON.stringify(spec.strategy),
      replicaSet: newest ? { name: newest.metadata.name, templateHash: newest.metadata.labels?.["pod-template-hash"] ?? "" } : null,
    };
  };

  const untilReady = async (service: string, replicas: number): Promise<DeploymentFacts> => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const now = await facts(service);
      if (now.readyReplicas === replicas && now.updatedReplicas === replicas && now.replicaSet) return now;
      if (Date.now() > deadline) throw new Error(`${service} did not become ready: ${now.readyReplicas} of ${replicas} pods are`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  const clear = async (service: string): Promise<void> => {
    const found = await client.find<Deployment>(`${deployments}/${service}`);
    if (!found) return;
    if (found.metadata.labels?.[DEMO_LABEL] !== "true") {
      throw new Error(`Deployment ${namespace}/${service} exists and is not the demo's: use another cluster, or delete it first`);
    }
    await client.delete(`${deployments}/${service}`, { propagationPolicy: "Background" });
    const deadline = Date.now() + 60_000;
    while (
      (await list("apis/apps/v1", "replicasets", `app=${service}`)).length + (await list("api/v1", "pods", `app=${service}`)).length >
      0
    ) {
      if (Date.now() > deadline) throw new Error(`what an earlier run left of ${namespace}/${service} does not go away`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  return {
    async seedNamespace() {
      const labels = { [KUBELET_MODEL_LABEL]: "enabled", [DEMO_LABEL]: "true" };
      const found = await client.find<KubernetesObject>(`/api/v1/namespaces/${namespace}`);
      if (!found) await client.post("/api/v1/namespaces", { metadata: { name: namespace, labels } });
      else if (found.metadata.labels?.[DEMO_LABEL] !== "true") {
        throw new Error(`namespace "${namespace}" exists and is not the demo's: use another cluster, or delete it first`);
      }
    },
    async seedDeployment(service, image, replicas) {
      await clear(service);
      await client.post(deployments, deploymentManifest(service, image, replicas));
      return untilReady(service, replicas);
    },
    async deploy(service, image) {
      const containers = [{ name: service, image }];
      await client.patch(`${deployments}/${service}`, { spec: { template: { spec: { containers } } } }, "strategic");
    },
    async scale(service, replicas) {
      await client.patch(`${deployments}/${service}/scale`, { spec: { replicas } }, "merge");
    },
    facts,
    async read() {
      const [all, pods] = await Promise.all([
        list<Deployment>("apis/apps/v1", "deployments", `${DEMO_LABEL}=true`),
        list<Pod>("api/v1", "pods", `${DEMO_LABEL}=true`),
      ]);
      return new Map(all.map((deployment) => [deployment.metadata.name, servicePods(deployment, pods)]));
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

function deploymentManifest(service: string, image: string, replicas: number) {
  const labels = { app: service, [DEMO_LABEL]: "true" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: service, labels },
    spec: {
      replicas,
      selector: { matchLabels: { app: service } },
      template: { metadata: { labels }, spec: { containers: [{ name: service, image }] } },
    },
  };
}

function revision(replicaSet: ReplicaSet): number {
  return Number(replicaSet.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}
