import * as z from "zod/mini";

/** Environment of `tune-alarms`. */
export const TuneAlarmsEnvironmentSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  /** `left-out`: thresholds are kept, but no alarm on metric math is put, for emulators that drop its queries. */
  METRIC_MATH: z.enum(["put", "left-out"]),
});
