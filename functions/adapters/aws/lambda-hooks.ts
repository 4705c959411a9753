import * as z from "zod/mini";
import { MOST_FUNCTION_SECONDS } from "../../domain/blueprint-rollback-policy.ts";
import { PermissionError, TransientUpstreamError } from "../../domain/errors.ts";
import type { HookCall } from "../../domain/hook-call.ts";
import { redactedTo } from "../../domain/redact.ts";
import type { WriteResult } from "../../domain/workload.ts";
import type { Hooks } from "../../ports/hooks.ts";
import { atEndpoint, type Environment, endpointOf } from "./aws-endpoint.ts";
import { type AwsIdentity, ownIdentity } from "./aws-identity.ts";
import { AwsRefusal } from "./aws-refusal.ts";
import { callAws } from "./call-aws.ts";
import { type SignedAnswer, signedRequest } from "./signed-request.ts";

export interface LambdaHooksOptions {
  /** @default this function's role */
  readonly identity?: AwsIdentity;
  /** @default process.env */
  readonly environment?: Environment;
}

/** So much of a function's own words goes into the timeline. */
const MOST_REASON_CHARACTERS = 300;
const ErrorSchema = z.object({ errorMessage: z.string(), errorType: z.optional(z.string()) });

/**
 * Calls the teams' functions and waits for them. `ClientContext.custom.rollguard` holds the call's id, the same for every try of a step. The call itself is
 * sent once: whether to try again is for the state machine, which does when Lambda was throttled or could not be reached.
 */
export function lambdaHooks({ identity = ownIdentity(), environment = process.env }: LambdaHooksOptions = {}): Hooks {
  return {
    async invoke(call) {
      const seconds = Math.min(call.deadlineSeconds, MOST_FUNCTION_SECONDS);
      const { hook } = call.payload;
      try {
        const answer = await callAws("lambda:InvokeFunction", () => send(call, seconds, identity, environment));
        return judged(hook, answer);
      } catch (error) {
        if (isTimeout(error)) return refused(`hook ${hook} did not answer within ${seconds} s`);
        if (error instanceof PermissionError || error instanceof AwsRefusal) return refused(`hook ${hook}: ${error.message}`);
        throw error;
      }
    },
  };
}

async function send(
  { functionArn, callId, payload }: HookCall,
  seconds: number,
  identity: AwsIdentity,
  environment: Environment,
): Promise<SignedAnswer> {
  // A hook may live in another region than this function.
  const region = functionArn.split(":")[3] || (await identity.region());
  const context = { custom: { rollguard: callId } };
  return signedRequest({
    service: "lambda",
    region,
    method: "POST",
    url: atEndpoint(endpointOf("lambda", region, environment), `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`),
    headers: {
      "content-type": "application/json",
      "x-amz-invocation-type": "RequestResponse",
      "x-amz-client-context": Buffer.from(JSON.stringify(context)).toString("base64"),
    },
    body: JSON.stringify(payload),
    credentials: identity.credentials,
    idempotent: false,
    deadlineMilliseconds: seconds * 1000,
    tryMilliseconds: seconds * 1000,
  });
}

function judged(hook: string, { headers, bytes }: SignedAnswer): WriteResult {
  if (headers["x-amz-function-error"] === undefined) return { outcome: "applied", generation: 0, reason: `hook ${hook} has answered` };
  return refused(`hook ${hook} failed: ${wordsOf(bytes.toString("utf8"))}`);
}

function wordsOf(text: string): string {
  try {
    const { errorMessage, errorType } = ErrorSchema.parse(JSON.parse(text));
    return errorType === undefined ? errorMessage : `${errorType}: ${errorMessage}`;
  } catch {
    return text;
  }
}

function refused(reason: string): WriteResult {
  return { outcome: "refused", generation: 0, reason: redactedTo(MOST_REASON_CHARACTERS, reason) };
}

function isTimeout(error: unknown): boolean {
  return error instanceof TransientUpstreamError && error.cause instanceof Error && error.cause.name === "TimeoutError";
}
