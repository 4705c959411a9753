import type * as z from "zod/mini";
import { InvalidInputError, StepError } from "../domain/errors.ts";
import { schemaProblems } from "../domain/schema-problems.ts";
import { lambdaLogger, type StepLogger } from "./logger.ts";

export interface StepContext {
  readonly logger: StepLogger;
}

/** A use case: gathers through ports, decides in the domain, answers with its slice. */
export type Step<Input, Output> = (input: Input, context: StepContext) => Promise<Output>;

/**
 * Makes a Lambda handler of a step: parses the document at the door, runs the step, checks the slice, logs one line.
 * Throws InvalidInputError when the document does not fit; StepErrors pass through with their names, which ASL matches.
 */
export function stepHandler<Input extends z.ZodMiniType, Output extends z.ZodMiniType>(
  name: string,
  schemas: { readonly input: Input; readonly output: Output },
  step: Step<z.infer<Input>, z.infer<Output>>,
): (event: unknown) => Promise<z.infer<Output>> {
  const logger = lambdaLogger(name);
  return async (event) => {
    const input = schemas.input.safeParse(event);
    if (!input.success) {
      logger.error("step input does not match its schema", { issues: input.error.issues });
      throw new InvalidInputError(
        `input of ${name} does not match its schema: ${schemaProblems(input.error, "input").join("; ")}`,
        { issues: input.error.issues },
        { cause: input.error },
      );
    }
    try {
      const output = schemas.output.parse(await step(input.data, { logger })) as z.infer<Output>;
      logger.info("step completed", { output });
      return output;
    } catch (error) {
      logger.error("step failed", { error: error as Error, ...(error instanceof StepError ? { details: error.details } : {}) });
      throw error;
    }
  };
}
