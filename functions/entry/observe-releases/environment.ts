import * as z from "zod/mini";

/** Environment of `observe-releases`. */
export const ObserveReleasesEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  MACHINE_ARN: z.string().check(z.minLength(10)),
  /** Where full snapshots go. */
  ARCHIVE_BUCKET: z.string().check(z.minLength(3)),
  /** Seals templates. */
  TEMPLATE_KEY_ARN: z.string().check(z.minLength(10)),
  /** Digests contents of Secrets; empty when no blueprint asks for that. */
  MAC_KEY_ARN: z.string(),
  /** The function `keep-config`. */
  KEEP_FUNCTION: z.string().check(z.minLength(1)),
  /** Schedule group, ARN of `judge-release` and the scheduler's role; all empty when no blueprint has looks. */
  LOOK_GROUP: z.string(),
  LOOK_FUNCTION_ARN: z.string(),
  LOOK_ROLE_ARN: z.string(),
});
