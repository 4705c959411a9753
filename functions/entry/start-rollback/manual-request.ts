import * as z from "zod/mini";
import { BlueprintNotFoundError, InvalidInputError } from "../../domain/errors.ts";
import type { RollbackTrigger } from "../../domain/rollback-document.ts";
import { schemaProblems } from "../../domain/schema-problems.ts";

/** What a person, or a program for one, sends to `start-rollback`. `at` makes a repeated request the same one. */
export const ManualRequestSchema = z.strictObject({
  manual: z.strictObject({
    /** `resume` gives a workload that a rollback has held back to its GitOps controller. @default "rollback" */
    action: z.optional(z.enum(["rollback", "resume"])),
    service: z.string().check(z.minLength(1)),
    reason: z.string().check(z.minLength(1), z.maxLength(1_000)),
    requestedBy: z.string().check(z.minLength(1), z.maxLength(200)),
    at: z.iso.datetime(),
  }),
});
export type ManualRequest = z.infer<typeof ManualRequestSchema>;

/** Unknown keys are errors: a misspelt option must not roll something else back. */
export function parseManualRequest(event: unknown): ManualRequest["manual"] {
  const result = ManualRequestSchema.safeParse(event);
  if (result.success) return result.data.manual;
  const problems = schemaProblems(result.error, "request");
  throw new InvalidInputError(
    `this is no manual request: ${problems.join("; ")}; expected {manual: {service, reason, requestedBy, at}}, with action "resume" or without, and nothing else, at as ISO 8601 UTC`,
    { problems },
    { cause: result.error },
  );
}

/** Throws BlueprintNotFoundError for a service that is not deployed: a person waits for the answer. */
export function manualTrigger(request: ManualRequest["manual"], services: readonly string[]): RollbackTrigger {
  if (!services.includes(request.service)) {
    throw new BlueprintNotFoundError(
      `no blueprint is deployed for service ${request.service}; deployed: ${services.join(", ") || "none"}`,
      {
        service: request.service,
      },
    );
  }
  const { action, ...rest } = request;
  const kind = action === "resume" ? "resume" : "manual";
  return { ...rest, kind, source: "cli", alarmName: null, alarmArn: null, datapoints: [], threshold: null };
}
