import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import { ANNOTATIONS, CHANGE_CAUSE, type WriteStamp } from "../../domain/workload.ts";
import type { JsonPatchOperation } from "./kubernetes-client.ts";

/** The operations of one write, and the part of its result that is worth a word in the record. */
export interface WorkloadPatch {
  readonly operations: readonly JsonPatchOperation[];
  readonly reason: string;
}

/** What every kind of workload has that is patched here. */
export interface PatchedWorkload {
  readonly metadata?: ObjectMeta;
  readonly spec?: { readonly template?: PodTemplateSpec; readonly replicas?: number };
}

/** The write is for exactly the object that was read. Not its resourceVersion: every pod that gets ready changes that one. */
export function guards({ metadata }: PatchedWorkload): JsonPatchOperation[] {
  return [
    { op: "test", path: "/metadata/uid", value: metadata?.uid },
    { op: "test", path: "/metadata/generation", value: metadata?.generation },
  ];
}

/** Who writes, on the object itself. */
export function stamps({ metadata }: PatchedWorkload, { execution, fence }: WriteStamp): JsonPatchOperation[] {
  return [
    ...(metadata?.annotations ? [] : [{ op: "add", path: "/metadata/annotations", value: {} } as const]),
    annotation(ANNOTATIONS.execution, execution),
    annotation(ANNOTATIONS.fence, String(fence)),
  ];
}

/** Another template in place of the live one; `kubectl rollout history` shows the cause. Guards and stamps included. */
export function replaceTemplate(live: PatchedWorkload, template: PodTemplateSpec, stamp: WriteStamp): JsonPatchOperation[] {
  const image = live.spec?.template?.spec?.containers[0]?.image;
  return [
    ...guards(live),
    { op: "test", path: "/spec/template/spec/containers/0/image", value: image },
    { op: "replace", path: "/spec/template", value: template },
    ...stamps(live, stamp),
    annotation(CHANGE_CAUSE, `rollguard: back to ${template.spec?.containers[0]?.image ?? "an earlier template"} (${stamp.execution})`),
  ];
}

/** Sets one annotation; the map must be there (see `stamps`). */
export function annotation(key: string, value: string): JsonPatchOperation {
  return { op: "add", path: annotationPath(key), value };
}

/** JSON Pointer of an annotation. */
export function annotationPath(key: string): string {
  return `/metadata/annotations/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
