import * as z from "zod/mini";
import { SignalSourceSchema, UNITS } from "../signal.ts";

/** `before-change`: the last hour before a change. `good`: the last hour of a release that was marked good. */
export const BASELINE_MOMENTS = ["before-change", "good"] as const;
export type BaselineMomentKind = (typeof BASELINE_MOMENTS)[number];

/** What the release judge makes of the signal's own history, as evidence for people: the looks calibrate anew on what is newest then. */
export const KeptCalibrationSchema = z.strictObject({
  rule: z.literal("release"),
  threshold: z.number(),
  /** Of pretended releases, in percent: those that would have failed, and those made worse by each factor of the rule that would have been found. */
  falsePercent: z.number(),
  foundPercent: z.array(z.number()),
  replays: z.number(),
  /** Hours of the history without overlap. */
  effectiveN: z.number(),
});
export type KeptCalibration = z.infer<typeof KeptCalibrationSchema>;

/** The newest baseline of the signal before this one: what drift is told against. */
export const EarlierBaselineSchema = z.strictObject({ release: z.string(), to: z.string(), median: z.number(), mad: z.number() });

/**
 * What one signal was like under one release (`SVC#s / BASE#release#signal`); the newest window wins. Values in the signal's unit, times ISO 8601 UTC. `release`
 * is the one that was live in the window: never the suspect, which came after it.
 */
export const BaselineItemSchema = z.strictObject({
  service: z.string(),
  release: z.string(),
  signal: z.string(),
  unit: z.enum(UNITS),
  /** Where it was read from: a baseline of another measurement says nothing about this signal. */
  source: SignalSourceSchema,
  periodSeconds: z.number(),
  moment: z.enum(BASELINE_MOMENTS),
  /** Which moment exactly; the same is taken once. */
  basis: z.string(),
  why: z.string(),
  from: z.string(),
  to: z.string(),
  /** Points that it rests on, and slots of the window without one (also those in which a bad release was live). */
  n: z.number(),
  missing: z.number(),
  median: z.number(),
  mad: z.number(),
  mean: z.number(),
  before: z.nullable(EarlierBaselineSchema),
  /** By hour of the day (UTC), of the last seven days; null where there are fewer than three. */
  hourly: z.nullable(z.array(z.nullable(z.number()))),
  calibration: z.nullable(KeptCalibrationSchema),
  /** When the history was read for `hourly` and `calibration`; null until then, or where it is not read. */
  historyReadAt: z.nullable(z.string()),
  takenAt: z.string(),
});
export type BaselineItem = z.infer<typeof BaselineItemSchema>;

/** Newest window first. */
export function newestFirst(items: readonly BaselineItem[]): readonly BaselineItem[] {
  return items.toSorted((one, other) => Date.parse(other.to) - Date.parse(one.to));
}

/** The newest of a signal; null for none. */
export function newestOf(items: readonly BaselineItem[], signal: string): BaselineItem | null {
  return newestFirst(items).find((item) => item.signal === signal) ?? null;
}
