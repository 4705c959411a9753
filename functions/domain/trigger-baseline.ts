import { isTuned } from "./alarms/signal-rule.ts";
import { directionProblem, isShare } from "./blueprint-conditions.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { PREVIOUS_PERIOD_SECONDS } from "./blueprint-trigger-window.ts";
import { parseDurationSeconds } from "./duration.ts";
import { convertQuantity, formatQuantity, parseQuantity } from "./quantity.ts";
import { type BaselineCondition, parseBaselineCondition } from "./trigger-condition.ts";
import type { TriggerDraft } from "./trigger-draft.ts";
import type { BaselineForm, BaselineKind, Operator } from "./trigger-form.ts";

const KINDS: Readonly<Record<string, BaselineKind>> = {
  "before-change": "before",
  season: "season",
  control: "control",
  "previous-period": "previous",
};

/** The longest period that has three whole points in the hour that a baseline is measured in (LEAST_POINTS of baseline.ts), wherever the hour begins. */
export const LONGEST_TUNED_PERIOD_SECONDS = 900;

/** A share has no room for more than this. */
const WHOLE_PERCENT = 100;

/** The form of a trigger whose `when` compares with a baseline; null where `when` does not, or cannot. */
export function compileBaseline(
  draft: TriggerDraft,
  signals: ReadonlyMap<string, SignalMeaning>,
  problems: Problem[],
): BaselineForm | null {
  const { fields, signal, at } = draft;
  const text = fields.when ?? "";
  const condition = parseBaselineCondition(text);
  if (condition === null) return null;
  const wrong = directionProblem(text, condition, signal, "bad", at("when")) ?? amountProblem(text, condition, signal, at("when"));
  if (wrong !== null) {
    problems.push(wrong);
    return null;
  }
  const amount = amountIn(condition, signal);
  const against = KINDS[fields.against ?? "before-change"];
  if (amount === null || against === undefined) return null;
  problems.push(...controlProblems(draft, signals), ...periodProblems(draft));
  const floor = fields.floor === undefined ? null : floorOf(fields.floor, condition, signal, at("floor"), problems);
  const form = { type: "baseline", against, by: condition.by, amount, floor, control: fields.control ?? null } as const;
  return { ...form, operator: mayBeZero({ ...form, operator: condition.operator }) ? strict(condition.operator) : condition.operator };
}

/**
 * True where the limit of a healthy service may be 0: a multiple of a baseline of 0. An upper one that is tuned never has such a baseline without a floor,
 * and a floor lifts it. There `>=` and `<=` would alarm at 0 against 0.
 */
function mayBeZero({ against, by, operator, floor }: BaselineForm): boolean {
  if (by === "points") return false;
  return operator.startsWith("<") || (floor === null && !isTuned(against));
}

function strict(operator: Operator): Operator {
  return operator.startsWith(">") ? ">" : "<";
}

function amountIn({ by, amount }: BaselineCondition, signal: SignalMeaning): number | null {
  return by === "points" ? convertQuantity(amount, signal.unit) : amount.value;
}

/** Each of these conditions would always hold, or never. */
function amountProblem(text: string, condition: BaselineCondition, signal: SignalMeaning, path: ProblemPath): Problem | null {
  const above = condition.operator.startsWith(">");
  const amount = amountIn(condition, signal);
  if (amount === null) {
    const example = signal.unit === "%" ? "5pp" : formatQuantity(condition.amount.value, signal.unit);
    return authoredProblem(
      path,
      `"${text}" has the wrong unit: ${signal.name} is in ${signal.unit}`,
      `write the distance in ${signal.unit === "%" ? "percentage points (pp)" : signal.unit}, such as "${condition.operator} baseline ${condition.side} ${example}", or as a share of the baseline in %`,
    );
  }
  if (condition.by === "factor") {
    if (above ? amount > 1 : amount > 0 && amount < 1) return null;
    return authoredProblem(
      path,
      `"${text}" is no trouble: a value as on the baseline would alarm`,
      above ? 'write a factor over 1, such as "> 2x baseline"' : 'write a factor between 0 and 1, such as "< 0.5x baseline"',
    );
  }
  if ((condition.side === "+") !== above)
    return authoredProblem(
      path,
      `"${text}" is no trouble: a value as on the baseline would alarm`,
      `write "${condition.operator} baseline ${above ? "+" : "-"} ..."`,
    );
  const share = condition.by === "percent" ? !above : isShare(signal);
  if (amount > 0 && !(share && amount >= WHOLE_PERCENT)) return null;
  return authoredProblem(path, `"${text}" is always or never true`, `choose a distance over 0${share ? " and below 100" : ""}`);
}

/** Values and floors are never negative: "never stricter than 0" is either no floor at all, or an alarm that cannot fire. */
function floorOf(
  text: string,
  { operator }: BaselineCondition,
  signal: SignalMeaning,
  path: ProblemPath,
  problems: Problem[],
): number | null {
  const quantity = parseQuantity(text);
  const value = quantity === null ? null : convertQuantity(quantity, signal.unit);
  if (value === null) {
    problems.push(
      authoredProblem(
        path,
        `floor "${text}" has the wrong unit: ${signal.name} is in ${signal.unit}`,
        `write it in ${signal.unit}, such as ${formatQuantity(quantity?.value ?? 1, signal.unit)}`,
      ),
    );
    return null;
  }
  const above = operator.startsWith(">");
  if (value === 0)
    problems.push(
      authoredProblem(
        path,
        above
          ? "a floor of 0 does nothing: no value is below it"
          : `with a floor of 0 the trigger never fires: ${signal.name} is never below it`,
        above ? "remove it, or write the value that is still fine" : "write the value that is bad even on a bad day",
      ),
    );
  if (above && isShare(signal) && value >= WHOLE_PERCENT)
    problems.push(
      authoredProblem(
        path,
        `with a floor of ${text} the trigger never fires: ${signal.name} is a share from 0% to 100%`,
        "write a floor below 100%",
      ),
    );
  return value;
}

function controlProblems({ fields, signal, at }: TriggerDraft, signals: ReadonlyMap<string, SignalMeaning>): readonly Problem[] {
  if (fields.against !== "control")
    return fields.control === undefined
      ? []
      : [authoredProblem(at("control"), "control is not compared with", "add against: control, or remove control")];
  if (fields.control === undefined)
    return [
      authoredProblem(
        at("against"),
        "against: control does not say what to compare with",
        "add control with the signal of what did not change, such as that of the stable version",
      ),
    ];
  if (fields.control === signal.name)
    return [authoredProblem(at("control"), `${signal.name} is compared with itself`, "name another signal")];
  const control = signals.get(fields.control);
  if (control === undefined) return [];
  if (control.armed?.source.kind === "alarm")
    return [authoredProblem(at("control"), `${control.name} is an alarm and has no value`, "use a signal with metric or ratio")];
  return control.unit === signal.unit
    ? []
    : [
        authoredProblem(
          at("control"),
          `${control.name} is in ${control.unit}, and ${signal.name} in ${signal.unit}`,
          "compare signals of one unit",
        ),
      ];
}

/** CloudWatch keeps data of less than a minute for 3 h, and metric math reaches back by one period. */
function periodProblems({ fields, at }: TriggerDraft): readonly Problem[] {
  const { period, against, datapoints_to_alarm: datapoints = 1 } = fields;
  const seconds = period === undefined ? null : parseDurationSeconds(period);
  if (against === "previous-period" && seconds !== null && seconds !== PREVIOUS_PERIOD_SECONDS)
    return [
      authoredProblem(
        at("period"),
        `against: previous-period compares with the hour before, and the period is ${period}`,
        "write period: 1h, or another baseline",
      ),
    ];
  if (against === "previous-period" && datapoints > 1)
    return [
      authoredProblem(
        at("datapoints_to_alarm"),
        `against: previous-period sees a step in one period only, never in ${datapoints}`,
        "write datapoints_to_alarm: 1, or another baseline",
      ),
    ];
  if (isTuned(KINDS[against ?? "before-change"] ?? "before") && seconds !== null && seconds > LONGEST_TUNED_PERIOD_SECONDS)
    return [
      authoredProblem(
        at("period"),
        `a baseline is measured over an hour, and of ${period} an hour has fewer than three whole periods: such an alarm would never exist`,
        "write a period up to 15m, with more datapoints_to_alarm for a longer window",
      ),
    ];
  if (against === "season" && seconds !== null && seconds < 60)
    return [
      authoredProblem(
        at("period"),
        `the season of ${period} datapoints is not known: CloudWatch keeps them for 3 h`,
        "write a period of 60s or more, or another baseline",
      ),
    ];
  return [];
}
