import { isDeepStrictEqual } from "node:util";
import { deleteObject } from "../api/delete-operation.ts";
import { RESOURCE_TYPES, type ResourceType } from "../api/resource-types.ts";
import { StatusError } from "../api/status-error.ts";
import { createObject, type WriteContext } from "../api/write-operations.ts";
import type { KubernetesObject, PodTemplate } from "../objects.ts";
import type { ControllerRevision, DaemonSet, StatefulSet } from "../workload-objects.ts";
import { CONTROLLER_MANAGER, change, controllerReference } from "./cluster-access.ts";
import { ownerIndex } from "./owner-index.ts";
import { templateHash } from "./template-hash.ts";

/** Label by which pods name their ControllerRevision: its name for StatefulSets, its hash for DaemonSets. */
export const REVISION_LABEL = "controller-revision-hash";

const MOST_COLLISIONS = 10;

type Owner = StatefulSet | DaemonSet;

const byRevision = (a: ControllerRevision, b: ControllerRevision): number =>
  a.revision - b.revision ||
  Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) ||
  (a.metadata.name < b.metadata.name ? -1 : 1);

/** The templates that an owner has had, lowest revision first. */
export function revisionsOf({ store }: WriteContext, owner: KubernetesObject): ControllerRevision[] {
  return ownerIndex(store).managed<ControllerRevision>(RESOURCE_TYPES.controllerrevisions, owner.metadata.uid).sort(byRevision);
}

/** The pod template that a ControllerRevision brings back. */
export function templateOf({ data }: ControllerRevision): PodTemplate {
  const { $patch: _directive, ...template } = data.spec.template;
  return template;
}

/** Whatever wrote `creationTimestamp: null`, it is no part of the template. */
function withoutTime({ metadata, ...rest }: PodTemplate): unknown {
  const { creationTimestamp: _none, ...kept } = metadata ?? {};
  return { ...rest, metadata: kept };
}

function sameTemplate(revision: ControllerRevision, template: PodTemplate): boolean {
  return isDeepStrictEqual(withoutTime(templateOf(revision)), withoutTime(template));
}

/**
 * The ControllerRevision of the live template. One that served this template before is used again under the next number, so that an undo
 * never makes a second copy.
 */
export function syncRevision(context: WriteContext, type: ResourceType, owner: Owner, hashLabel: string): ControllerRevision {
  const revisions = revisionsOf(context, owner);
  const newest = revisions.at(-1);
  const equal = revisions.findLast((revision) => sameTemplate(revision, owner.spec.template));
  if (equal && equal === newest) return equal;
  const number = (newest?.revision ?? 0) + 1;
  if (!equal) return createRevision(context, type, owner, { hashLabel, number });
  return change<ControllerRevision>(context, RESOURCE_TYPES.controllerrevisions, equal, (copy) => {
    copy.revision = number;
  });
}

function createRevision(
  context: WriteContext,
  type: ResourceType,
  owner: Owner,
  { hashLabel, number }: { hashLabel: string; number: number },
): ControllerRevision {
  const { name, namespace, annotations } = owner.metadata;
  for (let collisions = 0; ; collisions += 1) {
    const hash = templateHash(owner.spec.template, collisions);
    const body = {
      metadata: {
        name: `${name}-${hash}`,
        labels: { ...owner.spec.template.metadata?.labels, [hashLabel]: hash },
        ...(annotations ? { annotations } : {}),
        ownerReferences: [controllerReference(type, owner)],
      } as unknown as ControllerRevision["metadata"],
      data: { spec: { template: { $patch: "replace", ...structuredClone(owner.spec.template) } } },
      revision: number,
    };
    try {
      return createObject<ControllerRevision>(context, RESOURCE_TYPES.controllerrevisions, namespace, body, CONTROLLER_MANAGER);
    } catch (error) {
      // another owner's template has this name: the count changes the hash
      if (!(error instanceof StatusError) || error.status.reason !== "AlreadyExists" || collisions === MOST_COLLISIONS) throw error;
    }
  }
}

/** Deletes the lowest revisions beyond `revisionHistoryLimit` among those that no pod runs and no status names. */
export function cleanUpRevisions(context: WriteContext, owner: Owner, isLive: (revision: ControllerRevision) => boolean): void {
  const old = revisionsOf(context, owner).filter((revision) => !isLive(revision));
  for (const { metadata } of old.slice(0, Math.max(0, old.length - owner.spec.revisionHistoryLimit))) {
    deleteObject(context, RESOURCE_TYPES.controllerrevisions, metadata.namespace, metadata.name);
  }
}
