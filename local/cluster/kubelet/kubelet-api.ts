import { type ClusterClient, ClusterRequestError } from "../cluster-client.ts";
import { type Pod, type PodStatus, timestamp } from "../objects.ts";

const podPath = ({ metadata }: Pod): string => `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;

const ATTEMPTS = 5;
const RETRY_PAUSE_MILLISECONDS = 100;

/** What the kubelet model asks of the API. A pod that is gone, or was changed by somebody else meanwhile, is no error. */
export interface KubeletApi {
  bind(pod: Pod, nodeName: string): Promise<void>;
  writeStatus(pod: Pod, status: Partial<PodStatus>): Promise<Pod | undefined>;
  remove(pod: Pod): Promise<void>;
  report(pod: Pod, event: { type: "Normal" | "Warning"; reason: string; message: string; component?: string }): Promise<void>;
}

export function kubeletApi(client: ClusterClient): KubeletApi {
  async function attempt<T>(call: () => Promise<T>): Promise<T | undefined> {
    for (let left = ATTEMPTS; ; left -= 1) {
      try {
        return await call();
      } catch (error) {
        // 404 gone, 409 done by another, 403 the namespace is going away
        if (error instanceof ClusterRequestError && error.code < 500 && error.code !== 429) return undefined;
        if (left <= 1) return undefined;
        await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MILLISECONDS));
      }
    }
  }

  return {
    async bind(pod, nodeName) {
      const { name, namespace } = pod.metadata;
      const target = { apiVersion: "v1", kind: "Node", name: nodeName };
      await attempt(() =>
        client.post(`${podPath(pod)}/binding`, { apiVersion: "v1", kind: "Binding", metadata: { name, namespace }, target }),
      );
    },
    writeStatus(pod, status) {
      return attempt(() => client.patch<Pod>(`${podPath(pod)}/status`, { metadata: { uid: pod.metadata.uid }, status }));
    },
    async remove(pod) {
      await attempt(() => client.delete(podPath(pod), { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } }));
    },
    async report(pod, { type, reason, message, component = "kubelet" }) {
      const { name, namespace, uid } = pod.metadata;
      const at = timestamp(new Date());
      await attempt(() =>
        client.post(`/api/v1/namespaces/${namespace}/events`, {
          metadata: { generateName: `${name}.` },
          involvedObject: { kind: "Pod", apiVersion: "v1", namespace, name, uid },
          type,
          reason,
          message,
          source: { component },
          firstTimestamp: at,
          lastTimestamp: at,
          count: 1,
        }),
      );
    },
  };
}
