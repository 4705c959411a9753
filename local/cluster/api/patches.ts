import { applyPatch, type Operation } from "rfc6902";
import { badRequest, patchDoesNotApply, StatusError, unsupportedMediaType } from "./status-error.ts";
import { strategicMerge } from "./strategic-merge-patch.ts";

const CUSTOM_MEDIA_TYPES =
  "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";
const OPERATIONS = ["add", "remove", "replace", "move", "copy", "test"];

function jsonPatch(document: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw badRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  const known = operations.every((operation) => OPERATIONS.includes(operation?.op) && typeof operation?.path === "string");
  if (!known) throw patchDoesNotApply();
  const copy = structuredClone(document);
  // rfc6902 goes on after an operation that failed; a server stores nothing then
  const results = applyPatch(copy, operations as Operation[]);
  if (results.some((result) => result !== null)) throw patchDoesNotApply();
  return copy;
}

/** RFC 7386: null deletes, objects merge, everything else (lists too) replaces. */
export function mergePatch(document: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof document === "object" && document !== null && !Array.isArray(document);
  // a Map, since a key may be called __proto__
  const merged = new Map(isObject ? Object.entries(document) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function parsed(text: string, code: 400 | 500): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (code === 500) throw new StatusError(500, undefined, "Invalid JSON Patch");
    throw badRequest(cause instanceof Error ? cause.message : "not JSON");
  }
}

/** A document after the patch of this media type, or the Status that a server would answer. Custom resources know no strategic merge. */
export function patched<T>(document: T, mediaType: string, body: string, isCustom = false): T {
  switch (mediaType) {
    case "application/json-patch+json":
      return jsonPatch(document, parsed(body, 400)) as T;
    case "application/merge-patch+json":
      return mergePatch(document, parsed(body, 500)) as T;
    case "application/strategic-merge-patch+json":
      if (isCustom) throw unsupportedMediaType(CUSTOM_MEDIA_TYPES);
      return strategicMerge(document, parsed(body, 400)) as T;
    default:
      throw unsupportedMediaType();
  }
}
