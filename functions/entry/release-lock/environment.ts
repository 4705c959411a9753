import * as z from "zod/mini";

/** Environment of `release-lock`. */
export const ReleaseLockEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  TOPIC_ARN: z.string().check(z.minLength(10)),
});
