import * as z from "zod/mini";

/** Environment of the Lambda behind the state `ExecuteStep`; the CDK construct fills it through the same schema. */
export const ExecuteStepEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  /** Where contents of Secrets are kept where a blueprint asks for that. */
  ARCHIVE_BUCKET: z.string().check(z.minLength(3)),
  /** Opens kept templates, and contents of Secrets. */
  TEMPLATE_KEY_ARN: z.string().check(z.minLength(10)),
  /** Digests contents of Secrets; empty when no blueprint asks for that. */
  MAC_KEY_ARN: z.string(),
});
