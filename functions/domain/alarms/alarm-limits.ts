import type { CompiledAlarm, CompositeWatch, MetricWatch } from "../blueprint-alarms.ts";
import { dimensionProblems } from "../metric-dimensions.ts";

/**
 * Functions that AWS advises against in alarms, because an alarm reads more datapoints than it judges (User Guide, "metric math"), or that an alarm cannot
 * have (SEARCH, METRICS: several series).
 */
export const UNSAFE_FUNCTIONS = [
  "AVG",
  "MIN",
  "MAX",
  "STDDEV",
  "SUM",
  "DATAPOINT_COUNT",
  "RUNNING_SUM",
  "REMOVE_EMPTY",
  "SEARCH",
  "METRICS",
] as const;

/** What the compiler itself needs; everything else it refuses, known to be unsafe or not. */
export const USED_FUNCTIONS: readonly string[] = ["IF", "FILL", "RATE", "PERIOD", "ABS"];

export const MAXIMUM_NAME_CHARACTERS = 255;
export const MAXIMUM_DESCRIPTION_CHARACTERS = 1024;
/** Of one alarm on metric math. */
export const MAXIMUM_METRICS = 10;
const MAXIMUM_EXPRESSION_CHARACTERS = 2048;
const MAXIMUM_RULE_CHARACTERS = 10_240;
const MAXIMUM_PARTS = 100;
const HOUR_SECONDS = 3600;
const MAXIMUM_SHORT_WINDOW_SECONDS = 86_400;
const MAXIMUM_LONG_WINDOW_SECONDS = 604_800;

/** What CloudWatch would refuse of an alarm, in words; empty when it takes it. Limits: API reference of PutMetricAlarm and PutCompositeAlarm. */
export function alarmProblems({ alarmName, description, watch, existing }: CompiledAlarm): string[] {
  if (existing || watch === null) return [];
  return [
    ...(alarmName.length > MAXIMUM_NAME_CHARACTERS
      ? [`its name has ${alarmName.length} characters, ${MAXIMUM_NAME_CHARACTERS} are allowed`]
      : []),
    ...(description.length > MAXIMUM_DESCRIPTION_CHARACTERS ? [`its description has ${description.length} characters`] : []),
    ...(watch.kind === "metric" ? metricProblems(watch) : compositeProblems(watch)),
  ];
}

function metricProblems(watch: MetricWatch): string[] {
  const { leaves, expression, periodSeconds: period, evaluationPeriods: n, datapointsToAlarm: m, threshold } = watch;
  const ids = leaves.map(({ id }) => id);
  const longest = period < HOUR_SECONDS ? MAXIMUM_SHORT_WINDOW_SECONDS : MAXIMUM_LONG_WINDOW_SECONDS;
  const isPeriod = [10, 20, 30].includes(period) || (period > 0 && period % 60 === 0);
  const unknown = expression === null ? [] : unknownNames(expression, ids);
  return [
    ...(isPeriod ? [] : [`${period} s is no period that CloudWatch has`]),
    ...(n * period > longest ? [`${n} x ${period} s is longer than ${longest} s`] : []),
    ...(m < 1 || m > n ? [`${m} of ${n} datapoints can never breach`] : []),
    ...(threshold !== null && !Number.isFinite(threshold) ? [`${threshold} is no threshold`] : []),
    ...(leaves.length < 1 || leaves.length > MAXIMUM_METRICS
      ? [`it watches ${leaves.length} metrics, 1 to ${MAXIMUM_METRICS} are allowed`]
      : []),
    ...(expression === null && leaves.length > 1 ? ["it watches several metrics without an expression"] : []),
    ...(expression !== null && expression.length > MAXIMUM_EXPRESSION_CHARACTERS
      ? [`its expression has ${expression.length} characters`]
      : []),
    ...ids.filter((id, index) => !/^[a-z]\w*$/.test(id) || ids.indexOf(id) !== index).map((id) => `${id} is no id, or there twice`),
    ...unknown.map((name) => `its expression uses ${name}`),
    ...leaves.flatMap(({ metric }) => dimensionProblems(metric.dimensions)),
  ];
}

/** Words of an expression that are neither one of its metrics nor one of the functions that are safe in alarms. */
function unknownNames(expression: string, ids: readonly string[]): string[] {
  const words = expression.match(/[A-Za-z_]\w*/g) ?? [];
  return [...new Set(words)].filter((word) => !ids.includes(word) && !USED_FUNCTIONS.includes(word) && word !== "AND");
}

function compositeProblems({ rule, parts }: CompositeWatch): string[] {
  return [
    ...(rule.length > MAXIMUM_RULE_CHARACTERS ? [`its rule has ${rule.length} characters`] : []),
    ...(parts.length < 1 || parts.length > MAXIMUM_PARTS ? [`it has ${parts.length} parts`] : []),
    ...parts.filter((part) => !rule.includes(`ALARM("${part}")`)).map((part) => `its rule does not name ${part}`),
  ];
}
