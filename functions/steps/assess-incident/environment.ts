import * as z from "zod/mini";

/** Environment of the Lambda behind the state `AssessIncident`; the CDK construct fills it through the same schema. */
export const AssessIncidentEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  /** Digests contents of Secrets; empty when no blueprint asks for that. */
  MAC_KEY_ARN: z.string(),
  /** Where evidence is kept; absent = it is not, and the record says so. */
  ARCHIVE_BUCKET: z.optional(z.string().check(z.minLength(3))),
});
