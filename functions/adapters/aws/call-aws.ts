import { PermissionError, TransientUpstreamError } from "../../domain/errors.ts";

/**
 * Settings of every client. Without `throwOnRequestTimeout` the SDK only logs a warning and waits on, until Lambda kills the function.
 * Three tries of 4 s fit into a Task's timeout.
 */
export const AWS_CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_500, requestTimeout: 4_000, throwOnRequestTimeout: true },
} as const;

const REFUSED = /AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError|UnrecognizedClient|InvalidClientTokenId|ExpiredToken/;
const THROTTLED =
  /Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|SlowDown|TransactionInProgress|TransactionConflict|^(LimitExceededException|ExecutionLimitExceeded)$/;
const UNREACHABLE =
  /^(TimeoutError|RequestTimeout|AbortError)$|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;

/**
 * Makes one AWS call and translates what went wrong: throttled, 5xx or unreachable becomes TransientUpstreamError, refused by IAM becomes
 * PermissionError naming the missing action. Everything else (a lost condition, a validation error) passes through for the caller to judge.
 */
export async function callAws<Output>(action: string, call: () => Promise<Output>): Promise<Output> {
  try {
    return await call();
  } catch (error) {
    throw translated(action, error);
  }
}

function translated(action: string, error: unknown): unknown {
  const { name = "", code = "", message = "", $metadata } = error as ForeignError;
  if (REFUSED.test(name)) {
    return new PermissionError(
      `${action} was refused: allow ${action} in the role of this function (${message})`,
      { action },
      { cause: error },
    );
  }
  if (isTransient(error)) {
    const status = $metadata?.httpStatusCode ?? 0;
    return new TransientUpstreamError(`${action} failed for now: ${name || code} ${message}`.trim(), { action, status }, { cause: error });
  }
  return error;
}

/** Throttled, 5xx or unreachable: the same call may succeed later. */
export function isTransient(error: unknown): boolean {
  const { name = "", code = "", $metadata, $retryable } = error as ForeignError;
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    status >= 500 || status === 429 || $retryable !== undefined || THROTTLED.test(name) || UNREACHABLE.test(name) || UNREACHABLE.test(code)
  );
}

interface ForeignError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: object;
}
