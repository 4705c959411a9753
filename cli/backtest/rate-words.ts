import type { FoundRate } from "../../functions/domain/backtest/deploy-outcomes.ts";
import type { Rate } from "../../functions/domain/backtest/proportion.ts";
import { formatNumber } from "../report/format.ts";

/** `2.1 % (0.4-11)`; `-` of no deploy. */
export function rateWords({ percent, low, high }: Rate): string {
  if (percent === null || low === null || high === null) return "-";
  return `${shortNumber(percent)} % (${shortNumber(low)}-${shortNumber(high)})`;
}

/** `100 %`, `-`. */
export function percentWords({ percent }: Rate): string {
  return percent === null ? "-" : `${shortNumber(percent)} %`;
}

/** `3.1/12 min`. */
export function delayWords({ delayMinutes: { p50, p90 } }: FoundRate): string {
  return p50 === null || p90 === null ? "-" : `${shortNumber(p50)}/${shortNumber(p90)} min`;
}

/** One digit behind the point below ten, none above. */
export function shortNumber(value: number): string {
  return formatNumber(Number(value.toFixed(value < 10 ? 1 : 0)));
}
