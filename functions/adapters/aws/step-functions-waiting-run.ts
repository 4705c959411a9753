import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { PermissionError, TransientUpstreamError } from "../../domain/errors.ts";
import type { WaitingRun } from "../../ports/waiting-run.ts";
import { AWS_CLIENT_SETTINGS, callAws } from "./call-aws.ts";

/** Of a task that has timed out, was answered before, or belongs to a run that has ended. */
const TOO_LATE = /^(TaskTimedOut|InvalidToken|TaskDoesNotExist)$/;

/** Answers with SendTaskSuccess whatever was decided: also a denial is a value, which a Choice routes. */
export function stepFunctionsWaitingRun(client: Pick<SFNClient, "send"> = new SFNClient(AWS_CLIENT_SETTINGS)): WaitingRun {
  return {
    async answer(token, approval) {
      const command = new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(approval) });
      try {
        await callAws("states:SendTaskSuccess", () => client.send(command));
        return "taken";
      } catch (error) {
        if (error instanceof Error && TOO_LATE.test(error.name)) return "too-late";
        throw withoutToken(error, token);
      }
    },
  };
}

/** A refusal may quote what it refuses, and errors are logged: neither its words nor its cause may hold the token. */
function withoutToken(error: unknown, token: string): Error {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const clean = message.replaceAll(token, "[token]");
  if (error instanceof PermissionError) return new PermissionError(clean, error.details);
  if (error instanceof TransientUpstreamError) return new TransientUpstreamError(clean, error.details);
  return new Error(`states:SendTaskSuccess failed: ${name}: ${clean}`);
}
