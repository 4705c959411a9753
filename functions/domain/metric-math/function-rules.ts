const EXTRA_POINTS =
  "an evaluation fetches more points than the alarm's periods, and its value depends on how many (AWS advises against it)";
const ONE_SERIES = "an alarm watches one time series of known metrics";

/** Functions that AWS advises against in alarms, and why. MIN, MAX, SUM and AVG belong here too when they are given one series instead of an array. */
export const UNSAFE_FUNCTIONS: Readonly<Record<string, string>> = {
  DATAPOINT_COUNT: EXTRA_POINTS,
  REMOVE_EMPTY: EXTRA_POINTS,
  RUNNING_SUM: EXTRA_POINTS,
  STDDEV: EXTRA_POINTS,
};

/** What is said of MIN, MAX, SUM or AVG of a single series. */
export const SCALAR_OF_SERIES = EXTRA_POINTS;

/** Functions that CloudWatch knows and that cannot be computed from the alarm's own metrics. */
export const UNSUPPORTED_FUNCTIONS: Readonly<Record<string, string>> = {
  ANOMALY_DETECTION_BAND: "the model is CloudWatch's own and cannot be replayed",
  DB_PERF_INSIGHTS: ONE_SERIES,
  FIRST: ONE_SERIES,
  INSIGHT_RULE_METRIC: ONE_SERIES,
  LAMBDA: ONE_SERIES,
  LAST: ONE_SERIES,
  METRICS: "name the metrics: [m1, m2]",
  METRIC_COUNT: "write the number of metrics",
  SEARCH: "CloudWatch refuses it in alarms",
  SERVICE_QUOTA: "write the quota as a number",
  SLICE: ONE_SERIES,
  SORT: ONE_SERIES,
};
