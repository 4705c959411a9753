import type { Pod } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import { describeShares, endpointsNeeded, type Shares } from "../../domain/traffic.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { workloadPath } from "../kubernetes/object-write.ts";

/** `v1 Endpoints`, as far as it is used. The kind is deprecated since 1.33 and still served; EndpointSlices would be three versions of one API. */
interface Endpoints {
  readonly subsets?: readonly { readonly addresses?: readonly { readonly targetRef?: { readonly name?: string } }[] }[];
}

/** Pods behind a Service that are ready, by name; null when there is no such Service. */
export async function readyBehind(kubernetes: KubernetesClient, namespace: string, service: string): Promise<readonly string[] | null> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/endpoints/${encodeURIComponent(service)}`;
  const endpoints = await kubernetes.get<Endpoints>(path);
  if (endpoints === null) return null;
  return (endpoints.subsets ?? []).flatMap(({ addresses = [] }) => addresses.map(({ targetRef }) => targetRef?.name ?? ""));
}

/** Pods with these labels, and which of them are ready and not about to end. */
export async function podsWith(kubernetes: KubernetesClient, namespace: string, labels: Readonly<Record<string, string>>) {
  const selector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const pods = (await kubernetes.list<Pod>(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`, selector)) ?? [];
  return { pods, ready: pods.filter(isReady) };
}

function isReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
  return ready && metadata?.deletionTimestamp === undefined;
}

/** Why these shares would send traffic to nobody; null when every arm that gets more has enough ready endpoints. */
export async function whyNotEnough(
  kubernetes: KubernetesClient,
  target: Target,
  { from, to }: { readonly from: Shares; readonly to: Shares },
  readyOf: (arm: string) => Promise<number | null>,
): Promise<string | null> {
  const gaining = Object.keys(to).filter((arm) => (to[arm] ?? 0) > (from[arm] ?? 0));
  if (gaining.length === 0) return null;
  const replicas = await replicasOf(kubernetes, target);
  for (const arm of gaining) {
    const ready = await readyOf(arm);
    if (ready === null) return `${arm} does not exist, so nothing is shifted to it`;
    const needed = endpointsNeeded(to[arm] ?? 0, replicas);
    if (ready < needed) return `${arm} has ${ready} ready endpoints and needs ${needed} for ${describeShares(to)}`;
  }
  return null;
}

/** How many pods serve when all is well: what the workload asks for. */
async function replicasOf(kubernetes: KubernetesClient, target: Target): Promise<number> {
  const workload = await kubernetes.get<{ spec?: { replicas?: number }; status?: { desiredNumberScheduled?: number } }>(
    workloadPath(target),
  );
  return workload?.spec?.replicas ?? workload?.status?.desiredNumberScheduled ?? 1;
}
