import type { MetricWatch } from "../blueprint-alarms.ts";
import { type LeafSeries, pointAt } from "../replay/leaf-series.ts";
import type { Signal } from "../signal.ts";
import type { Stretch } from "./backtest-data.ts";

/**
 * The series of an alarm with a signal that is `factor` times as bad during a stretch; nothing else is changed, and the signal that it is compared with
 * neither. Of a metric the values are multiplied (divided where higher is better), of a ratio its part and never beyond the total; a share that is better
 * high and mostly over a half (availability) has the rest multiplied, which is what fails. Null where the alarm watches no value of the signal (silence).
 */
export function injectRegression(
  watch: MetricWatch,
  leaves: readonly LeafSeries[],
  signal: Signal,
  factor: number,
  stretch: Stretch,
): readonly LeafSeries[] | null {
  const judged = watch.leaves.findIndex(({ id }) => id === "m1" || id === "part");
  const id = watch.leaves[judged]?.id;
  const leaf = leaves[judged];
  const isSilence = watch.leaves.length === 1 && watch.leaves[0]?.metric.stat === "SampleCount";
  if (leaf === undefined || isSilence) return null;
  const total = id === "part" ? leaves[watch.leaves.findIndex((other) => other.id === "total")] : undefined;
  const worse = worsener(signal, factor, total !== undefined && signal.better === "higher" && mostlyOverHalf(leaf, total));
  const values =
    leaf.values instanceof Float64Array
      ? leaf.values.slice()
      : Float64Array.from({ length: leaf.values.length }, (_, i) => pointAt(leaf.values, i));
  const first = Math.max(0, Math.ceil((stretch.fromEpochSeconds - leaf.startEpochSeconds) / leaf.periodSeconds));
  const end = Math.min(values.length, Math.floor((stretch.toEpochSeconds - leaf.startEpochSeconds) / leaf.periodSeconds));
  for (let i = first; i < end; i++) {
    const offset = total === undefined ? 0 : (leaf.startEpochSeconds - total.startEpochSeconds) / leaf.periodSeconds;
    values[i] = worse(values[i] ?? Number.NaN, total === undefined ? Number.NaN : pointAt(total.values, i + offset));
  }
  return leaves.map((one, index) => (index === judged ? { ...one, values } : one));
}

type Worse = (value: number, total: number) => number;

function worsener({ source, better }: Signal, factor: number, failsRarely: boolean): Worse {
  const isLower = better === "lower";
  if (source.kind === "ratio") {
    if (isLower) return (part, total) => Math.min(part * factor, total);
    return failsRarely ? (part, total) => Math.max(0, total - factor * (total - part)) : (part) => part / factor;
  }
  // Of a capacity the metric may be what is left, of which less is worse.
  if (source.kind === "capacity" && source.holds === "free") {
    const { capacity } = source;
    return (free) => (isLower ? Math.max(0, capacity - factor * (capacity - free)) : free / factor);
  }
  return (value) => (isLower ? value * factor : value / factor);
}

function mostlyOverHalf(part: LeafSeries, total: LeafSeries): boolean {
  const offset = (part.startEpochSeconds - total.startEpochSeconds) / part.periodSeconds;
  let balance = 0;
  for (let i = 0; i < part.values.length; i++) {
    const share = pointAt(part.values, i) / pointAt(total.values, i + offset);
    if (!Number.isNaN(share)) balance += share > 0.5 ? 1 : -1;
  }
  return balance > 0;
}
