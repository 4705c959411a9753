import type { User } from "./authorization.ts";
import type { DeleteOptions } from "./delete-operation.ts";
import { badRequest, invalid } from "./status-error.ts";
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
  return {
    manager: request.query.get("fieldManager") ?? (request.userAgent?.split("/")[0] || "unknown"),
    dryRun: dryRun.length > 0,
    strict: request.query.get("fieldValidation") === "Strict",
  };
}
