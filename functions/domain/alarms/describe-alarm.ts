import type { Trigger } from "../blueprint.ts";
import { formatDuration } from "../duration.ts";
import { formatQuantity } from "../quantity.ts";
import type { Signal } from "../signal.ts";
import type { BaselineForm, BurnRateForm } from "../trigger-form.ts";
import { MAXIMUM_DESCRIPTION_CHARACTERS } from "./alarm-limits.ts";
import { isUpper } from "./baseline-margin.ts";
import { worstDetectionSeconds } from "./detection-time.ts";
import { isTuned } from "./signal-rule.ts";

/** The rule in words: `latency_p95 >= 200 ms in 2 of 3 x 60 s`, `error_rate > 2 x baseline (at least 1%) in 2 of 3 x 300 s`. */
export function describeRule(trigger: Trigger, signal: Signal): string {
  const { form, rule } = trigger;
  if (signal.source.kind === "alarm") return `the alarm ${trigger.alarmName}`;
  switch (form?.type) {
    case "absence":
      return `no data of ${signal.name} ${windowOf(trigger)}`;
    case "burn-rate":
      return describeBurn(signal, form);
    case "baseline":
      return `${signal.name} ${form.operator} ${describeLimit(form, signal)} ${windowOf(trigger)}`;
    case "trend":
    case undefined: {
      const condition = rule === null ? signal.name : `${signal.name} ${rule.operator} ${formatQuantity(rule.threshold, signal.unit)}`;
      const plain = `${condition} ${windowOf(trigger)}`;
      return form === undefined
        ? plain
        : `${plain}, then on the way to ${formatQuantity(form.limit, signal.unit)} within ${spacedDuration(form.withinSeconds)}`;
    }
  }
}

/** The alarm's description: the rule, what it is judged from, and the time that detection takes at worst. Cut where CloudWatch ends. */
export function describeAlarm(service: string, trigger: Trigger, signal: Signal): string {
  const kind = `(${trigger.class}, ${trigger.severity})`;
  if (signal.source.kind === "alarm") return fitting(`Rollguard listens to ${describeRule(trigger, signal)} for ${service} ${kind}.`);
  const watched = trigger.mode === "observe" ? " Starts nothing: it is only observed." : "";
  return fitting(
    `Rollguard: ${describeRule(trigger, signal)}${guardOf(trigger, signal)}; ${service} ${kind}. ${detection(trigger, signal)}${tuned(trigger)}${watched}`,
  );
}

/** No longer than CloudWatch takes. */
export function fitting(description: string): string {
  return description.length <= MAXIMUM_DESCRIPTION_CHARACTERS
    ? description
    : `${description.slice(0, MAXIMUM_DESCRIPTION_CHARACTERS - 1)}…`;
}

function windowOf({ datapointsToAlarm, evaluationPeriods, periodSeconds }: Trigger): string {
  return `in ${datapointsToAlarm} of ${evaluationPeriods} x ${periodSeconds} s`;
}

const BASELINES: Readonly<Record<Exclude<BaselineForm["against"], "control">, string>> = {
  before: "baseline",
  season: "seasonal baseline",
  previous: "the period before",
};

function describeLimit(form: BaselineForm, signal: Signal): string {
  const baseline = form.against === "control" ? (form.control ?? "control") : BASELINES[form.against];
  const sign = isUpper(form) ? "+" : "-";
  const points = signal.unit === "%" ? `${form.amount} points` : formatQuantity(form.amount, signal.unit);
  const limit = {
    factor: `${form.amount} x ${baseline}`,
    points: `${baseline} ${sign} ${points}`,
    percent: `${baseline} ${sign} ${form.amount}%`,
  }[form.by];
  if (form.floor === null) return limit;
  return `${limit} (at ${isUpper(form) ? "least" : "most"} ${formatQuantity(form.floor, signal.unit)})`;
}

function describeBurn(signal: Signal, { objectivePercent, windows }: BurnRateForm): string {
  const [first, ...others] = windows.map(({ longSeconds, shortSeconds, burn }) => ({
    burn,
    over: `over ${spacedDuration(longSeconds)} and ${spacedDuration(shortSeconds)}`,
  }));
  const more = others.map(({ burn, over }) => `, or ${burn} x ${over}`).join("");
  return `${signal.name} burns ${first?.burn} x the budget of ${objectivePercent}% ${first?.over}${more}`;
}

function guardOf({ form, minimumSamples }: Trigger, { source }: Signal): string {
  if (form?.type === "absence") return "";
  if (source.kind === "ratio") return `, judged from ${Math.max(source.minimumTotal, minimumSamples ?? 0)} per period`;
  return minimumSamples === undefined ? "" : `, judged from ${minimumSamples} samples per period`;
}

function detection(trigger: Trigger, signal: Signal): string {
  const seconds = worstDetectionSeconds(trigger, signal);
  switch (trigger.form?.type) {
    case "burn-rate":
      return `Detects a total failure within ${seconds} s of its onset.`;
    case "absence":
      return `Detects silence within ${seconds} s of the last datapoint; people are called, nothing is rolled back for it alone.`;
    case "trend":
      return `Asks within ${seconds} s of the onset; the trend itself is judged then.`;
    default:
      return `Detects a lasting breach within ${seconds} s of its onset.`;
  }
}

function tuned({ form }: Trigger): string {
  return form?.type === "baseline" && isTuned(form.against) ? " Its threshold is tuned by Rollguard, not by CloudFormation." : "";
}

/** `1 h`, `5 min`, `3 d`. */
function spacedDuration(seconds: number): string {
  if (seconds > 0 && seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  return formatDuration(seconds).replace(/h$/, " h").replace(/m$/, " min").replace(/s$/, " s");
}
