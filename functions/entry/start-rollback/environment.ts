import * as z from "zod/mini";

/** Environment of `start-rollback`. EVENT_SOURCES is a comma-separated list of EventBridge sources that may start a rollback. */
export const StartRollbackEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  MACHINE_ARN: z.string().check(z.minLength(10)),
  EVENT_SOURCES: z.string().check(z.minLength(1)),
});
