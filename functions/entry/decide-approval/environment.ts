import * as z from "zod/mini";

/** Environment of `decide-approval`. */
export const DecideApprovalEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  /** Opens tokens. */
  TEMPLATE_KEY_ARN: z.string().check(z.minLength(10)),
});
