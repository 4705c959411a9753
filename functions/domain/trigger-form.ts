import * as z from "zod/mini";

export const OPERATORS = [">", ">=", "<", "<="] as const;
export type Operator = (typeof OPERATORS)[number];

/**
 * What a baseline is taken from. `before`: the service before the last change. `season`: the same hour of the days before. `control`: another signal at the
 * same time (the stable arm). `previous`: the period before this one.
 */
export const BASELINES = ["before", "season", "control", "previous"] as const;
export type BaselineKind = (typeof BASELINES)[number];

/** A pair of windows: both must burn the error budget faster than `burn` times (Google, The Site Reliability Workbook, "Alerting on SLOs"). */
export const BurnWindowSchema = z.strictObject({ longSeconds: z.number(), shortSeconds: z.number(), burn: z.number() });
export type BurnWindow = z.infer<typeof BurnWindowSchema>;

/** How a trigger's threshold comes about where it is not simply written down. */
export const TriggerFormSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("baseline"),
    operator: z.enum(OPERATORS),
    against: z.enum(BASELINES),
    /** `factor`: amount times the baseline. `points`: so many units (percentage points) over it. `percent`: so much of it over or under it. The operator gives the direction. */
    by: z.enum(["factor", "points", "percent"]),
    /** Positive. */
    amount: z.number(),
    /** In the signal's unit. A threshold is never stricter than this: never below it for `>`, never above it for `<`. Null = none. */
    floor: z.nullable(z.number()),
    /** Name of the signal to compare with; null unless `against` is `control`. */
    control: z.nullable(z.string()),
  }),
  /** Of a ratio signal: the share of bad requests against what the objective allows. */
  z.strictObject({ type: z.literal("burn-rate"), objectivePercent: z.number(), windows: z.array(BurnWindowSchema) }),
  /** The signal will reach `limit` within `withinSeconds` if it goes on like this. The alarm fires at the trigger's `rule`, the assessment decides. */
  z.strictObject({ type: z.literal("trend"), limit: z.number(), withinSeconds: z.number() }),
  /** Nothing is measured any more. It calls people and never rolls back alone. */
  z.strictObject({ type: z.literal("absence") }),
]);
export type TriggerForm = z.infer<typeof TriggerFormSchema>;
export type BaselineForm = Extract<TriggerForm, { type: "baseline" }>;
export type BurnRateForm = Extract<TriggerForm, { type: "burn-rate" }>;
