import { RESOURCE_TYPES, type ResourceType } from "../api/resource-types.ts";
import { StatusError } from "../api/status-error.ts";
import { createObject, type WriteContext } from "../api/write-operations.ts";
import type { KubernetesObject, Pod, PodTemplate } from "../objects.ts";
import { CONTROLLER_MANAGER, controllerReference } from "./cluster-access.ts";
import { createReviewedPod } from "./reviewed-pods.ts";

/** A pod to be made from a workload's template. */
export interface PodOrder {
  readonly type: ResourceType;
  readonly owner: KubernetesObject;
  readonly template: PodTemplate;
  /** Without one the server invents it from the owner's name. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Called when admission webhooks have answered about an earlier pod of this owner. */
  readonly again: () => void;
}

/** `pending`: admission webhooks are being asked, about this pod or about one before it. */
export type PodCreation = { readonly pod: Pod } | { readonly refusal: StatusError } | { readonly pending: true };

/** Makes a pod as a controller does. A refusal of the API (quota, admission, a taken name) is an answer, not an error. */
export function createPod(context: WriteContext, { type, owner, template, name, labels, spec, again }: PodOrder): PodCreation {
  const { metadata, spec: podSpec } = structuredClone(template);
  const podLabels = { ...metadata?.labels, ...labels };
  const body = {
    metadata: {
      ...(name === undefined ? { generateName: `${owner.metadata.name}-` } : { name }),
      ...(Object.keys(podLabels).length > 0 ? { labels: podLabels } : {}),
      ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      ownerReferences: [controllerReference(type, owner)],
    } as Pod["metadata"],
    spec: { ...podSpec, ...spec },
  };
  const reviewed = createReviewedPod(context, owner, body, again);
  if (reviewed) return reviewed;
  try {
    return { pod: createObject<Pod>(context, RESOURCE_TYPES.pods, owner.metadata.namespace, body, CONTROLLER_MANAGER) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { refusal: error };
  }
}
