import { RESOURCE_TYPES, type ResourceType } from "../api/resource-types.ts";
import { selectorMatches } from "../api/selectors.ts";
import type { WriteContext } from "../api/write-operations.ts";
import type { KubernetesObject, LabelSelector, Pod } from "../objects.ts";
import { change, controllerReference, isActivePod } from "./cluster-access.ts";
import { ownerIndex } from "./owner-index.ts";

type Workload = KubernetesObject & { spec: { selector?: LabelSelector } };

/**
 * The pods that a workload manages, after it adopted orphans that match its selector and released its own that no longer do: whoever takes a
 * pod's label away keeps that pod out of the next scaling.
 */
export function claimPods(context: WriteContext, type: ResourceType, owner: Workload, isMember: (pod: Pod) => boolean = () => true): Pod[] {
  const index = ownerIndex(context.store);
  const { uid, namespace, deletionTimestamp } = owner.metadata;
  const matches = (pod: Pod): boolean => selectorMatches(owner.spec.selector, pod.metadata.labels) && isMember(pod);
  if (!deletionTimestamp) {
    for (const pod of index.orphans<Pod>(RESOURCE_TYPES.pods, namespace)) {
      if (!isActivePod(pod) || !matches(pod)) continue;
      change(context, RESOURCE_TYPES.pods, pod, ({ metadata }) => {
        metadata.ownerReferences = [...(metadata.ownerReferences ?? []), controllerReference(type, owner)];
      });
    }
    for (const pod of index.managed<Pod>(RESOURCE_TYPES.pods, uid)) {
      if (matches(pod)) continue;
      change(context, RESOURCE_TYPES.pods, pod, ({ metadata }) => {
        metadata.ownerReferences = (metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid);
      });
    }
  }
  return index.managed<Pod>(RESOURCE_TYPES.pods, uid).filter(matches);
}
