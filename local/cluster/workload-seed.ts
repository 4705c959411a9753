import type { ClusterClient } from "./cluster-client.ts";
import { READY_DELAY_ANNOTATION, TERMINATION_DELAY_ANNOTATION } from "./kubelet/pod-behaviour.ts";
import { controllerOf } from "./objects.ts";
import { type DeploymentSeed, podsPath } from "./seed.ts";
import type { ControllerRevision, DaemonSet, StatefulSet } from "./workload-objects.ts";

export const statefulSetsPath = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
export const daemonSetsPath = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/daemonsets`;
export const controllerRevisionsPath = (namespace: string): string => `/apis/apps/v1/namespaces/${namespace}/controllerrevisions`;
export const jobsPath = (namespace: string): string => `/apis/batch/v1/namespaces/${namespace}/jobs`;
export const eventsPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/events`;

/** A StatefulSet, DaemonSet or Job to be made; `pod` holds further fields of the pod template's spec. */
export type WorkloadSeed = DeploymentSeed & { readonly pod?: Readonly<Record<string, unknown>> };

function templateOf({ name, image, labels, annotations, pod, readyDelaySeconds, terminationDelaySeconds }: WorkloadSeed): unknown {
  const podAnnotations = {
    ...annotations,
    ...(readyDelaySeconds === undefined ? {} : { [READY_DELAY_ANNOTATION]: String(readyDelaySeconds) }),
    ...(terminationDelaySeconds === undefined ? {} : { [TERMINATION_DELAY_ANNOTATION]: String(terminationDelaySeconds) }),
  };
  return {
    metadata: { labels: { app: name, ...labels }, annotations: podAnnotations },
    spec: { containers: [{ name: "app", image }], ...pod },
  };
}

function manifest(kind: string, seed: WorkloadSeed, spec: Record<string, unknown>): Record<string, unknown> {
  const { name, namespace, labels } = seed;
  return {
    metadata: { name, namespace, labels: { app: name, ...labels } },
    kind,
    spec: { ...spec, template: templateOf(seed), ...seed.spec },
  };
}

const selectorOf = ({ name }: WorkloadSeed) => ({ selector: { matchLabels: { app: name } } });

export function createStatefulSet(client: ClusterClient, seed: WorkloadSeed): Promise<StatefulSet> {
  const { name, namespace, replicas = 1 } = seed;
  const body = manifest("StatefulSet", seed, { replicas, serviceName: name, ...selectorOf(seed) });
  return client.post<StatefulSet>(statefulSetsPath(namespace), { apiVersion: "apps/v1", ...body });
}

/** On every Node that the kubelet model made, unless `pod` says otherwise: a real cluster may have others, where nobody plays. */
export function createDaemonSet(client: ClusterClient, seed: WorkloadSeed): Promise<DaemonSet> {
  const body = manifest("DaemonSet", seed, selectorOf(seed));
  return client.post<DaemonSet>(daemonSetsPath(seed.namespace), { apiVersion: "apps/v1", ...body });
}

/** The templates that a StatefulSet or DaemonSet has had, lowest revision first. */
export async function controllerRevisionsOf(client: ClusterClient, owner: StatefulSet | DaemonSet): Promise<ControllerRevision[]> {
  const all = await client.list<ControllerRevision>(controllerRevisionsPath(owner.metadata.namespace ?? ""));
  return all.filter((one) => controllerOf(one)?.uid === owner.metadata.uid).sort((a, b) => a.revision - b.revision);
}

/** Puts the template of a ControllerRevision back, as `kubectl rollout undo` does. */
export function undoTo(client: ClusterClient, path: string, { data }: ControllerRevision): Promise<unknown> {
  return client.patch(path, data, "strategic");
}

/** What Kubernetes' events say about an object: `reason: message`. */
export async function eventsAbout(client: ClusterClient, namespace: string, name: string): Promise<string[]> {
  const named = encodeURIComponent(`involvedObject.name=${name}`);
  const events = await client.list<{ reason: string; message: string }>(`${eventsPath(namespace)}?fieldSelector=${named}`);
  return events.map(({ reason, message }) => `${reason}: ${message}`);
}

/** Deletes a pod, as a person with kubectl would. */
export function deletePod(client: ClusterClient, namespace: string, name: string): Promise<unknown> {
  return client.delete(`${podsPath(namespace)}/${name}`);
}
