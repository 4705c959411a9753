import { PermissionError, TransientUpstreamError } from "../functions/domain/errors.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";

/** A failure that a person can do something about: what is wrong, how to fix it, how the program ends. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export function badInput(message: string): CommandError {
  return new CommandError(message, EXIT.badInput);
}

export function notFound(message: string): CommandError {
  return new CommandError(message, EXIT.notFound);
}

/** Makes one clear sentence of whatever went wrong. Never a stack trace: `ROLLGUARD_DEBUG=1` shows that. */
export function explain(error: unknown): { readonly message: string; readonly exitCode: ExitCode } {
  if (error instanceof CommandError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { message: sentenceFor(error, name, message), exitCode: EXIT.failed };
}

function sentenceFor(error: unknown, name: string, message: string): string {
  if (error instanceof PermissionError) {
    const action = typeof error.details.action === "string" ? error.details.action : "this call";
    return `AWS refused ${action}. Allow it for the credentials in use, or choose others with AWS_PROFILE. ${causeOf(error)}`.trim();
  }
  if (error instanceof TransientUpstreamError) {
    return `${message}. Try again; if AWS_ENDPOINT_URL is set, check that something answers there.`;
  }
  if (/CredentialsProviderError|Could not load credentials/.test(`${name} ${message}`)) {
    return "No AWS credentials were found. Sign in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
  }
  if (/^Region (is missing|not accepted)/.test(message))
    return "No AWS region is set, or it is none. Set AWS_REGION, or a region in your AWS profile.";
  if (/ResourceNotFoundException/.test(name)) {
    return `Not there in this account and region: ${message}. Check --table, AWS_PROFILE and AWS_REGION.`;
  }
  return `Unexpected failure: ${name}: ${message.replace(/\.$/, "")}. ROLLGUARD_DEBUG=1 shows where it comes from.`;
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? `(${error.cause.message})` : "";
}
