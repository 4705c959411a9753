import type { Series } from "../signal.ts";

/** A stretch of time, ISO 8601 UTC; what ends exactly at `to` is in it. */
export interface TimeSpan {
  readonly from: string;
  readonly to: string;
}

/**
 * The slots of a series that lie wholly in the window, null = no point. A slot that touches one of the `without` (a bad release was live) is no point either:
 * what a bad release did is never how the service was.
 */
export function slotsWithin(series: Series, window: TimeSpan, without: readonly TimeSpan[] = []): readonly (number | null)[] {
  const { startEpochSeconds, periodSeconds, values } = series;
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const out = without.map((span) => [Date.parse(span.from), Date.parse(span.to)] as const);
  return values.flatMap((value, index) => {
    const start = (startEpochSeconds + index * periodSeconds) * 1000;
    const end = start + periodSeconds * 1000;
    if (start < from || end > to) return [];
    return [out.some(([badFrom, badTo]) => start < badTo && end > badFrom) ? null : value];
  });
}
