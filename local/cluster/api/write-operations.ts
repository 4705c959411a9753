import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type KubernetesObject, timestamp } from "../objects.ts";
import type { DaemonSet } from "../workload-objects.ts";
import { admitCreate } from "./admission.ts";
import { establish } from "./custom-types.ts";
import { decodeProblems } from "./decode.ts";
import { applyDefaults } from "./defaults.ts";
import { versionProblems } from "./forbidden-changes.ts";
import { countsAsGeneration, hasStatusApart, keepAllButStatus, keepStatus, keepSystemFields } from "./kept-fields.ts";
import { recordManager } from "./managed-fields.ts";
import type { ObjectStore } from "./object-store.ts";
import { apiVersionOf, RESOURCE_TYPES, type ResourceType } from "./resource-types.ts";
import { alreadyExists, badRequest, invalid, invalidValue, preconditionFailed, staleVersion } from "./status-error.ts";
import { validate } from "./validation.ts";
import { countTemplate, firstStatus } from "./workload-defaults.ts";

/** Where writes go and what time it is. */
export interface WriteContext {
  readonly store: ObjectStore;
  readonly now: () => Date;
}

/** How a request wants to be written. */
export interface WriteOptions {
  readonly manager: string;
  readonly dryRun?: boolean;
  /** `fieldValidation=Strict`: unknown fields are errors. */
  readonly strict?: boolean;
  /** The version that the request was made in. @default the stored one */
  readonly version?: string;
  /** Server-side apply: the object already says who owns its fields. */
  readonly applied?: boolean;
}

const NAME_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789";

/** What a server appends to `generateName`. */
export function randomSuffix(length = 5): string {
  return Array.from({ length }, () => NAME_CHARACTERS[Math.floor(Math.random() * NAME_CHARACTERS.length)]).join("");
}

/** Stores a new object with everything that a server fills in. */
export function createObject<T extends KubernetesObject>(
  { store, now }: WriteContext,
  type: ResourceType,
  namespace: string | undefined,
  body: Partial<KubernetesObject>,
  options: WriteOptions,
): T {
  const object = structuredClone(body) as KubernetesObject;
  requireKind(type, object);
  const given = object.metadata ?? {};
  if (given.namespace && given.namespace !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  refuseProblems(type, object, options, (text) =>
    badRequest(`${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${text}`),
  );
  object.metadata = {
    ...given,
    name: given.name || (given.generateName ? given.generateName + randomSuffix() : ""),
    ...(namespace ? { namespace } : {}),
    uid: randomUUID(),
    resourceVersion: "",
    ...(type.counted ? { generation: 1 } : {}),
    creationTimestamp: timestamp(now()),
  };
  if (type.custom) {
    if (hasStatusApart(type)) delete object.status;
  } else if (type.counted && type.subresources.includes("status")) object.status = firstStatus(type);
  if (type.plural === "pods") object.status = { phase: "Pending", qosClass: "BestEffort" };
  if (type.plural === "namespaces") object.status = { phase: "Active" };
  if (type === RESOURCE_TYPES.customresourcedefinitions) establish(object, now());
  applyDefaults(type, object);
  admitCreate(store, type, object);
  validate(type, object);
  if (!options.applied) recordManager(type, undefined, object, { ...options, operation: "Update" }, now());
  if (options.dryRun) {
    if (store.find(type, namespace, object.metadata.name)) throw alreadyExists(type, object.metadata.name);
    object.metadata.resourceVersion = "";
    return object as T;
  }
  return store.create(type, object as T);
}

/** Changes a stored object through `mutate`, by the rules of its kind: what may change, what counts as a generation, what is no change at all. */
export function updateObject<T extends KubernetesObject>(
  { store, now }: WriteContext,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  mutate: (copy: T) => T,
  options: WriteOptions & { readonly subresource?: "status"; readonly verb?: "PUT" | "PATCH" },
): T {
  const before = store.get<T>(type, namespace, name);
  const object: KubernetesObject = mutate(structuredClone(before));
  requireKind(type, object);
  requireSameObject(type, object, before, options.verb);
  const versionMissing = options.verb === "PUT" ? versionProblems(type, object) : [];
  if (versionMissing.length > 0) throw invalid({ ...type, kind: type.plural }, name, versionMissing);
  refuseProblems(type, object, options, (text) =>
    options.verb === "PUT"
      ? badRequest(`${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: ${text}`)
      : invalid({ ...type, group: "", kind: "" }, "", [invalidValue("patch", "", text)]),
  );
  keepSystemFields(object, before);
  applyDefaults(type, object);
  if (type.plural === "daemonsets") countTemplate(object as DaemonSet, before as KubernetesObject as DaemonSet);
  if (options.subresource === "status") keepAllButStatus(type, object, before);
  else keepStatus(type, object, before);
  validate(type, object, before);
  if (!options.subresource && countsAsGeneration(type, object, before)) {
    object.metadata.generation = (before.metadata.generation ?? 0) + 1;
  }
  if (isDeepStrictEqual(object, before)) return before;
  if (!options.applied) recordManager(type, before, object, { ...options, operation: "Update" }, now());
  if (options.dryRun) return object as T;
  if (object.metadata.deletionTimestamp && !object.metadata.finalizers?.length && before.metadata.finalizers?.length) {
    return store.remove(type, namespace, name) as T;
  }
  return store.replace(type, object as T);
}

function requireKind(type: ResourceType, object: KubernetesObject): void {
  const apiVersion = apiVersionOf(type);
  if ((object.kind && object.kind !== type.kind) || (object.apiVersion && object.apiVersion !== apiVersion)) {
    throw badRequest(`${object.kind} in version "${object.apiVersion}" cannot be handled as a ${type.kind}`);
  }
  object.kind = type.kind;
  object.apiVersion = apiVersion;
}

function requireSameObject(
  type: ResourceType,
  object: KubernetesObject,
  before: KubernetesObject,
  verb: "PUT" | "PATCH" | undefined,
): void {
  const { name, uid, resourceVersion } = object.metadata ?? {};
  if (name !== before.metadata.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${before.metadata.name})`);
  }
  if (verb === "PUT" && uid && uid !== before.metadata.uid) {
    const text = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`;
    throw preconditionFailed({ ...type, kind: type.plural }, name, text);
  }
  if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) throw staleVersion(type, name);
}

function refuseProblems(type: ResourceType, object: KubernetesObject, options: WriteOptions, refuse: (text: string) => Error): void {
  const fatal = decodeProblems(type, object).filter((problem) => options.strict || !problem.unknownField);
  if (fatal.length > 0) throw refuse(fatal.map((problem) => problem.text).join(", "));
}
