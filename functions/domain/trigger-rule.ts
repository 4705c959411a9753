import type { Trigger } from "./blueprint.ts";
import type { AuthoredTrigger } from "./blueprint-authored-trigger.ts";
import { resolveCondition } from "./blueprint-conditions.ts";
import { authoredProblem, type Problem } from "./blueprint-problem.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { formatDuration, parseDurationSeconds } from "./duration.ts";
import { compileBaseline } from "./trigger-baseline.ts";
import { compileBurnRate } from "./trigger-burn-rate.ts";
import { parseBaselineCondition } from "./trigger-condition.ts";
import type { TriggerDraft } from "./trigger-draft.ts";

/** When a trigger of ours breaches. */
export type TriggerRule = Pick<Trigger, "rule" | "form">;

type Key = keyof AuthoredTrigger;
/** Each of them says by itself when a trigger breaches; `trend` goes with `when`. */
const FORMS = ["when", "burn_rate", "absent"] as const;
const ONE_FORM = "keep exactly one of when, burn_rate, absent and trend with when";

/** The rule of a trigger on a signal that is measured; null where it has none, or not one that can be. */
export function compileRule(draft: TriggerDraft, signals: ReadonlyMap<string, SignalMeaning>, problems: Problem[]): TriggerRule | null {
  const { fields, signal, at } = draft;
  const isBaseline = fields.when !== undefined && parseBaselineCondition(fields.when) !== null;
  problems.push(...formProblems(draft), ...foreignKeys(draft, isBaseline), ...silenceProblems(draft));
  if (fields.burn_rate !== undefined) {
    const form = compileBurnRate(draft, fields.burn_rate, problems);
    return form === null ? null : { rule: null, form };
  }
  if (fields.absent) {
    problems.push(...absenceProblems(draft));
    return { rule: null, form: { type: "absence" } };
  }
  if (fields.when === undefined) {
    problems.push(whenMissing(draft));
    return null;
  }
  if (isBaseline) {
    const form = compileBaseline(draft, signals, problems);
    return form === null ? null : { rule: null, form };
  }
  const condition = resolveCondition(fields.when, signal, "bad", at("when"), problems);
  if (condition === null) return null;
  const rule = { operator: condition.operator, threshold: condition.value };
  return fields.trend === undefined ? { rule } : compileTrend(draft, fields.trend, rule, problems);
}

function whenMissing({ fields, signal, at }: TriggerDraft): Problem {
  const above = signal.better === "lower" ? ">" : "<";
  if (fields.trend !== undefined)
    return authoredProblem(
      at("trend"),
      `trigger ${fields.name} does not say from which value on its trend is asked`,
      `add when with a value on the good side of ${fields.trend.limit}, such as "${above} ..."`,
    );
  return authoredProblem(
    at("when"),
    `trigger ${fields.name} does not say when it breaches`,
    `add when, such as "${above} ..." in ${signal.unit}`,
  );
}

function formProblems({ fields, preset, at }: TriggerDraft): readonly Problem[] {
  const written = FORMS.filter((key) => fields[key] !== undefined);
  const ofPreset = (["burn_rate", "trend", "absent"] as const).filter((key) => fields[key] !== undefined);
  if (preset !== null)
    return ofPreset.map((key) =>
      authoredProblem(
        at(key),
        `preset ${preset} is a rule already, and ${key} is another`,
        `remove ${key}, or write the trigger without preset`,
      ),
    );
  const second = written[1] ?? (fields.trend !== undefined && written[0] !== undefined && written[0] !== "when" ? "trend" : undefined);
  if (second === undefined) return [];
  return [authoredProblem(at(second), `trigger ${fields.name} has both ${written[0]} and ${second}`, ONE_FORM)];
}

/** Keys that mean nothing for the trigger's form: nobody should believe that they do. */
function foreignKeys({ fields, signal, at }: TriggerDraft, isBaseline: boolean): readonly Problem[] {
  const found = (keys: readonly Key[], why: string, fix: string) =>
    keys.filter((key) => fields[key] !== undefined).map((key) => authoredProblem(at(key), `${key} ${why}`, fix));
  const problems: Problem[] = [];
  if (!isBaseline || fields.trend !== undefined)
    problems.push(
      ...found(
        ["against", "control", "floor"],
        "belongs to a comparison with the baseline",
        'write when as such, like "> 2x baseline", or remove it',
      ),
    );
  if (isBaseline && fields.trend !== undefined)
    problems.push(authoredProblem(at("when"), "a trend is asked from a fixed value on", "write a quantity, or remove trend"));
  if (fields.burn_rate !== undefined)
    problems.push(
      ...found(
        ["period", "datapoints_to_alarm", "evaluation_periods"],
        "is not of a burn rate, which has windows",
        "write burn_rate.windows, or remove it",
      ),
    );
  if (signal.armed?.source.kind === "ratio")
    problems.push(...found(["minimum_samples"], "is not of a ratio", `write minimum_total at the signal ${signal.name} instead`));
  if (fields.absent) problems.push(...found(["minimum_samples"], "means nothing where no sample is what is watched", "remove it"));
  return problems;
}

/** Where a period without a value is an ordinary one, as at night, it would start a rollback: silence is never called a bad release. */
function silenceProblems({ fields, signal, at }: TriggerDraft): readonly Problem[] {
  if (fields.missing_data !== "breaching" || fields.absent) return [];
  const isCompared = fields.against === "control" || fields.against === "previous-period";
  const why =
    fields.burn_rate !== undefined || signal.armed?.source.kind === "ratio"
      ? `${signal.name} has no value where there is little traffic`
      : fields.minimum_samples !== undefined
        ? `a period with fewer than ${fields.minimum_samples} samples has no value`
        : isCompared
          ? "a period in which there is nothing to compare with has no value"
          : null;
  if (why === null) return [];
  return [
    authoredProblem(
      at("missing_data"),
      `${why}, and missing_data: breaching calls that a bad release`,
      "remove it, and watch for silence with a trigger with absent: true",
    ),
  ];
}

function absenceProblems({ fields, signal, at }: TriggerDraft): readonly Problem[] {
  const problems: Problem[] = [];
  if (signal.armed?.publishes === "on-event")
    problems.push(
      authoredProblem(
        at("signal"),
        `${signal.name} has points only when something happens: its silence is good news`,
        "watch a signal that is always there, such as request_count",
      ),
    );
  if (signal.armed?.source.kind === "ratio")
    problems.push(
      authoredProblem(
        at("signal"),
        `${signal.name} is a ratio, which has no value with little traffic either`,
        "watch a signal of one metric, such as request_count",
      ),
    );
  if (fields.missing_data !== undefined && fields.missing_data !== "breaching")
    problems.push(
      authoredProblem(
        at("missing_data"),
        `with missing_data: ${fields.missing_data} an absence is never noticed`,
        "remove it: nothing counts as breaching here",
      ),
    );
  return problems;
}

function compileTrend(
  { fields, signal, at }: TriggerDraft,
  trend: NonNullable<AuthoredTrigger["trend"]>,
  rule: NonNullable<Trigger["rule"]>,
  problems: Problem[],
): TriggerRule | null {
  const path = at("trend");
  const limit = resolveCondition(`${rule.operator} ${trend.limit}`, signal, "bad", [...path, "limit"], problems);
  if (limit === null) return null;
  const above = rule.operator.startsWith(">");
  if (above ? rule.threshold >= limit.value : rule.threshold <= limit.value)
    problems.push(
      authoredProblem(
        at("when"),
        `"${fields.when}" begins where the limit of ${trend.limit} is passed already`,
        `write a value ${above ? "below" : "above"} the limit: from there on the trend is asked`,
      ),
    );
  const withinSeconds = parseDurationSeconds(trend.within) ?? Number.NaN;
  if (withinSeconds < 60 || withinSeconds > 86_400)
    problems.push(
      authoredProblem(
        [...path, "within"],
        `within ${formatDuration(withinSeconds)} is out of range`,
        "write 1m to 24h: a trend says nothing about next week",
      ),
    );
  return { rule, form: { type: "trend", limit: limit.value, withinSeconds } };
}
