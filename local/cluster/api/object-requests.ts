import type { Deployment, KubernetesObject, Pod } from "../objects.ts";
import { type AccessContext, isUserAllowed } from "./access-review.ts";
import { refusalText } from "./authorization.ts";
import { deleteObject } from "./delete-operation.ts";
import { listObjects, parseSelection } from "./list-operation.ts";
import { patched } from "./patches.ts";
import { bindPod } from "./pod-binding.ts";
import { type PodLogSource, podLog } from "./pod-log.ts";
import {
  APPLY_PATCH,
  type ApiRequest,
  applyOptions,
  configurationOf,
  deleteOptions,
  mediaTypeOf,
  parseBody,
  writeOptions,
} from "./request-options.ts";
import { isWatch, type RequestTarget } from "./request-path.ts";
import { apiVersionOf, RESOURCE_TYPES } from "./resource-types.ts";
import { scaleOf, updateScale } from "./scale.ts";
import type { ServedType } from "./served-types.ts";
import { applyConfiguration } from "./server-side-apply.ts";
import { badRequest, forbidden, methodNotAllowed, noSuchResource } from "./status-error.ts";
import { type OpenWatch, watchObjects } from "./watch-operation.ts";
import { createObject, updateObject, type WriteContext } from "./write-operations.ts";

/** A body (JSON, or text for logs and health), or a watch to be streamed. */
export type ApiResponse = { readonly code: number; readonly body: unknown } | { readonly code: 200; readonly watch: OpenWatch };

export type ApiContext = WriteContext & AccessContext & { readonly podLogs?: PodLogSource };

/** A request with everything that was found out about it on the way in. */
export interface ResourceRequest {
  readonly context: ApiContext;
  readonly request: ApiRequest;
  readonly served: ServedType;
  readonly target: RequestTarget;
}

/** Requests on `/<plural>`: list, watch, create, delete all. */
export function onCollection({ context, request, served, target }: ResourceRequest): ApiResponse {
  const { store } = context;
  const { type, version } = served;
  switch (request.method) {
    case "GET":
      if (isWatch(request.query)) return { code: 200, watch: watchObjects(store, served, target.namespace, request.query) };
      return { code: 200, body: listObjects(store, served, target.namespace, request.query) };
    case "POST": {
      if (type.namespaced && target.namespace === undefined) throw methodNotAllowed();
      const body = served.accept(bodyFor(served, request));
      const created = createObject(context, type, target.namespace, body, { ...writeOptions(request), version });
      return { code: 201, body: served.present(created) };
    }
    case "DELETE": {
      const selected = parseSelection(type, request.query);
      const options = deleteOptions(request);
      const victims = store.list(type, target.namespace).filter(selected);
      const items = victims.map(({ metadata }) => deleteObject(context, type, metadata.namespace, metadata.name, options).object);
      return { code: 200, body: { kind: `${type.kind}List`, apiVersion: apiVersionOf(type, version), metadata: {}, items } };
    }
    default:
      throw methodNotAllowed();
  }
}

/** Requests on `/<plural>/<name>` and below. */
export function onObject(asked: ResourceRequest, name: string): ApiResponse {
  const { context, request, served, target } = asked;
  const { namespace, subresource } = target;
  if (served.type.namespaced && namespace === undefined) throw noSuchResource();
  if (subresource === "binding") {
    if (request.method !== "POST") throw methodNotAllowed();
    bindPod(context, namespace ?? "", name, parseBody(request), writeOptions(request));
    return { code: 201, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } };
  }
  switch (request.method) {
    case "GET": {
      const object = context.store.get(served.type, namespace, name);
      if (subresource === "log") return logOf(object as Pod, request, context);
      return { code: 200, body: subresource === "scale" ? scaleOf(served.type, object as Deployment) : served.present(object) };
    }
    case "PUT":
      return replaceObject(asked, name);
    case "PATCH":
      return mediaTypeOf(request) === APPLY_PATCH ? applyObject(asked, name) : patchObject(asked, name);
    case "DELETE":
      if (subresource) throw methodNotAllowed();
      return deletion(asked, name);
    default:
      throw methodNotAllowed();
  }
}

/** Custom resources must say what they are, in the version of the path; built-in ones may leave it out. */
function bodyFor({ type, version }: ServedType, request: ApiRequest): Partial<KubernetesObject> {
  const body = parseBody<Partial<KubernetesObject>>(request);
  if (!type.custom) return body;
  const expected = apiVersionOf(type, version);
  if (!body.kind) throw badRequest(`${type.kind} in version "${version}" cannot be handled as a ${type.kind}: Object 'Kind' is missing`);
  if (body.apiVersion === expected) return body;
  throw badRequest(`the API version in the data (${body.apiVersion}) does not match the expected API version (${expected})`);
}

function replaceObject(asked: ResourceRequest, name: string): ApiResponse {
  const body = bodyFor(asked.served, asked.request) as KubernetesObject;
  if (asked.target.subresource === "scale") return change(asked, name, "PUT", () => body);
  if (body.metadata?.name !== name) {
    throw badRequest(`the name of the object (${body.metadata?.name ?? ""}) does not match the name on the URL (${name})`);
  }
  return change(asked, name, "PUT", () => body);
}

function patchObject(asked: ResourceRequest, name: string): ApiResponse {
  const mediaType = mediaTypeOf(asked.request);
  const isCustom = asked.served.type.custom !== undefined && asked.target.subresource !== "scale";
  return change(asked, name, "PATCH", (current) => patched(current, mediaType, asked.request.body, isCustom));
}

function change(
  { context, request, served, target }: ResourceRequest,
  name: string,
  verb: "PUT" | "PATCH",
  mutate: <T extends KubernetesObject>(current: T) => KubernetesObject,
): ApiResponse {
  const { type, version } = served;
  const options = { ...writeOptions(request), verb, version };
  if (target.subresource === "log") throw methodNotAllowed();
  if (target.subresource === "scale") {
    return { code: 200, body: updateScale(context, type, target.namespace, name, (scale) => mutate(scale) as typeof scale, options) };
  }
  const changed = updateObject(context, type, target.namespace, name, (current) => served.accept(mutate(served.present(current))), {
    ...options,
    ...(target.subresource === "status" ? { subresource: "status" as const } : {}),
  });
  return { code: 200, body: served.present(changed) };
}

/** Server-side apply creates what is not there, for which `patch` alone is not enough. */
function applyObject({ context, request, served, target }: ResourceRequest, name: string): ApiResponse {
  const { type, version } = served;
  const { namespace, subresource } = target;
  const configuration = served.accept(configurationOf(request, served, target, name));
  const options = { ...writeOptions(request), version, applied: true };
  const how = { ...applyOptions(request), version, now: context.now(), ...(subresource ? { subresource } : {}) };
  if (context.store.find(type, namespace, name) || subresource) {
    const changed = updateObject(context, type, namespace, name, (live) => applyConfiguration(type, live, configuration, how), {
      ...options,
      verb: "PATCH",
      ...(subresource === "status" ? { subresource: "status" as const } : {}),
    });
    return { code: 200, body: served.present(changed) };
  }
  const access = { verb: "create", group: type.group, resource: type.plural, ...(namespace ? { namespace } : {}), name };
  if (!isUserAllowed(context, request.user, access)) throw forbidden(type, name, refusalText(request.user, access));
  const created = createObject(context, type, namespace, applyConfiguration(type, undefined, configuration, how), options);
  return { code: 201, body: served.present(created) };
}

function logOf(pod: Pod, request: ApiRequest, context: ApiContext): ApiResponse {
  const text = podLog(pod, request.query, context.podLogs);
  return text === undefined ? { code: 204, body: "" } : { code: 200, body: text };
}

function deletion({ context, request, served, target }: ResourceRequest, name: string): ApiResponse {
  const { type } = served;
  const { object, gone } = deleteObject(context, type, target.namespace, name, deleteOptions(request));
  if (!gone || type === RESOURCE_TYPES.pods) return { code: 200, body: served.present(object) };
  const details = { name, ...(type.group ? { group: type.group } : {}), kind: type.plural, uid: object.metadata.uid };
  return { code: 200, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details } };
}
