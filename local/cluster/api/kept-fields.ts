import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../objects.ts";
import { RESOURCE_TYPES, type ResourceType } from "./resource-types.ts";

/** Puts back into `object` the metadata that only the server writes. */
export function keepSystemFields(object: KubernetesObject, before: KubernetesObject): void {
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, namespace } = before.metadata;
  object.metadata = {
    ...object.metadata,
    uid: object.metadata.uid || uid,
    resourceVersion,
    creationTimestamp,
    ...(namespace ? { namespace } : {}),
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp ? { deletionTimestamp } : {}),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
  };
  for (const key of ["deletionTimestamp", "deletionGracePeriodSeconds", "generation"] as const) {
    if (before.metadata[key] === undefined) delete object.metadata[key];
  }
}

/** Custom resources without a status subresource have a status like any other field. */
export function hasStatusApart(type: ResourceType): boolean {
  return type.custom?.hasStatusSubresource ?? true;
}

/** A write to the main resource changes no status. */
export function keepStatus(type: ResourceType, object: KubernetesObject, before: KubernetesObject): void {
  if (!hasStatusApart(type)) return;
  if (before.status === undefined) delete object.status;
  else object.status = before.status;
}

/** A status write changes nothing else, except that the Deployment controller sets its revision annotation with one. */
export function keepAllButStatus(type: ResourceType, object: KubernetesObject, before: KubernetesObject): void {
  const { status, metadata } = object;
  for (const key of Object.keys(object)) delete object[key];
  const managedFields = metadata.managedFields ? { managedFields: metadata.managedFields } : {};
  Object.assign(object, { ...before, metadata: type.custom ? { ...before.metadata, ...managedFields } : metadata });
  if (status !== undefined || !type.custom) object.status = status ?? {};
  else delete object.status;
  if (type !== RESOURCE_TYPES.deployments) return;
  if (before.metadata.labels) object.metadata.labels = before.metadata.labels;
  else delete object.metadata.labels;
}

function contentOf(type: ResourceType, object: KubernetesObject): unknown {
  const { metadata: _metadata, apiVersion: _apiVersion, kind: _kind, status, ...content } = object;
  return hasStatusApart(type) ? content : { ...content, status };
}

/** Does the server count this change in `metadata.generation`? */
export function countsAsGeneration(type: ResourceType, object: KubernetesObject, before: KubernetesObject): boolean {
  if (!type.counted || type === RESOURCE_TYPES.priorityclasses) return false;
  if (!isDeepStrictEqual(contentOf(type, object), contentOf(type, before))) return true;
  return type === RESOURCE_TYPES.deployments && !isDeepStrictEqual(object.metadata.annotations, before.metadata.annotations);
}
