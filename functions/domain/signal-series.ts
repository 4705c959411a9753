import { type AlarmRule, breaches } from "./alarm-rule.ts";
import { InvalidInputError } from "./errors.ts";
import type { MetricRef, Series, Signal, SignalSource } from "./signal.ts";

/** The metrics to fetch for a signal, in the order in which `signalSeries` takes their series. An existing alarm has none. */
export function leafMetrics(signal: Signal): MetricRef[] {
  switch (signal.source.kind) {
    case "metric":
    case "capacity":
      return [signal.source.metric];
    case "ratio":
      return [signal.source.part, signal.source.total];
    case "alarm":
      return [];
  }
}

/**
 * Makes one series of a signal's leaf series (metric math is done here because emulators have none). A ratio is the percentage
 * `IF(total >= minimumTotal, 100 * FILL(part, 0) / total)`: too little traffic gives no point, traffic without errors gives 0. Where the part is what is good,
 * a missing one is no point either: it is late or lost more often than everything fails.
 */
export function signalSeries(signal: Signal, leaves: readonly Series[]): Series {
  const [first, second] = leaves;
  const expected = leafMetrics(signal).length;
  if (leaves.length !== expected || !first) {
    throw new InvalidInputError(`signal ${signal.name} is read from ${expected} metrics, but ${leaves.length} series were given`);
  }
  if (signal.source.kind === "capacity") return { ...first, values: first.values.map((value) => usedPercent(value, signal.source)) };
  if (signal.source.kind !== "ratio" || !second) return first;
  if (!aligned(first, second)) {
    throw new InvalidInputError(`the two series of signal ${signal.name} cover different times: fetch them in one call`);
  }
  const { minimumTotal } = signal.source;
  const missingPart = signal.better === "higher" ? null : 0;
  return { ...first, values: second.values.map((total, i) => percentage(first.values[i] ?? missingPart, total, minimumTotal)) };
}

/** The series with a 0 for every missing point where no point means that nothing happened. Only for time that is over: a point of now may still come. */
export function withQuietPoints(series: Series, { publishes }: Pick<Signal, "publishes">): Series {
  return publishes === "on-event" ? { ...series, values: series.values.map((value) => value ?? 0) } : series;
}

function percentage(part: number | null, total: number | null, minimumTotal: number): number | null {
  return part === null || total === null || total <= 0 || total < minimumTotal ? null : (100 * part) / total;
}

function usedPercent(value: number | null, source: SignalSource): number | null {
  if (value === null || source.kind !== "capacity") return null;
  const percent = (100 * value) / source.capacity;
  return source.holds === "used" ? percent : 100 - percent;
}

function aligned(a: Series, b: Series): boolean {
  return a.startEpochSeconds === b.startEpochSeconds && a.periodSeconds === b.periodSeconds && a.values.length === b.values.length;
}

/** The values of whole periods within [from, to), oldest first, without what is missing. */
export function valuesBetween({ startEpochSeconds, periodSeconds, values }: Series, from: Date, to: Date): number[] {
  return values.filter((value, index): value is number => {
    const startMillis = (startEpochSeconds + index * periodSeconds) * 1000;
    return value !== null && startMillis >= from.getTime() && startMillis + periodSeconds * 1000 <= to.getTime();
  });
}

/** Mean of the points that start in [from, to); null when there are none. */
export function windowMean(series: Series, from: Date, to: Date): number | null {
  const inside = series.values.filter((value, i) => {
    const startMillis = (series.startEpochSeconds + i * series.periodSeconds) * 1000;
    return value !== null && startMillis >= from.getTime() && startMillis < to.getTime();
  }) as number[];
  return inside.length === 0 ? null : inside.reduce((sum, value) => sum + value, 0) / inside.length;
}

/** The part of a series from the point that holds `from` on. */
export function startingAt(series: Series, from: Date): Series {
  const { startEpochSeconds, periodSeconds, values } = series;
  const skipped = Math.max(0, Math.floor((from.getTime() / 1000 - startEpochSeconds) / periodSeconds));
  return { startEpochSeconds: startEpochSeconds + skipped * periodSeconds, periodSeconds, values: values.slice(skipped) };
}

/** The last `n` points that have a value, oldest first. Fewer when there are not so many. */
export function lastValues(series: Series, n: number): number[] {
  const real = series.values.filter((value) => value !== null);
  return n <= 0 ? [] : real.slice(-n);
}

/**
 * When the newest run of breaching points began; null when nothing breaches. Up to N - M points in a row that are fine or missing do not
 * end the run, since they would not have ended the alarm.
 */
export function breachOnset(series: Series, rule: Omit<AlarmRule, "missingData">): Date | null {
  const gapAllowed = rule.evaluationPeriods - rule.datapointsToAlarm;
  let onset: number | null = null;
  let gap = 0;
  for (let i = series.values.length - 1; i >= 0 && gap <= gapAllowed; i--) {
    const value = series.values[i] ?? null;
    if (value !== null && breaches(rule, value)) {
      onset = i;
      gap = 0;
    } else if (onset !== null) {
      gap++;
    }
  }
  return onset === null ? null : new Date((series.startEpochSeconds + onset * series.periodSeconds) * 1000);
}
