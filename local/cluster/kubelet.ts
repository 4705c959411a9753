import type { ClusterClient } from "./cluster-client.ts";
import { followObjects, type ObjectChange } from "./follow-objects.ts";
import { configReader } from "./kubelet/config-reader.ts";
import { ImageBuilds } from "./kubelet/image-digests.ts";
import { kubeletApi } from "./kubelet/kubelet-api.ts";
import { LogBook } from "./kubelet/log-book.ts";
import { startLogServer } from "./kubelet/log-server.ts";
import { ensureNodes, KUBELET_MODEL_LABEL, type NodeCapacity } from "./kubelet/nodes.ts";
import type { KubeletTimings } from "./kubelet/pod-display.ts";
import { PodLives } from "./kubelet/pod-lives.ts";
import { Scheduler } from "./kubelet/scheduler.ts";
import type { KubernetesObject, Pod } from "./objects.ts";
import type { Node } from "./workload-objects.ts";

/** Settings of the kubelet model; all optional. */
export interface KubeletProps extends Partial<KubeletTimings> {
  /** @default ["rollguard-node-1", "rollguard-node-2"] */
  readonly nodeNames?: readonly string[];
  /** How many pods all Nodes together can hold, those that are terminating included. @default no limit */
  readonly podCapacity?: number;
  /** What each Node has, for pods that request resources. @default 64 CPUs, 256 GiB */
  readonly nodeCapacity?: Pick<NodeCapacity, "cpu" | "memory">;
  /** Serves container logs over HTTPS, for a real API server. @default false */
  readonly logServer?: boolean;
}

export interface RunningKubelet {
  /** What a container wrote, line by line: of this run, or of the one before; null when there was none. */
  logs(pod: Pod, container: string, previous: boolean): readonly string[] | null;
  /** From now on an image's tag points to another build, with another digest. */
  retag(image: string, build: string): void;
  stop(): void;
}

const DEFAULT_TIMINGS: KubeletTimings = { readyDelaySeconds: 1, terminationDelaySeconds: 0.5, crashAfterSeconds: 0.1, backOffSeconds: 1 };

/**
 * Plays pods as a kubelet would, by the words in their image tags and the needs in their annotations, through the API alone: the same code
 * plays in the simulator and on a real API server. It touches only pods on its own Nodes (or on none) in namespaces that carry its label.
 */
export async function startKubelet(client: ClusterClient, props: KubeletProps = {}): Promise<RunningKubelet> {
  const { nodeNames = ["rollguard-node-1", "rollguard-node-2"], podCapacity = Number.POSITIVE_INFINITY } = props;
  const logBook = new LogBook();
  const builds = new ImageBuilds();
  const pods = new Map<string, Pod>();
  const enabled = new Set<string>();
  const logServer = props.logServer ? await startLogServer(logBook, uidOf) : undefined;
  const nodes = await ensureNodes(client, nodeNames, {
    ...props.nodeCapacity,
    ...(Number.isFinite(podCapacity) ? { pods: podCapacity } : {}),
    ...(logServer ? { kubeletPort: logServer.port } : {}),
  }).catch((error: unknown) => {
    logServer?.stop();
    throw error;
  });
  const lives = new PodLives({
    client,
    api: kubeletApi(client),
    config: configReader(client),
    scheduler: new Scheduler(nodes, podCapacity),
    timings: { ...DEFAULT_TIMINGS, ...props },
    logBook,
    builds,
    latest: (uid) => pods.get(uid),
  });

  function uidOf(namespace: string, name: string): string | undefined {
    return [...pods.values()].find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)?.metadata.uid;
  }

  function onPod(change: ObjectChange, pod: Pod): void {
    const { uid, namespace = "" } = pod.metadata;
    if (change === "DELETED") {
      pods.delete(uid);
      lives.leave(uid);
      return;
    }
    pods.set(uid, pod);
    if (enabled.has(namespace)) lives.see(pod);
  }

  function onNamespace(change: ObjectChange, { metadata }: KubernetesObject): void {
    if (change === "DELETED" || metadata.labels?.[KUBELET_MODEL_LABEL] !== "enabled") {
      enabled.delete(metadata.name);
      return;
    }
    if (enabled.has(metadata.name)) return;
    enabled.add(metadata.name);
    for (const pod of [...pods.values()]) if (pod.metadata.namespace === metadata.name) lives.see(pod);
  }

  const follows = [
    followObjects<KubernetesObject>(client, "/api/v1/namespaces", onNamespace),
    followObjects<Node>(client, "/api/v1/nodes", (change, node) => (change === "DELETED" ? undefined : lives.seeNode(node))),
    followObjects<Pod>(client, "/api/v1/pods", onPod),
  ];
  return {
    logs: ({ metadata }, container, previous) => logBook.logs(metadata, container, previous)?.map(({ text }) => text) ?? null,
    retag: (image, build) => builds.retag(image, build),
    stop() {
      for (const follow of follows) follow.stop();
      lives.stop();
      logServer?.stop();
    },
  };
}
