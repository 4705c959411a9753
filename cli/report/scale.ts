/** Maps a value to a position. */
export type Scale = (value: number) => number;

/** Straight line from `domain` to `range`. A domain of no width maps everything to the middle of the range. */
export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const width = domain[1] - domain[0];
  if (width === 0) return () => (range[0] + range[1]) / 2;
  return (value) => range[0] + ((value - domain[0]) / width) * (range[1] - range[0]);
}

const STEPS = [1, 2, 2.5, 5, 10];

/** The smallest step of the form 1, 2, 2.5 or 5 times a power of ten that cuts `width` into at most `count` pieces. */
export function niceStep(width: number, count: number): number {
  const rough = width / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = STEPS.find((step) => step * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

export interface ValueAxis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

/**
 * A value axis that holds every value, starts at 0 unless there is a negative one, and leaves some air at the top. `ceiling` is a value that the signal
 * cannot pass (100 %): the axis ends there when the values reach it.
 */
export function valueAxis(values: readonly number[], ceiling = Number.POSITIVE_INFINITY, tickCount = 4): ValueAxis {
  const lowest = Math.min(0, ...values);
  const highest = Math.max(0, ...values);
  if (highest - lowest < 1e-9) return { domain: [0, 1], ticks: [0, 1] };
  const roomy = highest + (highest - lowest) * 0.06;
  const wanted = highest <= ceiling ? Math.min(roomy, ceiling) : roomy;
  const step = niceStep(wanted - lowest, tickCount);
  const first = Math.floor(lowest / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(wanted / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
  return { domain: [ticks[0] ?? 0, ticks.at(-1) ?? 1], ticks };
}

const TIME_STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** Round moments (epoch milliseconds) inside the span, at most `count` + 1 of them. */
export function timeTicks(from: number, to: number, count = 5): readonly number[] {
  if (to <= from) return [from];
  const wanted = (to - from) / 1000 / count;
  const fallback = Math.ceil(wanted / 86_400) * 86_400;
  const stepMs = (TIME_STEPS_SECONDS.find((step) => step >= wanted) ?? fallback) * 1000;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / stepMs) * stepMs; tick <= to; tick += stepMs) ticks.push(tick);
  return ticks;
}
