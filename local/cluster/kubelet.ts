import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterClient } from "./cluster-client.ts";
import { followObjects, type ObjectChange } from "./follow-objects.ts";
import { kubeletApi } from "./kubelet/kubelet-api.ts";
import { ensureNodes, KUBELET_MODEL_LABEL } from "./kubelet/nodes.ts";
import { type KubeletTimings, playPod } from "./kubelet/play-pod.ts";
import { secondsOf, TERMINATION_DELAY_ANNOTATION } from "./kubelet/pod-behaviour.ts";
import { unschedulableStatus } from "./kubelet/pod-status.ts";
import { type KubernetesObject, type Pod, timestamp } from "./objects.ts";

/** Settings of the kubelet model; all optional. */
export interface KubeletProps extends Partial<KubeletTimings> {
  /** @default ["rollguard-node-1", "rollguard-node-2"] */
  readonly nodeNames?: readonly string[];
  /** How many pods all Nodes together can hold, those that are terminating included. @default no limit */
  readonly podCapacity?: number;
}

export interface RunningKubelet {
  stop(): void;
}

interface PlayedPod {
  readonly end: AbortController;
  terminating: boolean;
  readonly hasRoom: boolean;
}

/**
 * Plays pods as a kubelet would, by the words in their image tags, through the API alone: the same code plays in the simulator and on a real
 * API server. It touches only pods on its own Nodes (or on none) in namespaces that carry its label.
 */
export async function startKubelet(client: ClusterClient, props: KubeletProps = {}): Promise<RunningKubelet> {
  const timings: KubeletTimings = {
    readyDelaySeconds: 1,
    terminationDelaySeconds: 0.5,
    crashAfterSeconds: 0.1,
    backOffSeconds: 1,
    ...props,
  };
  const nodeNames = props.nodeNames ?? ["rollguard-node-1", "rollguard-node-2"];
  const podCapacity = props.podCapacity ?? Number.POSITIVE_INFINITY;
  await ensureNodes(client, nodeNames, Number.isFinite(podCapacity) ? podCapacity : 1000);

  const api = kubeletApi(client);
  const enabled = new Set<string>();
  const pods = new Map<string, Pod>();
  const played = new Map<string, PlayedPod>();
  let used = 0;
  let serial = 0;
  let stopped = false;

  function onPod(change: ObjectChange, pod: Pod): void {
    const { uid, namespace = "" } = pod.metadata;
    if (change === "DELETED") {
      pods.delete(uid);
      leave(uid);
      return;
    }
    pods.set(uid, pod);
    if (!enabled.has(namespace)) return;
    if (pod.spec.nodeName && !nodeNames.includes(pod.spec.nodeName)) return;
    if (pod.metadata.deletionTimestamp) void terminate(pod);
    else if (!played.has(uid)) void begin(pod);
  }

  async function begin(pod: Pod): Promise<void> {
    const hasRoom = used < podCapacity || Boolean(pod.spec.nodeName);
    const end = new AbortController();
    played.set(pod.metadata.uid, { end, terminating: false, hasRoom });
    if (!hasRoom) return refuse(pod);
    used += 1;
    serial += 1;
    const nodeName = pod.spec.nodeName ?? nodeNames[serial % nodeNames.length] ?? "";
    const podIP = `10.1.${Math.floor(serial / 250) % 250}.${(serial % 250) + 1}`;
    const placement = { hostIP: "127.0.0.1", podIP, startTime: timestamp(new Date()) };
    if (!pod.spec.nodeName) await api.bind(pod, nodeName);
    if (pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True")) return;
    await playPod(pod, { api, placement, timings, signal: end.signal });
  }

  async function refuse(pod: Pod): Promise<void> {
    const status = unschedulableStatus(pod, nodeNames.length, new Date());
    await api.writeStatus(pod, status);
    const message = status.conditions?.[0]?.message ?? "";
    await api.report(pod, { type: "Warning", reason: "FailedScheduling", message, component: "default-scheduler" });
  }

  async function terminate(pod: Pod): Promise<void> {
    const entry = played.get(pod.metadata.uid) ?? { end: new AbortController(), terminating: false, hasRoom: false };
    played.set(pod.metadata.uid, entry);
    if (entry.terminating) return;
    entry.terminating = true;
    entry.end.abort();
    await sleep(secondsOf(pod, TERMINATION_DELAY_ANNOTATION, timings.terminationDelaySeconds) * 1000);
    if (!stopped) await api.remove(pod);
  }

  /** A pod is gone: its room is free for one that waits. */
  function leave(uid: string): void {
    const entry = played.get(uid);
    if (!entry) return;
    played.delete(uid);
    entry.end.abort();
    if (!entry.hasRoom) return;
    used -= 1;
    for (const pod of pods.values()) {
      if (used >= podCapacity) return;
      const waiting = played.get(pod.metadata.uid);
      if (waiting && !waiting.hasRoom && !waiting.terminating && !pod.metadata.deletionTimestamp) void begin(pod);
    }
  }

  function onNamespace(change: ObjectChange, { metadata }: KubernetesObject): void {
    if (change === "DELETED" || metadata.labels?.[KUBELET_MODEL_LABEL] !== "enabled") {
      enabled.delete(metadata.name);
      return;
    }
    if (enabled.has(metadata.name)) return;
    enabled.add(metadata.name);
    for (const pod of [...pods.values()]) if (pod.metadata.namespace === metadata.name) onPod("MODIFIED", pod);
  }

  const namespaces = followObjects<KubernetesObject>(client, "/api/v1/namespaces", onNamespace);
  const podWatch = followObjects<Pod>(client, "/api/v1/pods", onPod);
  return {
    stop() {
      stopped = true;
      namespaces.stop();
      podWatch.stop();
      for (const { end } of played.values()) end.abort();
    },
  };
}
