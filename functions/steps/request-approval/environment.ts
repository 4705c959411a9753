import * as z from "zod/mini";

/** Environment of the Lambda behind the state `RequestApproval`; the CDK construct fills it through the same schema. */
export const RequestApprovalEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  /** Seals the token. */
  TEMPLATE_KEY_ARN: z.string().check(z.minLength(10)),
});
