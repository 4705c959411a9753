import { rounded } from "../statistics.ts";
import { type Interval, intervalOf, resampledMeans } from "./bootstrap.ts";
import { delaysMinutes, type FoundByBoth, foundByBoth, medianDelayMinutes } from "./delays.ts";
import { deploysOf, firedCount, inconclusivePercent, RATE_NAMES, type Rates, rateOf, ratesBy } from "./rates.ts";
import type { SkippedSeries } from "./read-folder.ts";
import type { ReplayedSeries } from "./replay-series.ts";
import { COMPARED, type ComparedRule } from "./rules/detection-rule.ts";

const DIGITS = 2;

/** One rule over all series. Rates are means over the series of each one's rate. */
export interface RuleRow extends Rates {
  readonly rule: ComparedRule;
  readonly series: number;
  readonly deploys: number;
  readonly skipped: readonly SkippedSeries[];
  /** Of the 2x copies that were found. */
  readonly medianDelayMinutes: number | null;
  /** Of all 2x copies, not found = infinite; null where that is the median. */
  readonly medianDelayOfAllMinutes: number | null;
  readonly inconclusivePercent: number;
  readonly fired: { readonly x1: number; readonly x1_5: number; readonly x2: number; readonly x3: number };
  readonly intervals: Readonly<Record<keyof Rates, Interval>>;
  readonly perSeries: readonly ({ readonly series: string } & Rates)[];
}

/** How much higher a rate is than Kayenta's, in percentage points, with the interval of the same resamples. */
export interface PairedRate {
  readonly difference: number;
  readonly interval: Interval;
}
export interface PairedRow extends Readonly<Record<keyof Rates, PairedRate>> {
  /** 2x copies that both found; `other` is Kayenta. */
  readonly foundByBoth: FoundByBoth;
}
export type Paired = Readonly<Record<Exclude<ComparedRule, "kayenta">, PairedRow>>;

/** Every rule beside the others, and the differences to Kayenta. Throws where there is no series. */
export function compareRules(series: readonly ReplayedSeries[], skipped: readonly SkippedSeries[]): { rules: RuleRow[]; paired: Paired } {
  const columns = COMPARED.flatMap((rule) => RATE_NAMES.map((name) => series.map(({ outcomes }) => rateOf(outcomes[rule], name))));
  const resampled = resampledMeans(columns);
  const at = (rule: ComparedRule, name: keyof Rates) => COMPARED.indexOf(rule) * RATE_NAMES.length + RATE_NAMES.indexOf(name);
  const ratesOf = (rule: ComparedRule, name: keyof Rates) => columns[at(rule, name)] ?? [];
  const means = (rule: ComparedRule, name: keyof Rates) => resampled[at(rule, name)] ?? [];
  const rules = COMPARED.map((rule): RuleRow => {
    const all = series.flatMap(({ outcomes }) => outcomes[rule]);
    const delays = delaysMinutes(series, rule);
    return {
      ...{ rule, series: series.length, deploys: deploysOf(series.length), skipped },
      ...ratesBy((name) => rounded(meanOf(ratesOf(rule, name)), DIGITS)),
      medianDelayMinutes: medianDelayMinutes(delays.filter(Number.isFinite)),
      medianDelayOfAllMinutes: medianDelayMinutes(delays),
      inconclusivePercent: rounded(inconclusivePercent(all), DIGITS),
      fired: { x1: firedCount(all, 1), x1_5: firedCount(all, 1.5), x2: firedCount(all, 2), x3: firedCount(all, 3) },
      intervals: ratesBy((name) => roundedInterval(intervalOf(means(rule, name)))),
      perSeries: series.map(({ name: one, outcomes }) => ({
        series: one,
        ...ratesBy((name) => rounded(rateOf(outcomes[rule], name), DIGITS)),
      })),
    };
  });
  const pairedRow = (rule: ComparedRule): PairedRow => ({
    ...ratesBy((name): PairedRate => {
      const theirs = means("kayenta", name);
      const difference = meanOf(ratesOf(rule, name)) - meanOf(ratesOf("kayenta", name));
      const interval = intervalOf(means(rule, name).map((value, resample) => value - (theirs[resample] ?? Number.NaN)));
      return { difference: rounded(difference, DIGITS), interval: roundedInterval(interval) };
    }),
    foundByBoth: foundByBoth(series, rule, "kayenta"),
  });
  return { rules, paired: { rollguard: pairedRow("rollguard"), "seed-2x": pairedRow("seed-2x") } };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function roundedInterval([low, high]: Interval): Interval {
  return [rounded(low, DIGITS), rounded(high, DIGITS)];
}
