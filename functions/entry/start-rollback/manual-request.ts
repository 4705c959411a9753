import * as z from "zod/mini";
import { BlueprintNotFoundError, InvalidInputError } from "../../domain/errors.ts";
import { parseImageWish } from "../../domain/image-wish.ts";
import { type ManualWish, ManualWishSchema, type RollbackTrigger } from "../../domain/rollback-document.ts";
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
    ...ManualWishSchema.shape,
  }),
});
export type ManualRequest = z.infer<typeof ManualRequestSchema>;

const EXPECTED =
  'expected {manual: {service, reason, requestedBy, at}}, with action "resume" or without, with to, toImage, strategy, undoes and acceptRisk where they are wanted, and nothing else, at as ISO 8601 UTC';

/** Unknown keys are errors: a misspelt option must not roll something else back. */
export function parseManualRequest(event: unknown): ManualRequest["manual"] {
  const result = ManualRequestSchema.safeParse(event);
  const problems = result.success ? wishProblems(result.data.manual) : schemaProblems(result.error, "request");
  if (result.success && problems.length === 0) return result.data.manual;
  throw new InvalidInputError(`this is no manual request: ${problems.join("; ")}; ${EXPECTED}`, { problems }, { cause: result.error });
}

/** What was asked for beyond "take the change back", in one order whatever the caller's; undefined when nothing was. */
export function wishOf({ to, toImage, strategy, undoes, acceptRisk }: ManualRequest["manual"]): ManualWish | undefined {
  const wish: ManualWish = {
    ...(to === undefined ? {} : { to }),
    ...(toImage === undefined ? {} : { toImage }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(undoes === undefined ? {} : { undoes }),
    ...(acceptRisk === undefined ? {} : { acceptRisk }),
  };
  return Object.keys(wish).length === 0 ? undefined : wish;
}

function wishProblems(request: ManualRequest["manual"]): string[] {
  const { action, to, toImage, undoes } = request;
  if (action === "resume") return wishOf(request) === undefined ? [] : ["resume gives a workload back as it is, and leads to no release"];
  const image = toImage === undefined ? null : parseImageWish(toImage);
  return [
    ...(to !== undefined && !/^[0-9a-z]{5,64}$/.test(to) ? [`to: ${to} is no hash of a release`] : []),
    ...(to !== undefined && toImage !== undefined ? ["to and toImage exclude each other"] : []),
    ...(undoes !== undefined && to === undefined ? ["undoes: name the release to go forward to with to"] : []),
    ...(image !== null && "problem" in image ? [`toImage: ${image.problem}`] : []),
  ];
}

/** Throws BlueprintNotFoundError for a service that is not deployed: a person waits for the answer. */
export function manualTrigger(request: ManualRequest["manual"], services: readonly string[]): RollbackTrigger {
  const { action, service, reason, requestedBy, at } = request;
  if (!services.includes(service)) {
    throw new BlueprintNotFoundError(`no blueprint is deployed for service ${service}; deployed: ${services.join(", ") || "none"}`, {
      service,
    });
  }
  const kind = action === "resume" ? "resume" : "manual";
  const wish = wishOf(request);
  return {
    ...{ service, reason, requestedBy, at, kind, source: "cli", alarmName: null, alarmArn: null, datapoints: [], threshold: null },
    ...(wish === undefined ? {} : { request: wish }),
  };
}
