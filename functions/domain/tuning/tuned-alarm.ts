import * as z from "zod/mini";
import { UNITS } from "../signal.ts";

/** What a signal was like, and from which points. Times ISO 8601 UTC. */
export const BaselineSchema = z.strictObject({
  /** In the signal's unit. */
  value: z.number(),
  from: z.string(),
  to: z.string(),
  points: z.number(),
});
export type Baseline = z.infer<typeof BaselineSchema>;

/**
 * One tuning of an alarm (`SVC#s / ALARM#trigger`). It is written before the alarm is, so that a tuner that dies half way leaves behind what the next one
 * puts; `appliedAt` is set only after the alarm was read back as wanted.
 */
export const TunedAlarmSchema = z.strictObject({
  service: z.string(),
  trigger: z.string(),
  alarmName: z.string(),
  /** Absent in what was written before it was noted. */
  signal: z.optional(z.string()),
  threshold: z.number(),
  unit: z.enum(UNITS),
  /** What limited it: a floor, 100 %. */
  notes: z.array(z.string()),
  baseline: BaselineSchema,
  /** Of a season: the newest baseline of each hour of the day (UTC, two digits), for days on which nothing newer is known. */
  hours: z.optional(z.record(z.string(), BaselineSchema)),
  /** Which moment the baseline is of; the same moment never tunes twice. */
  basis: z.string(),
  /** The release that the baseline was measured of; null for a season. */
  release: z.nullable(z.string()),
  /** Of what was measured, without the threshold. */
  measureHash: z.string(),
  /** Of the whole alarm, as it is read back. */
  configHash: z.string(),
  why: z.string(),
  tunedAt: z.string(),
  /** When the alarm was last read back as it should be after a write; null until then. */
  appliedAt: z.nullable(z.string()),
  /** Grows with each write: of two tuners at once, one finds that it has moved. */
  revision: z.number(),
});
export type TunedAlarm = z.infer<typeof TunedAlarmSchema>;
