import * as z from "zod/mini";

/** Environment of `judge-release`. */
export const JudgeReleaseEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  MACHINE_ARN: z.string().check(z.minLength(10)),
});
