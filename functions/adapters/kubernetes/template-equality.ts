import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";

/** Label that the Deployment controller adds to a ReplicaSet's template; it is no part of what people wrote. */
export const TEMPLATE_HASH_LABEL = "pod-template-hash";

/** Labels that a controller adds to the template of its revisions, each kind its own. */
const ADDED_LABELS = new Set([TEMPLATE_HASH_LABEL, "rollouts-pod-template-hash", "controller-revision-hash"]);

/** The template as a workload may carry it: left in, the hash label would stick in every later release. */
export function withoutHashLabel(template: PodTemplateSpec): PodTemplateSpec {
  const labels = Object.fromEntries(Object.entries(template.metadata?.labels ?? {}).filter(([key]) => !ADDED_LABELS.has(key)));
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Equal as the controllers see it: hash labels do not count, nor does the order of keys, nor null or empty list against absent. */
export function templatesEqual(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return deepEqual(withoutHashLabel(a), withoutHashLabel(b));
}

/** Deep equality of JSON values under the same rules. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (isAbsent(a) && isAbsent(b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => deepEqual(item, b[index]));
  }
  if (isRecord(a) && isRecord(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => deepEqual(a[key], b[key]));
  }
  return a === b;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
