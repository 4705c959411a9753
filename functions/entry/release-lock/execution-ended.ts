import * as z from "zod/mini";
import { InvalidInputError } from "../../domain/errors.ts";
import { incidentIdOf, serviceOfExecution } from "../../domain/execution-name.ts";
import { type RollbackInput, RollbackInputSchema } from "../../domain/rollback-document.ts";
import { schemaProblems } from "../../domain/schema-problems.ts";

const StatusEventSchema = z.looseObject({
  "detail-type": z.literal("Step Functions Execution Status Change"),
  detail: z.looseObject({
    name: z.string(),
    status: z.string(),
    /** Epoch milliseconds from AWS, ISO 8601 from LocalStack; one that nobody can read must not keep the lock held. */
    stopDate: z.optional(z.unknown()),
    /** Null when it is too large for an event. */
    input: z.nullish(z.string()),
    error: z.nullish(z.string()),
    cause: z.nullish(z.string()),
  }),
});

/** An execution that did not end by itself in success. */
export interface ExecutionEnded {
  readonly execution: string;
  readonly status: string;
  readonly error: string | null;
  /** ISO 8601; the same in every delivery of the event. Null when the event lacks it. */
  readonly stoppedAt: string | null;
  readonly service: string;
  readonly incidentId: string;
  /** Null when the event did not carry it. */
  readonly input: RollbackInput | null;
}

/** Reads the status event; the service comes from the input, else from the execution's name. Throws InvalidInputError. */
export function parseExecutionEnded(event: unknown): ExecutionEnded {
  const parsed = StatusEventSchema.safeParse(event);
  if (!parsed.success) {
    const problems = schemaProblems(parsed.error, "event");
    throw new InvalidInputError(`this is no Step Functions status event: ${problems.join("; ")}`, { problems }, { cause: parsed.error });
  }
  const { name, status, stopDate, input: text, error } = parsed.data.detail;
  const input = readInput(text ?? null);
  const service = input?.trigger.service ?? serviceOfExecution(name);
  if (service === null) {
    throw new InvalidInputError(
      `execution ${name} is not one of ours: its input is no rollback input and its name is not rg-<service>-<time>-<hash>`,
      {
        execution: name,
      },
    );
  }
  return {
    execution: name,
    status,
    error: error ?? null,
    stoppedAt: readTime(stopDate),
    service,
    incidentId: input?.incidentId ?? incidentIdOf(name),
    input,
  };
}

function readTime(value: unknown): string | null {
  const at = new Date(typeof value === "number" || typeof value === "string" ? value : Number.NaN);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

function readInput(text: string | null): RollbackInput | null {
  if (text === null) return null;
  try {
    const parsed = RollbackInputSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
