import type { ClusterClient } from "../cluster-client.ts";
import { type KubernetesObject, timestamp } from "../objects.ts";

/** Marks Nodes that the kubelet model made (`true`) and namespaces that it may play in (`enabled`). */
export const KUBELET_MODEL_LABEL = "rollguard.dev/kubelet-model";

function nodeStatus(podCapacity: number): unknown {
  const now = timestamp(new Date());
  const resources = { cpu: "64", memory: "256Gi", pods: String(podCapacity) };
  return {
    capacity: resources,
    allocatable: resources,
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    conditions: [
      {
        type: "Ready",
        status: "True",
        reason: "KubeletReady",
        message: "kubelet model is posting ready status",
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
    ],
  };
}

/** Makes the model's Nodes, or takes those of an earlier run over; a Node of somebody else with that name is an error. */
export async function ensureNodes(client: ClusterClient, names: readonly string[], podCapacity: number): Promise<void> {
  for (const name of names) {
    const found = await client.find<KubernetesObject>(`/api/v1/nodes/${name}`);
    if (found && found.metadata.labels?.[KUBELET_MODEL_LABEL] !== "true") {
      throw new Error(`Node "${name}" exists and is not the kubelet model's; give the model other node names (kubelet.nodeNames)`);
    }
    if (!found)
      await client.post("/api/v1/nodes", { metadata: { name, labels: { [KUBELET_MODEL_LABEL]: "true", "kubernetes.io/hostname": name } } });
    await client.patch(`/api/v1/nodes/${name}/status`, { status: nodeStatus(podCapacity) });
  }
}
