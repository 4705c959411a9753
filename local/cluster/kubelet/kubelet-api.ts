import { type ClusterClient, ClusterRequestError } from "../cluster-client.ts";
import { type KubernetesObject, type Pod, type PodStatus, timestamp } from "../objects.ts";
import type { NeededAccess } from "./app-needs.ts";

const podPath = ({ metadata }: Pod): string => `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;

/** Claims of this storage class (or of none) are bound when a pod needs them; others never. */
export const MODEL_STORAGE_CLASS = "demo";

interface Claim extends KubernetesObject {
  spec: { storageClassName?: string };
  status?: { phase?: string };
}

const ATTEMPTS = 5;
const RETRY_PAUSE_MILLISECONDS = 100;

/** What the kubelet model asks of the API. A pod that is gone, or was changed by somebody else meanwhile, is no error. */
export interface KubeletApi {
  bind(pod: Pod, nodeName: string): Promise<void>;
  writeStatus(pod: Pod, status: Partial<PodStatus>): Promise<Pod | undefined>;
  remove(pod: Pod): Promise<void>;
  /** What RBAC says about a user; false also while nobody can say. */
  isAllowed(user: string, namespace: string, access: NeededAccess): Promise<boolean>;
  /** Why a claim keeps its pod from being scheduled; a claim of the model's storage class is bound on the way. */
  claimProblem(namespace: string, name: string): Promise<string | undefined>;
  report(
    pod: Pod,
    event: { type: "Normal" | "Warning"; reason: string; message: string; component?: string; fieldPath?: string },
  ): Promise<void>;
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
    async isAllowed(user, namespace, { verb, group, resource }) {
      const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
      const spec = { user, groups, resourceAttributes: { namespace, verb, group, resource } };
      const review = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
      const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
      const answer = await attempt(() => client.post<{ status?: { allowed?: boolean } }>(path, review));
      return answer?.status?.allowed === true;
    },
    async claimProblem(namespace, name) {
      const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;
      const claim = await client.find<Claim>(path);
      if (!claim) return `persistentvolumeclaim "${name}" not found`;
      if (claim.status?.phase === "Bound") return undefined;
      const { storageClassName = MODEL_STORAGE_CLASS } = claim.spec;
      if (storageClassName !== MODEL_STORAGE_CLASS) return "pod has unbound immediate PersistentVolumeClaims";
      await attempt(() => client.patch(`${path}/status`, { status: { phase: "Bound" } }));
      return undefined;
    },
    async report(pod, { type, reason, message, component = "kubelet", fieldPath }) {
      const { name, namespace, uid } = pod.metadata;
      const at = timestamp(new Date());
      await attempt(() =>
        client.post(`/api/v1/namespaces/${namespace}/events`, {
          metadata: { generateName: `${name}.` },
          involvedObject: { kind: "Pod", apiVersion: "v1", namespace, name, uid, ...(fieldPath === undefined ? {} : { fieldPath }) },
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
