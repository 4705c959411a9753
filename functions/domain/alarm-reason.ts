import { type AlarmRule, type AlarmState, breaches, type EvaluatedDatapoint } from "./alarm-rule.ts";
import type { Operator } from "./blueprint.ts";

const WORDS: Record<Operator, string> = {
  ">": "greater than",
  ">=": "greater than or equal to",
  "<": "less than",
  "<=": "less than or equal to",
};

const TREATED_AS: Partial<Record<AlarmRule["missingData"], string>> = { breaching: "Breaching", notBreaching: "NonBreaching" };

/** `StateReason` in CloudWatch's wording, so that whatever parses or shows real alarms reads ours too. `evaluated` is newest first. */
export function alarmReason(rule: AlarmRule, state: AlarmState, evaluated: readonly EvaluatedDatapoint[]): string {
  const real = evaluated.filter((point) => point.value !== null);
  const missing = evaluated.length - real.length;
  if (state === "INSUFFICIENT_DATA") return `Insufficient Data: ${count(missing, "datapoint")} ${were(missing)} unknown.`;

  const filled =
    missing > 0 && rule.missingData in TREATED_AS
      ? ` and ${count(missing, "missing datapoint")} ${were(missing)} treated as [${TREATED_AS[rule.missingData]}]`
      : "";
  if (real.length === 0) return `Threshold Crossed: no datapoints were received for ${count(evaluated.length, "period")}${filled}.`;

  const alarm = state === "ALARM";
  const decisive = real.filter((point) => breaches(rule, point.value as number) === alarm);
  const needed = alarm ? rule.datapointsToAlarm : rule.evaluationPeriods - rule.datapointsToAlarm + 1;
  const values = decisive.map((point) => `${decimal(point.value as number)} (${dayTime(point.atEpochSeconds)})`).join(", ");
  return (
    `Threshold Crossed: ${decisive.length} out of the last ${evaluated.length} datapoints [${values}] ` +
    `${were(decisive.length)} ${alarm ? "" : "not "}${WORDS[rule.operator]} the threshold (${decimal(rule.threshold)})${filled} ` +
    `(minimum ${count(needed, "datapoint")} for ${alarm ? "OK -> ALARM" : "ALARM -> OK"} transition).`
  );
}

/** `reasonData` version 1.0: the JSON text that CloudWatch puts beside the reason. `statistic` is left out for metric math, as AWS does. */
export function alarmReasonData(
  evaluated: readonly EvaluatedDatapoint[],
  facts: { readonly threshold: number; readonly periodSeconds: number; readonly statistic: string | null; readonly queryAt: Date },
): string {
  const real = evaluated.filter((point) => point.value !== null);
  const oldest = real.at(-1);
  return JSON.stringify({
    version: "1.0",
    queryDate: alarmTimestamp(facts.queryAt),
    ...(oldest ? { startDate: alarmTimestamp(new Date(oldest.atEpochSeconds * 1000)) } : {}),
    ...(facts.statistic ? { statistic: facts.statistic } : {}),
    period: facts.periodSeconds,
    recentDatapoints: real.map((point) => point.value).reverse(),
    threshold: facts.threshold,
    evaluatedDatapoints: evaluated.map((point) => ({
      timestamp: alarmTimestamp(new Date(point.atEpochSeconds * 1000)),
      ...(point.value === null ? {} : { value: point.value }),
    })),
  });
}

/** CloudWatch's timestamp: ISO 8601 with `+0000`, without the colon that strict parsers expect. */
export function alarmTimestamp(at: Date): string {
  return at.toISOString().replace("Z", "+0000");
}

/** Java's way of printing a double: `20000` is `20000.0`. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function dayTime(epochSeconds: number): string {
  const [date = "", time = ""] = new Date(epochSeconds * 1000).toISOString().split("T");
  const [year = "", month, day] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function were(n: number): string {
  return n === 1 ? "was" : "were";
}
