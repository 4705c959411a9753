import * as z from "zod/mini";

/** Environment of the Lambda behind the state `VerifyStep`; the CDK construct fills it through the same schema. */
export const VerifyStepEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  /** Digests contents of Secrets; empty when no blueprint asks for that. */
  MAC_KEY_ARN: z.string(),
});
