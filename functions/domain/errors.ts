/**
 * The known failures of Rollguard. The state machine matches `ErrorEquals` on these exact names and knows nothing of inheritance,
 * so the list is short and every name is a literal (a minified `constructor.name` would silently stop matching).
 */
export abstract class StepError extends Error {
  abstract override readonly name: string;
  /** Facts for the log and the record: names, ids, numbers. Never secrets. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.details = details;
  }
}

/** An event, slice or document does not have the shape it must have. Not retried. */
export class InvalidInputError extends StepError {
  override readonly name = "InvalidInputError";
}

/** An alarm with our prefix, but no deployed blueprint or trigger of that name. Not retried; a human is paged. */
export class BlueprintNotFoundError extends StepError {
  override readonly name = "BlueprintNotFoundError";
}

/** IAM or Kubernetes RBAC refused; the message names the missing rule. Not retried; a human is paged. */
export class PermissionError extends StepError {
  override readonly name = "PermissionError";
}

/** The Kubernetes API server showed a certificate that the cluster's CA did not sign. Never retried: we do not talk to strangers. */
export class UntrustedClusterError extends StepError {
  override readonly name = "UntrustedClusterError";
}

/** Throttled, timed out, unreachable, 5xx: the only name of ours that the state machine retries. */
export class TransientUpstreamError extends StepError {
  override readonly name = "TransientUpstreamError";
}

/** The incident was closed before it could be opened: its execution is over, or its end was written first. Not retried; the locks are given back. */
export class IncidentEndedError extends StepError {
  override readonly name = "IncidentEndedError";
}

/** Every name that ASL may mention; a test keeps the ASL files and this list equal. */
export const STEP_ERROR_NAMES = [
  "InvalidInputError",
  "BlueprintNotFoundError",
  "PermissionError",
  "UntrustedClusterError",
  "IncidentEndedError",
  "TransientUpstreamError",
] as const;
