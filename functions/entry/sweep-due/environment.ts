import * as z from "zod/mini";

/** Environment of `sweep-due`. */
export const SweepDueEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  /** Opens tokens. */
  TEMPLATE_KEY_ARN: z.string().check(z.minLength(10)),
});
