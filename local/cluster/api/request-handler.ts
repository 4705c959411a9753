import type { Deployment, KubernetesObject, Pod } from "../objects.ts";
import { isAllowed, type ROLLGUARD_GRANTS, refusalText, type User } from "./authorization.ts";
import { type DeleteOptions, deleteObject } from "./delete-operation.ts";
import { discoveryPage } from "./discovery.ts";
import { listObjects, parseSelection } from "./list-operation.ts";
import { patched } from "./patches.ts";
import { bindPod, podLog } from "./pod-binding.ts";
import { isWatch, parseResourcePath, type RequestTarget, verbOf } from "./request-path.ts";
import { findResourceType, RESOURCE_TYPES, type ResourceType } from "./resource-types.ts";
import { scaleOf, updateScale } from "./scale.ts";
import { badRequest, forbidden, invalid, methodNotAllowed, noSuchResource, StatusError } from "./status-error.ts";
import { type OpenWatch, watchObjects } from "./watch-operation.ts";
import { createObject, updateObject, type WriteContext, type WriteOptions } from "./write-operations.ts";

/** A request after authentication, free of any transport. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType?: string;
  readonly userAgent?: string;
  readonly body: string;
  readonly user: User;
}

/** A body (JSON, or text for logs and health), or a watch to be streamed. */
export type ApiResponse = { readonly code: number; readonly body: unknown } | { readonly code: 200; readonly watch: OpenWatch };

export interface ApiContext extends WriteContext {
  readonly grants: typeof ROLLGUARD_GRANTS;
}

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

function reviewAccess(context: ApiContext, request: ApiRequest): ApiResponse {
  const review = parseBody(request) as KubernetesObject & { spec?: { resourceAttributes?: Record<string, string> } };
  const { verb = "", group = "", resource = "", subresource, namespace, name } = review.spec?.resourceAttributes ?? {};
  const access = {
    verb,
    group,
    resource,
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
  };
  const allowed = isAllowed(context.store, context.grants, request.user, access);
  return {
    code: 201,
    body: {
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      metadata: { creationTimestamp: null },
      spec: review.spec,
      status: { allowed },
    },
  };
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
  return updateObject(context, type, target.namespace, name, mutate, {
    ...options,
    ...(target.subresource === "status" ? { subresource: "status" as const } : {}),
  });
}

function deletion(context: ApiContext, request: ApiRequest, type: ResourceType, namespace: string | undefined, name: string): ApiResponse {
  const { object, gone } = deleteObject(context, type, namespace, name, deleteOptions(request));
  if (!gone || type === RESOURCE_TYPES.pods) return { code: 200, body: object };
  const details = { name, ...(type.group ? { group: type.group } : {}), kind: type.plural, uid: object.metadata.uid };
  return { code: 200, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details } };
}

function parseBody<T extends object>(request: ApiRequest): T {
  try {
    const body: unknown = JSON.parse(request.body);
    if (typeof body === "object" && body !== null) return body as T;
  } catch {
    // answered below
  }
  throw badRequest("the object provided is unrecognized (must be of type JSON)");
}

function deleteOptions(request: ApiRequest): DeleteOptions {
  const body = request.body.trim() === "" ? {} : parseBody<DeleteOptions>(request);
  const grace = request.query.get("gracePeriodSeconds");
  const propagation = request.query.get("propagationPolicy");
  const dryRun = request.query.getAll("dryRun");
  return {
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(propagation === null ? {} : { propagationPolicy: propagation as "Background" }),
    ...(dryRun.length === 0 ? {} : { dryRun }),
    ...body,
  };
}

const OPTION_KINDS: Readonly<Record<string, string>> = { POST: "CreateOptions", PUT: "UpdateOptions", PATCH: "PatchOptions" };

function writeOptions(request: ApiRequest): WriteOptions {
  const dryRun = request.query.getAll("dryRun");
  if (dryRun.some((value) => value !== "All")) {
    const kind = OPTION_KINDS[request.method] ?? "CreateOptions";
    const message = `Unsupported value: []string{"${dryRun.join('", "')}"}: supported values: "All"`;
    throw invalid({ group: "meta.k8s.io", plural: "", kind }, "", [{ reason: "FieldValueNotSupported", message, field: "dryRun" }]);
  }
  return {
    manager: request.query.get("fieldManager") ?? (request.userAgent?.split("/")[0] || "unknown"),
    dryRun: dryRun.length > 0,
    strict: request.query.get("fieldValidation") === "Strict",
  };
}
