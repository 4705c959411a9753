import type { KubernetesObject } from "../objects.ts";
import type { User } from "./authorization.ts";
import type { DeleteOptions } from "./delete-operation.ts";
import type { RequestTarget } from "./request-path.ts";
import { apiVersionOf } from "./resource-types.ts";
import type { ServedType } from "./served-types.ts";
import { badRequest, forbiddenField, invalid, StatusError } from "./status-error.ts";
import type { WriteOptions } from "./write-operations.ts";

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

/** The JSON object in the body, or 400. */
export function parseBody<T extends object>(request: ApiRequest): T {
  try {
    const body: unknown = JSON.parse(request.body);
    if (typeof body === "object" && body !== null) return body as T;
  } catch {
    // answered below
  }
  throw badRequest("the object provided is unrecognized (must be of type JSON)");
}

/** DeleteOptions from query and body; the body wins. */
export function deleteOptions(request: ApiRequest): DeleteOptions {
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

/** How a POST, PUT or PATCH wants to be written; an unknown dryRun is 422. */
export function writeOptions(request: ApiRequest): WriteOptions {
  const dryRun = request.query.getAll("dryRun");
  if (dryRun.some((value) => value !== "All")) {
    const kind = OPTION_KINDS[request.method] ?? "CreateOptions";
    const message = `Unsupported value: []string{"${dryRun.join('", "')}"}: supported values: "All"`;
    throw invalid({ group: "meta.k8s.io", plural: "", kind }, "", [{ reason: "FieldValueNotSupported", message, field: "dryRun" }]);
  }
  if (request.method === "PATCH" && request.query.has("force") && mediaTypeOf(request) !== APPLY_PATCH) {
    throw invalid({ group: "meta.k8s.io", plural: "", kind: "PatchOptions" }, "", [
      forbiddenField("force", "may not be specified for non-apply patch"),
    ]);
  }
  return {
    manager: request.query.get("fieldManager") ?? (request.userAgent?.split("/")[0] || "unknown"),
    dryRun: dryRun.length > 0,
    strict: request.query.get("fieldValidation") === "Strict",
  };
}

/** A body of this type is applied by the server. */
export const APPLY_PATCH = "application/apply-patch+yaml";

/** The media type of the body, without its parameters. */
export function mediaTypeOf(request: ApiRequest): string {
  return (request.contentType ?? "").split(";")[0]?.trim() ?? "";
}

/** How a server-side apply is meant; without a field manager it is 422. */
export function applyOptions(request: ApiRequest): { manager: string; force: boolean } {
  const manager = request.query.get("fieldManager");
  if (!manager) {
    const message = "Required value: is required for apply patch";
    throw invalid({ group: "meta.k8s.io", plural: "", kind: "PatchOptions" }, "", [
      { reason: "FieldValueRequired", message, field: "fieldManager" },
    ]);
  }
  return { manager, force: request.query.get("force") === "true" };
}

/** The configuration in the body of a server-side apply (JSON, which is YAML too), checked against the path. */
export function configurationOf(request: ApiRequest, { type, version }: ServedType, target: RequestTarget, name: string): KubernetesObject {
  const configuration = parseBody<KubernetesObject>(request);
  const { apiVersion, kind, metadata } = configuration;
  if (!apiVersion || !kind) throw badRequest("Object 'Kind' is missing in '{}'");
  const expected = apiVersionOf(type, version);
  if (apiVersion !== expected) {
    throw badRequest(`Incorrect version specified in apply patch. Specified patch version: ${apiVersion}, expected: ${expected}`);
  }
  if (kind !== type.kind) throw new StatusError(500, undefined, "failed to merge config: expected objects of the same type");
  if (metadata?.managedFields) throw badRequest("metadata.managedFields must be nil");
  if (metadata?.name !== undefined && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  return { ...configuration, metadata: { ...metadata, name, ...(target.namespace ? { namespace: target.namespace } : {}) } };
}
