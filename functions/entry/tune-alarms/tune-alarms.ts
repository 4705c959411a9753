import * as z from "zod/mini";
import { InvalidInputError } from "../../domain/errors.ts";
import { schemaProblems } from "../../domain/schema-problems.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { answerStack, type StackRequest, type StackRequestPorts, StackRequestSchema } from "./stack-request.ts";
import { failureOf, type PassOutcome, tunePass } from "./tune-pass.ts";

export const tuneAlarmsSchemas = {
  /** A schedule's event, or the request of a stack, which has a `ResponseURL`. */
  input: z.looseObject({ ResponseURL: z.optional(z.string()) }),
  output: z.strictObject({
    applied: z.number(),
    unchanged: z.number(),
    waiting: z.number(),
    leftOut: z.number(),
    superseded: z.number(),
    failed: z.number(),
  }),
};
type Input = z.infer<typeof tuneAlarmsSchemas.input>;
type Output = z.infer<typeof tuneAlarmsSchemas.output>;

/**
 * Keeps the alarms whose thresholds rest on baselines: makes them, tunes them anew, and puts back what somebody else edited or deleted. A pass that could not
 * do all of it fails after the others were tuned; the next one begins anew.
 */
export function tuneAlarms(ports: StackRequestPorts): Step<Input, Output> {
  return async (event, { logger }) => {
    if (event.ResponseURL !== undefined) return counted(await answerStack(ports, stackRequest(event), logger));
    const outcome = await tunePass(ports, logger);
    if (outcome.failures.length > 0) throw failureOf(outcome);
    return counted(outcome);
  };
}

function stackRequest(event: Input): StackRequest {
  const parsed = StackRequestSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error, "request");
  throw new InvalidInputError(`the request is none of CloudFormation's: ${problems.join("; ")}`, { problems });
}

function counted(outcome: PassOutcome | null): Output {
  const count = (kind: PassOutcome["outcomes"][number]) => (outcome?.outcomes ?? []).filter((one) => one === kind).length;
  return {
    applied: count("applied"),
    unchanged: count("unchanged"),
    waiting: count("waiting"),
    leftOut: count("left-out"),
    superseded: count("superseded"),
    failed: outcome?.failures.length ?? 0,
  };
}
