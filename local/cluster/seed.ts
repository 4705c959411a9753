import { connectCluster } from "./admin-client.ts";
import type { ClusterClient } from "./cluster-client.ts";
import type { BackdatedObject } from "./front/backend.ts";
import { KUBELET_MODEL_LABEL } from "./kubelet/nodes.ts";
import { READY_DELAY_ANNOTATION, TERMINATION_DELAY_ANNOTATION } from "./kubelet/pod-behaviour.ts";
import type { Deployment, KubernetesObject, Pod, ReplicaSet } from "./objects.ts";
import { waitForObject } from "./wait-for-object.ts";

/** A Deployment to be made; everything that is not given is what the server defaults to. */
export interface DeploymentSeed {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** @default 1 */
  readonly replicas?: number;
  /** Besides `app: <name>`, on the Deployment and its pods. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** For the kubelet model. */
  readonly readyDelaySeconds?: number;
  readonly terminationDelaySeconds?: number;
  /** Further fields of `spec` (strategy, minReadySeconds, paused ...). */
  readonly spec?: Readonly<Record<string, unknown>>;
}

export const deploymentsPath = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/deployments`;
export const deploymentPath = (namespace: string, name: string): string => `${deploymentsPath(namespace)}/${name}`;
export const replicaSetsPath = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/replicasets`;
export const podsPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;

/** Makes a namespace that the kubelet model may play in; one that exists gets the label. */
export async function ensureNamespace(client: ClusterClient, name: string): Promise<KubernetesObject> {
  const labels = { [KUBELET_MODEL_LABEL]: "enabled" };
  const found = await client.find(`/api/v1/namespaces/${name}`);
  if (found) return client.patch(`/api/v1/namespaces/${name}`, { metadata: { labels } });
  return client.post("/api/v1/namespaces", { metadata: { name, labels } });
}

/** The manifest of a seed. */
export function deploymentManifest(seed: DeploymentSeed): Record<string, unknown> {
  const { name, namespace, image, replicas = 1, labels: more = {}, annotations, readyDelaySeconds, terminationDelaySeconds, spec } = seed;
  const labels = { app: name, ...more };
  const podAnnotations = {
    ...(readyDelaySeconds === undefined ? {} : { [READY_DELAY_ANNOTATION]: String(readyDelaySeconds) }),
    ...(terminationDelaySeconds === undefined ? {} : { [TERMINATION_DELAY_ANNOTATION]: String(terminationDelaySeconds) }),
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels, ...(annotations ? { annotations } : {}) },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels, annotations: podAnnotations }, spec: { containers: [{ name: "app", image }] } },
      ...spec,
    },
  };
}

export function createDeployment(client: ClusterClient, seed: DeploymentSeed): Promise<Deployment> {
  return client.post<Deployment>(deploymentsPath(seed.namespace), deploymentManifest(seed));
}

export function getDeployment(client: ClusterClient, namespace: string, name: string): Promise<Deployment> {
  return client.get<Deployment>(deploymentPath(namespace, name));
}

/** Deploys another image into the first container, as a pipeline would. */
export function setImage(client: ClusterClient, namespace: string, name: string, image: string): Promise<Deployment> {
  const path = "/spec/template/spec/containers/0/image";
  return client.patch<Deployment>(deploymentPath(namespace, name), [{ op: "replace", path, value: image }], "json");
}

/** Sets the replicas, as `kubectl scale` would. */
export function scaleDeployment(client: ClusterClient, namespace: string, name: string, replicas: number): Promise<unknown> {
  return client.patch(`${deploymentPath(namespace, name)}/scale`, { spec: { replicas } });
}

/** The ReplicaSets of a Deployment of `createDeployment`, oldest revision first. */
export async function replicaSetsOfDeployment(client: ClusterClient, namespace: string, name: string): Promise<ReplicaSet[]> {
  const found = await client.list<ReplicaSet>(`${replicaSetsPath(namespace)}?labelSelector=${encodeURIComponent(`app=${name}`)}`);
  const revision = (one: ReplicaSet): number => Number(one.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
  return found.sort((a, b) => revision(a) - revision(b));
}

export function podsOfDeployment(client: ClusterClient, namespace: string, name: string): Promise<Pod[]> {
  return client.list<Pod>(`${podsPath(namespace)}?labelSelector=${encodeURIComponent(`app=${name}`)}`);
}

/** Kubernetes' own test of a finished rollout. */
export function isRolledOut({ metadata, spec, status }: Deployment): boolean {
  return (
    (metadata.generation ?? 0) <= (status.observedGeneration ?? 0) &&
    (status.updatedReplicas ?? 0) === spec.replicas &&
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) &&
    (status.availableReplicas ?? 0) === (status.updatedReplicas ?? 0)
  );
}

/** Waits, by watching, until a Deployment is as it should be; fails with the last status when it is not in time. */
export function waitForDeployment(
  client: ClusterClient,
  namespace: string,
  name: string,
  { until = isRolledOut, withinSeconds = 30 }: { until?: (deployment: Deployment) => boolean; withinSeconds?: number } = {},
): Promise<Deployment> {
  return waitForObject<Deployment>(client, deploymentsPath(namespace), name, { until, withinSeconds });
}

export type BackdateResult = { readonly backdated: true } | { readonly backdated: false; readonly reason: string };

/** Makes an object look older than it is. Only the simulator can; on a real API server the result says so. */
export async function backdate(client: ClusterClient, object: BackdatedObject): Promise<BackdateResult> {
  const answer = await client.transport.send({ method: "POST", path: "/_front/backdate", body: object });
  if (answer.code === 200 || answer.code === 501) return answer.body as BackdateResult;
  throw new Error(`POST /_front/backdate -> ${answer.code} ${JSON.stringify(answer.body)}`);
}

/** Connects to a running cluster's front with its admin token. */
export function connectAdmin({
  kubernetesUrl,
  caPem,
  adminToken,
}: {
  kubernetesUrl: string;
  caPem: string;
  adminToken: string;
}): ClusterClient {
  return connectCluster({ url: kubernetesUrl, caPem, token: adminToken });
}
