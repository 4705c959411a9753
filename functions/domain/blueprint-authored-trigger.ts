import * as z from "zod/mini";
import { FINDING_SOURCES, MODES, SEVERITIES, TRIGGER_CLASSES } from "./blueprint.ts";
import { described, duration, KEBAB_CASE, quantity, signalName, text } from "./blueprint-fields.ts";
import { TRIGGER_CONDITION_PATTERN } from "./trigger-condition.ts";
import { WRITTEN_PRESETS } from "./trigger-preset-names.ts";

/** What a trigger's baseline may be taken from, as written. */
export const AGAINST = ["before-change", "season", "control", "previous-period"] as const;

/** What the four keys say that a trigger needs unless its preset has them; shown where one of them is missing. */
export const NEEDED_KEYS = {
  name: "Name; the alarm is rollguard-<service>-<name>. Default with a preset: the preset's name.",
  signal: "The signal that is watched.",
  class: "What kind of trouble this is; with the severity it selects the strategy.",
  severity: "How bad it is.",
} as const;

const count = (expected: string, minimum: number, description: string) =>
  described(z.int().check(z.minimum(minimum, `expected ${expected}`)), description);

/** A pair of windows; both must burn the error budget that fast. */
export const AuthoredBurnWindowSchema = z.strictObject({
  long: duration("The long window: the budget has really been burnt."),
  short: duration("The short window: it still burns. It ends the alarm soon after the trouble ends."),
  burn: described(
    z.number().check(z.gt(1, "expected a number over 1")),
    "How many times faster than allowed the error budget burns, such as 14.4.",
  ),
});

/** How fast a ratio of bad requests uses up what an objective allows. */
export const AuthoredBurnRateSchema = z.strictObject({
  objective: quantity("99.9%", "The share of requests that must be good."),
  windows: z.optional(
    described(
      z
        .array(AuthoredBurnWindowSchema)
        .check(z.minLength(1, "expected at least one pair of windows"), z.maxLength(5, "expected at most five pairs of windows")),
      "Pairs of windows, each an alarm. Default: 1h and 5m at 14.4, 6h and 30m at 6.",
    ),
  ),
});

/** Where a signal is heading. */
export const AuthoredTrendSchema = z.strictObject({
  limit: quantity("90%", "The value that must not be reached."),
  within: duration("It is trouble if the limit would be reached within this time."),
});

/** Exactly one of `when` (with or without `trend`), `burn_rate`, `absent` and `preset`. What the texts mean is checked by `compileTriggers`. */
export const AuthoredTriggerSchema = z.strictObject({
  preset: z.optional(
    described(
      z.enum(WRITTEN_PRESETS),
      "A rule by its name (docs/triggers.md). Everything else may then be left out, and what is written overrides it.",
    ),
  ),
  name: z.optional(text(KEBAB_CASE, "expected a name in kebab-case, such as latency-high", NEEDED_KEYS.name)),
  signal: z.optional(signalName(NEEDED_KEYS.signal)),
  class: z.optional(described(z.enum(TRIGGER_CLASSES), NEEDED_KEYS.class)),
  severity: z.optional(described(z.enum(SEVERITIES), NEEDED_KEYS.severity)),
  when: z.optional(
    text(
      TRIGGER_CONDITION_PATTERN,
      'expected a comparison with a unit or with the baseline, such as "> 200ms", "> 2x baseline" or "> baseline + 5pp" (in quotes)',
      "When the signal is bad. Required unless the signal is an existing alarm or another form is used.",
    ),
  ),
  against: z.optional(
    described(
      z.enum(AGAINST),
      "What the baseline is: the service before the last change (default), the same hour of the days before, another signal, the hour before.",
    ),
  ),
  control: z.optional(
    signalName("With against: control, the signal to compare with at the same time, such as that of the stable version."),
  ),
  floor: z.optional(quantity("1%", "With a baseline: the threshold is never stricter than this, however good the baseline.")),
  minimum_samples: z.optional(
    count("a whole number, 1 or more", 1, "A period with fewer samples has no value. A ratio has its minimum_total instead."),
  ),
  burn_rate: z.optional(described(AuthoredBurnRateSchema, "How fast the error budget burns, in place of when. Needs a ratio signal.")),
  trend: z.optional(described(AuthoredTrendSchema, "Where the signal is heading; when then says from which value on that is asked.")),
  absent: z.optional(
    described(z.literal(true), "Nothing is measured any more, in place of when. It calls people and never rolls back alone."),
  ),
  period: z.optional(duration("Length of one datapoint: 10s, 20s, 30s or whole minutes. Default 60s.")),
  datapoints_to_alarm: z.optional(count("a whole number, 1 or more", 1, "Bad datapoints that are needed. Default 2.")),
  evaluation_periods: z.optional(
    count("a whole number, 1 or more", 1, "Of so many. Default 3; or datapoints_to_alarm if that is more, and one over it on a ratio."),
  ),
  missing_data: z.optional(
    described(
      z.enum(["breaching", "notBreaching", "ignore", "missing"]),
      "What a missing datapoint counts as. Default notBreaching: silence alone never starts a rollback.",
    ),
  ),
  mode: z.optional(
    described(
      z.enum(MODES),
      "How far this trigger may go; the weaker of this and spec.mode counts. observe: it starts nothing and records what it would have done.",
    ),
  ),
  mode_reason: z.optional(described(z.string(), "Why the mode is what it is; goes into the record.")),
  expires: z.optional(
    text(
      /^\d{4}-\d{2}-\d{2}$/,
      "expected a day such as 2027-01-31",
      "Day after which people are reminded of the mode. It never changes the mode by itself.",
    ),
  ),
  armed: z.optional(
    described(
      z.union(
        [
          z.literal("always"),
          z.strictObject({ after_change: duration("The trigger acts only so long after a change of the service, in whole minutes.") }),
        ],
        "expected always, or a section with after_change such as { after_change: 60m }",
      ),
      "When the trigger may act. Default: always; for a baseline before the change, 60m after it.",
    ),
  ),
  sources: z.optional(
    described(
      z.array(z.enum(FINDING_SOURCES)).check(z.minLength(1, "expected at least one source")),
      "Only for preset security-finding: whose findings count. Default: all.",
    ),
  ),
  minimum_severity: z.optional(
    described(z.enum(SEVERITIES), "Only for preset security-finding: findings below it are ignored. Default high."),
  ),
});
export type AuthoredTrigger = z.infer<typeof AuthoredTriggerSchema>;
