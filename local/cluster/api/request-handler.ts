import { isUserAllowed, reviewAccess } from "./access-review.ts";
import { refusalText } from "./authorization.ts";
import { discoveryPage } from "./discovery.ts";
import { type ApiContext, type ApiResponse, onCollection, onObject } from "./object-requests.ts";
import type { ApiRequest } from "./request-options.ts";
import { parseResourcePath, type RequestTarget, verbOf } from "./request-path.ts";
import { BUILT_IN_TYPES } from "./resource-types.ts";
import { findServedType } from "./served-types.ts";
import { forbidden, noSuchResource, notFound, StatusError } from "./status-error.ts";
import { reviewedByWebhooks, webhooksAsked } from "./webhook-admission.ts";

const NO_PAGE = "404 page not found\n";

export type { ApiContext, ApiResponse } from "./object-requests.ts";

/** Answers one request as a Kubernetes API server does; refusals come back as a Status. Only requests that a webhook wants to see take time. */
export function handleRequest(context: ApiContext, request: ApiRequest): ApiResponse | Promise<ApiResponse> {
  const hooks = webhooksAsked(context, request);
  return hooks.length === 0 ? answer(context, request) : reviewedByWebhooks(context, request, hooks, (one) => answer(context, one));
}

function answer(context: ApiContext, request: ApiRequest): ApiResponse {
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
    const page = discoveryPage(context.store, request.path);
    return page === undefined ? { code: 404, body: NO_PAGE } : { code: 200, body: page };
  }
  authorize(context, request, target);
  if (target.group === "authorization.k8s.io" && request.method === "POST") return reviewAccess(context, request, target);
  const served = findServedType(context.store, target.group, target.version, target.plural);
  if (!served && !BUILT_IN_TYPES.some(({ group }) => group === target.group)) return { code: 404, body: NO_PAGE };
  if (!served || (target.namespace !== undefined && !served.type.namespaced)) throw noSuchResource();
  if (target.subresource && !served.type.subresources.includes(target.subresource)) {
    throw served.type.custom ? notFound(served.type, target.name ?? "") : noSuchResource();
  }
  const asked = { context, request, served, target };
  return target.name === undefined ? onCollection(asked) : onObject(asked, target.name);
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
  if (isUserAllowed(context, request.user, access)) return;
  throw forbidden({ group, plural: resource, kind: resource }, target.name ?? "", refusalText(request.user, access));
}
