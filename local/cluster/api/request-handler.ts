import type { Deployment, KubernetesObject, Pod } from "../objects.ts";
import { type AccessContext, reviewAccess } from "./access-review.ts";
import { isAllowed, refusalText } from "./authorization.ts";
import { deleteObject } from "./delete-operation.ts";
import { discoveryPage } from "./discovery.ts";
import { listObjects, parseSelection } from "./list-operation.ts";
import { patched } from "./patches.ts";
import { bindPod, podLog } from "./pod-binding.ts";
import { type ApiRequest, deleteOptions, parseBody, writeOptions } from "./request-options.ts";
import { isWatch, parseResourcePath, type RequestTarget, verbOf } from "./request-path.ts";
import { findResourceType, RESOURCE_TYPES, type ResourceType } from "./resource-types.ts";
import { scaleOf, updateScale } from "./scale.ts";
import { badRequest, forbidden, methodNotAllowed, noSuchResource, StatusError } from "./status-error.ts";
import { type OpenWatch, watchObjects } from "./watch-operation.ts";
import { createObject, updateObject, type WriteContext } from "./write-operations.ts";

/** A body (JSON, or text for logs and health), or a watch to be streamed. */
export type ApiResponse = { readonly code: number; readonly body: unknown } | { readonly code: 200; readonly watch: OpenWatch };

export type ApiContext = WriteContext & AccessContext;

/** Answers one request as a Kubernetes API server does; refusals come back as a Status. */
export function handleRequest(context: ApiContext, request: ApiRequest): ApiResponse {
  try {
    return route(context, request);
  } catch (error) {
    if (error instanceof StatusError) return { code: error.status.code, body: error.status };
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { code: 500, body: new StatusError(500, "InternalError", `Internal error occurred: ${text}`).status };
  }
}

function route(context: ApiContext, request: ApiRequest): ApiResponse {
  const target = parseResourcePath(request.path);
  if (!target) {
    const page = discoveryPage(request.path);
    return page === undefined ? { code: 404, body: "404 page not found\n" } : { code: 200, body: page };
  }
  authorize(context, request, target);
  if (target.group === "authorization.k8s.io" && request.method === "POST") return reviewAccess(context, request);
  const type = findResourceType(target.group, target.version, target.plural);
  if (!type || (target.namespace !== undefined && !type.namespaced)) throw noSuchResource();
  if (target.subresource && !type.subresources.includes(target.subresource)) throw noSuchResource();
  return target.name === undefined ? onCollection(context, request, type, target) : onObject(context, request, type, target, target.name);
}

function authorize(context: ApiContext, request: ApiRequest, target: RequestTarget): void {
  const nameByField = /(?:^|,)metadata\.name==?([^,]+)/.exec(request.query.get("fieldSelector") ?? "")?.[1];
  const { plural: resource, group } = target;
  const name = target.name ?? nameByField;
  const namespace = target.namespace ?? (target.group === "" && target.plural === "namespaces" ? target.name : undefined);
  const access = {
    verb: verbOf(request.method, target, request.query),
    group,
    resource,
    ...(target.subresource ? { subresource: target.subresource } : {}),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  if (isAllowed(context.store, context.grants, request.user, access)) return;
  throw forbidden({ group, plural: resource, kind: resource }, target.name ?? "", refusalText(request.user, access));
}

function onCollection(context: ApiContext, request: ApiRequest, type: ResourceType, target: RequestTarget): ApiResponse {
  const { store } = context;
  switch (request.method) {
    case "GET":
      if (isWatch(request.query)) return { code: 200, watch: watchObjects(store, type, target.namespace, request.query) };
      return { code: 200, body: listObjects(store, type, target.namespace, request.query) };
    case "POST": {
      if (type.namespaced && target.namespace === undefined) throw methodNotAllowed();
      return { code: 201, body: createObject(context, type, target.namespace, parseBody(request), writeOptions(request)) };
    }
    case "DELETE": {
      const selected = parseSelection(type, request.query);
      const options = deleteOptions(request);
      const victims = store.list(type, target.namespace).filter(selected);
      const items = victims.map(({ metadata }) => deleteObject(context, type, metadata.namespace, metadata.name, options).object);
      return { code: 200, body: { kind: `${type.kind}List`, apiVersion: type.version, metadata: {}, items } };
    }
    default:
      throw methodNotAllowed();
  }
}

function onObject(context: ApiContext, request: ApiRequest, type: ResourceType, target: RequestTarget, name: string): ApiResponse {
  const { namespace, subresource } = target;
  if (type.namespaced && namespace === undefined) throw noSuchResource();
  if (subresource === "binding") {
    if (request.method !== "POST") throw methodNotAllowed();
    bindPod(context, namespace ?? "", name, parseBody(request));
    return { code: 201, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } };
  }
  switch (request.method) {
    case "GET": {
      const object = context.store.get(type, namespace, name);
      if (subresource === "log") return { code: 200, body: podLog(object as Pod, request.query) };
      return { code: 200, body: subresource === "scale" ? scaleOf(object as Deployment) : object };
    }
    case "PUT":
    case "PATCH":
      return { code: 200, body: change(context, request, type, target, name) };
    case "DELETE":
      if (subresource) throw methodNotAllowed();
      return deletion(context, request, type, namespace, name);
    default:
      throw methodNotAllowed();
  }
}

function change(context: ApiContext, request: ApiRequest, type: ResourceType, target: RequestTarget, name: string): unknown {
  const verb = request.method as "PUT" | "PATCH";
  const mutate = <T>(current: T): T =>
    verb === "PUT" ? (parseBody(request) as T) : patched(current, (request.contentType ?? "").split(";")[0]?.trim() ?? "", request.body);
  const options = { ...writeOptions(request), verb };
  if (target.subresource === "scale") return updateScale(context, type, target.namespace, name, mutate, options);
  if (target.subresource === "log") throw methodNotAllowed();
  if (verb === "PUT") requireNameOfUrl(parseBody(request), name);
  return updateObject(context, type, target.namespace, name, mutate, {
    ...options,
    ...(target.subresource === "status" ? { subresource: "status" as const } : {}),
  });
}

function requireNameOfUrl(body: Partial<KubernetesObject>, name: string): void {
  if (body.metadata?.name === name) return;
  throw badRequest(`the name of the object (${body.metadata?.name ?? ""}) does not match the name on the URL (${name})`);
}

function deletion(context: ApiContext, request: ApiRequest, type: ResourceType, namespace: string | undefined, name: string): ApiResponse {
  const { object, gone } = deleteObject(context, type, namespace, name, deleteOptions(request));
  if (!gone || type === RESOURCE_TYPES.pods) return { code: 200, body: object };
  const details = { name, ...(type.group ? { group: type.group } : {}), kind: type.plural, uid: object.metadata.uid };
  return { code: 200, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details } };
}
