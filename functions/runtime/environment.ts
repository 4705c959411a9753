import type * as z from "zod/mini";
import { InvalidInputError } from "../domain/errors.ts";
import { schemaProblems } from "../domain/schema-problems.ts";

/** Reads the Lambda's environment once, through the schema that the CDK construct used to fill it. Throws InvalidInputError naming each bad variable. */
export function readEnvironment<Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodMiniObject<Shape>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): z.infer<z.ZodMiniObject<Shape>> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error, "environment");
  throw new InvalidInputError(`environment variables do not fit: ${problems.join("; ")}`, { problems });
}
