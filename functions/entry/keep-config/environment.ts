import * as z from "zod/mini";

/** Environment of `keep-config`. */
export const KeepConfigEnvironmentSchema = z.object({
  /** Digests contents of Secrets; empty when no blueprint asks for copies of them. */
  MAC_KEY_ARN: z.string(),
});
