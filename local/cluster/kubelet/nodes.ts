import type { ClusterClient } from "../cluster-client.ts";
import { timestamp } from "../objects.ts";
import type { Node, Taint } from "../workload-objects.ts";

/** Marks Nodes that the kubelet model made (`true`) and namespaces that it may play in (`enabled`). */
export const KUBELET_MODEL_LABEL = "rollguard.dev/kubelet-model";

const NOT_READY_TAINT = "node.kubernetes.io/not-ready";

/** What each Node of the model has to give. */
export interface NodeCapacity {
  /** @default "64" */
  readonly cpu?: string;
  /** @default "256Gi" */
  readonly memory?: string;
  /** @default 1000 */
  readonly pods?: number;
  /** Port of the model's own log server. @default none: the API server cannot read logs */
  readonly kubeletPort?: number;
}

function readyCondition(ready: boolean): Record<string, unknown> {
  const now = timestamp(new Date());
  return {
    type: "Ready",
    status: ready ? "True" : "False",
    reason: ready ? "KubeletReady" : "KubeletNotReady",
    message: ready ? "kubelet model is posting ready status" : "container runtime network not ready",
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
}

function nodeStatus({ cpu = "64", memory = "256Gi", pods = 1000, kubeletPort }: NodeCapacity): Record<string, unknown> {
  const resources = { cpu, memory, pods: String(pods) };
  return {
    capacity: resources,
    allocatable: resources,
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    conditions: [readyCondition(true)],
    ...(kubeletPort === undefined ? {} : { daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } } }),
  };
}

/** Makes the model's Nodes, or takes those of an earlier run over; a Node of somebody else with that name is an error. */
export async function ensureNodes(client: ClusterClient, names: readonly string[], capacity: NodeCapacity = {}): Promise<Node[]> {
  const nodes: Node[] = [];
  for (const name of names) {
    const found = await client.find<Node>(`/api/v1/nodes/${name}`);
    if (found && found.metadata.labels?.[KUBELET_MODEL_LABEL] !== "true") {
      throw new Error(`Node "${name}" exists and is not the kubelet model's; give the model other node names (kubelet.nodeNames)`);
    }
    const labels = { [KUBELET_MODEL_LABEL]: "true", "kubernetes.io/hostname": name };
    if (!found) await client.post("/api/v1/nodes", { metadata: { name, labels } });
    const node = await client.patch<Node>(`/api/v1/nodes/${name}/status`, { status: nodeStatus(capacity) });
    nodes.push(await syncTaint(client, node));
  }
  return nodes;
}

/** Says that a Node of the model is ready, or is not: then its pods stop being ready and nothing ends or starts there. */
export async function setNodeReady(client: ClusterClient, name: string, ready: boolean): Promise<void> {
  await client.patch(`/api/v1/nodes/${name}/status`, { status: { conditions: [readyCondition(ready)] } });
}

export function isReadyNode({ status }: Node): boolean {
  return status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
}

/** Taints a Node that is not ready and takes the taint away when it is: nobody else does in a cluster without a node controller. */
export async function syncTaint(client: ClusterClient, node: Node): Promise<Node> {
  const taints = node.spec?.taints ?? [];
  const others = taints.filter(({ key }) => key !== NOT_READY_TAINT);
  const own: Taint[] = isReadyNode(node) ? [] : [{ key: NOT_READY_TAINT, effect: "NoSchedule" }];
  if (taints.length - others.length === own.length) return node;
  const wanted = [...others, ...own];
  return client.patch<Node>(`/api/v1/nodes/${node.metadata.name}`, { spec: { taints: wanted.length > 0 ? wanted : null } });
}
