import * as z from "zod/mini";

/** Environment of `keep-config`. */
export const KeepConfigEnvironmentSchema = z.object({
  /** Digests contents of Secrets; empty when no blueprint asks for copies of them. */
  MAC_KEY_ARN: z.string(),
  /** Where contents of Secrets are kept where a blueprint asks for that, and the key that seals them. */
  ARCHIVE_BUCKET: z.string().check(z.minLength(3)),
  TEMPLATE_KEY_ARN: z.string().check(z.minLength(10)),
});
