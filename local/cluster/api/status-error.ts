/** A `Status` of kind Failure: what every refused request to a Kubernetes API answers with. */
export interface FailureStatus {
  kind: "Status";
  apiVersion: "v1";
  metadata: Record<string, never>;
  status: "Failure";
  message: string;
  reason?: string;
  details?: StatusDetails;
  code: number;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  retryAfterSeconds?: number;
  causes?: FieldProblem[];
}

/** One field that validation refused. */
export interface FieldProblem {
  reason: string;
  message: string;
  field: string;
}

/** Thrown anywhere in the API code; the request handler answers with its Status. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: FailureStatus;

  constructor(code: number, reason: string | undefined, message: string, details?: StatusDetails) {
    super(message);
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      ...(reason ? { reason } : {}),
      ...(details ? { details } : {}),
      code,
    };
  }
}

/** What a message needs to know of a resource; `group` is "" for core. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** `deployments.apps`, or `pods` in the core group. */
export function qualified(resource: ResourceName, word: string = resource.plural): string {
  return resource.group === "" ? word : `${word}.${resource.group}`;
}

function detailsOf(resource: ResourceName, name: string, word: string = resource.plural): StatusDetails {
  return { ...(name ? { name } : {}), ...(resource.group ? { group: resource.group } : {}), kind: word };
}

export function notFound(resource: ResourceName, name: string): StatusError {
  return new StatusError(404, "NotFound", `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));
}

export function noSuchResource(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource", {});
}

export function alreadyExists(resource: ResourceName, name: string): StatusError {
  return new StatusError(409, "AlreadyExists", `${qualified(resource)} "${name}" already exists`, detailsOf(resource, name));
}

/** A stale resourceVersion on PUT or PATCH. */
export function staleVersion(resource: ResourceName, name: string): StatusError {
  const text = "the object has been modified; please apply your changes to the latest version and try again";
  return new StatusError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${text}`,
    detailsOf(resource, name),
  );
}

/** A precondition of DELETE (uid, resourceVersion) that does not hold; Kubernetes names the kind here, not the plural. */
export function preconditionFailed(resource: ResourceName, name: string, text: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource, resource.kind)} "${name}": ${text}`;
  return new StatusError(409, "Conflict", message, detailsOf(resource, name, resource.kind));
}

/** Validation errors, all of them at once, as Kubernetes lists them. */
export function invalid(resource: ResourceName, name: string, problems: readonly FieldProblem[]): StatusError {
  const lines = problems.map((problem) => `${problem.field}: ${problem.message}`);
  const text = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  return new StatusError(422, "Invalid", `${qualified(resource, resource.kind)} "${name}" is invalid: ${text}`, {
    ...detailsOf(resource, name, resource.kind),
    causes: [...problems],
  });
}

/** A JSON Patch that does not apply (a failed `test` above all): 422 without causes. */
export function patchDoesNotApply(): StatusError {
  return new StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {});
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

export function methodNotAllowed(): StatusError {
  return new StatusError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}

export function unsupportedMediaType(message = "415: Unsupported Media Type"): StatusError {
  return new StatusError(415, "UnsupportedMediaType", message, {});
}

export function forbidden(resource: ResourceName, name: string, text: string): StatusError {
  const subject = name ? `${qualified(resource)} "${name}"` : qualified(resource);
  return new StatusError(403, "Forbidden", `${subject} is forbidden: ${text}`, detailsOf(resource, name));
}

/** The history that a watch or a continue token needs is gone. */
export function expired(message: string): StatusError {
  return new StatusError(410, "Expired", message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, "Unauthorized", "Unauthorized");
}

export const required = (field: string): FieldProblem => ({ reason: "FieldValueRequired", message: "Required value", field });

export const invalidValue = (field: string, value: unknown, text: string): FieldProblem => ({
  reason: "FieldValueInvalid",
  message: `Invalid value: ${typeof value === "object" ? JSON.stringify(value) : typeof value === "string" ? `"${value}"` : String(value)}: ${text}`,
  field,
});

export const forbiddenField = (field: string, text: string): FieldProblem => ({
  reason: "FieldValueForbidden",
  message: `Forbidden: ${text}`,
  field,
});
