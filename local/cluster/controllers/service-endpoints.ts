import type { Container, Pod } from "../objects.ts";
import type { Service } from "../workload-objects.ts";
import { isReadyPod } from "./cluster-access.ts";

/** One pod behind a Service. */
export interface Endpoint {
  readonly ip: string;
  readonly nodeName: string | undefined;
  readonly pod: Pod;
  readonly ready: boolean;
  readonly terminating: boolean;
}

/** The pods with an address that a Service selects; finished pods have left it. */
export function endpointsOf(pods: readonly Pod[]): Endpoint[] {
  return pods
    .filter(({ status }) => status.podIP && status.phase !== "Succeeded" && status.phase !== "Failed")
    .map((pod) => {
      const terminating = pod.metadata.deletionTimestamp !== undefined;
      const { nodeName } = pod.spec;
      return { ip: pod.status.podIP ?? "", nodeName, pod, ready: isReadyPod(pod) && !terminating, terminating };
    })
    .sort((a, b) => (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1));
}

function reference({ metadata }: Pod) {
  const { name, namespace, uid } = metadata;
  return { kind: "Pod", namespace, name, uid };
}

function portsOf({ spec }: Service, pod: Pod | undefined): { name?: string; port: number; protocol: string }[] {
  const named = (pod?.spec.containers ?? []).flatMap((one: Container) => (one.ports ?? []) as { name?: string; containerPort: number }[]);
  return (spec.ports ?? []).map(({ name, port, targetPort = port, protocol = "TCP" }) => {
    const number = typeof targetPort === "number" ? targetPort : named.find((one) => one.name === targetPort)?.containerPort;
    return { ...(name ? { name } : {}), port: number ?? port, protocol };
  });
}

/** `subsets` of core/v1 Endpoints: terminating pods are left out. */
export function subsetsOf(service: Service, endpoints: readonly Endpoint[]): unknown[] {
  const staying = endpoints.filter(({ terminating }) => !terminating);
  if (staying.length === 0) return [];
  const address = ({ ip, nodeName, pod }: Endpoint) => ({ ip, ...(nodeName ? { nodeName } : {}), targetRef: reference(pod) });
  const ready = staying.filter((one) => one.ready).map(address);
  const notReady = staying.filter((one) => !one.ready).map(address);
  return [
    {
      ...(ready.length > 0 ? { addresses: ready } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
      ports: portsOf(service, staying[0]?.pod),
    },
  ];
}

/** The body of an EndpointSlice: terminating pods are in it, but not ready. */
export function sliceOf(service: Service, endpoints: readonly Endpoint[]): Record<string, unknown> {
  return {
    addressType: "IPv4",
    endpoints: endpoints.map(({ ip, nodeName, pod, ready, terminating }) => ({
      addresses: [ip],
      conditions: { ready, serving: isReadyPod(pod), terminating },
      ...(nodeName ? { nodeName } : {}),
      targetRef: reference(pod),
    })),
    ports: portsOf(service, endpoints[0]?.pod),
  };
}
