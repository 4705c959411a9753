import * as z from "zod/mini";
import { badInput, CommandError, notFound } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";
import type { RollbackStarted } from "./ports.ts";

const StartedSchema = z.object({ incidentId: z.string(), execution: z.string() });
const FailedSchema = z.object({ errorType: z.optional(z.string()), errorMessage: z.string() });

/** Reads what the function `start-rollback` answered. Throws CommandError with the function's own words when it refused. */
export function readStartAnswer(failed: boolean, payload: string): RollbackStarted {
  const answer = parse(payload);
  const started = StartedSchema.safeParse(answer);
  if (!failed && started.success) return started.data;
  const failure = FailedSchema.safeParse(answer);
  if (!failure.success) throw new CommandError(`start-rollback gave an answer of another shape: ${payload.slice(0, 300)}`, EXIT.failed);
  const { errorType, errorMessage } = failure.data;
  // An emulator may call every error by one name, so the sentence decides as well.
  if (errorType === "BlueprintNotFoundError" || errorMessage.startsWith("no blueprint is deployed")) throw notFound(`${errorMessage}.`);
  if (errorType === "InvalidInputError") throw badInput(`${errorMessage}.`);
  throw new CommandError(`start-rollback failed: ${errorMessage}. Its log group tells more.`, EXIT.failed);
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}
