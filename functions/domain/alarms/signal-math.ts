import type { MetricRef, Signal } from "../signal.ts";

/** A metric among an alarm's queries. */
export interface Leaf {
  readonly id: string;
  readonly metric: MetricRef;
}

/** A signal as metric math: its value, and what must hold of a period before that value is worth anything. */
export interface SignalMath {
  readonly leaves: readonly Leaf[];
  /** Over the ids of the leaves; the id of the one leaf where nothing is computed. */
  readonly value: string;
  /** All must hold, or the period has no value and the missing-data rule decides. */
  readonly conditions: readonly string[];
}

/** Ids of the leaves: plain, or of the signal that it is compared with. */
export type Side = "judged" | "control";

const IDS = {
  judged: { metric: "m1", samples: "samples", part: "part", total: "total" },
  control: { metric: "c1", samples: "controlSamples", part: "controlPart", total: "controlTotal" },
} as const;

export interface SignalMathOptions {
  /** @default judged */
  readonly side?: Side;
  /** Of a ratio or a count: one is counted that was not there, so that no errors are still a baseline (Laplace's rule of succession). @default false */
  readonly oneMore?: boolean;
  /** A period without a point is one in which nothing happened: 0. @default false */
  readonly quietIsZero?: boolean;
}

/**
 * The value of a signal. A ratio's guard is the greater of its own minimum and `minimumSamples`; any other signal is guarded by the SampleCount of its metric
 * (`EvaluateLowSampleCountPercentile` does not apply to metric math). A missing part is 0 where the part is bad, and no value where it is good. Null for an alarm
 * that exists already.
 */
export function signalMath(
  signal: Signal,
  minimumSamples: number | undefined,
  { side = "judged", oneMore = false, quietIsZero = false }: SignalMathOptions = {},
): SignalMath | null {
  const { source, better } = signal;
  const ids = IDS[side];
  const sampled = (metric: MetricRef, value: string): SignalMath =>
    minimumSamples === undefined
      ? { leaves: [{ id: ids.metric, metric }], value, conditions: [] }
      : {
          leaves: [
            { id: ids.metric, metric },
            { id: ids.samples, metric: { ...metric, stat: "SampleCount" } },
          ],
          value,
          conditions: [`${ids.samples} >= ${literal(minimumSamples)}`],
        };
  switch (source.kind) {
    case "alarm":
      return null;
    case "metric": {
      const value = quietIsZero ? `FILL(${ids.metric}, 0)` : ids.metric;
      return sampled(source.metric, oneMore && isCounted(signal) ? `${value} + 1` : value);
    }
    case "capacity": {
      const used = `100 * ${ids.metric} / ${literal(source.capacity)}`;
      return sampled(source.metric, source.holds === "used" ? used : `100 - ${used}`);
    }
    case "ratio": {
      const minimum = Math.max(source.minimumTotal, minimumSamples ?? 0);
      // never a division by zero
      const enough = minimum > 0 ? `${ids.total} >= ${literal(minimum)}` : `${ids.total} > 0`;
      const leaves = [
        { id: ids.part, metric: source.part },
        { id: ids.total, metric: source.total },
      ];
      // A late or lost count of what is good is no failure of all requests: no point, unless zeros were published.
      if (better === "higher")
        return { leaves, value: `100 * ${ids.part} / ${ids.total}`, conditions: [enough, `FILL(${ids.part}, -1) >= 0`] };
      return {
        leaves,
        // Requests without errors give 0, not a missing point.
        value: oneMore ? `100 * (FILL(${ids.part}, 0) + 1) / (${ids.total} + 1)` : `100 * FILL(${ids.part}, 0) / ${ids.total}`,
        conditions: [enough],
      };
    }
  }
}

/** True where values are numbers of things in a period: a sum, or how many samples there were. */
export function isCounted({ unit, source }: Pick<Signal, "unit" | "source">): boolean {
  return unit === "count" && source.kind === "metric" && (source.metric.stat === "Sum" || source.metric.stat === "SampleCount");
}

/** `value` where every condition holds, and no value elsewhere. */
export function guarded(conditions: readonly string[], value: string): string {
  return conditions.length === 0 ? value : `IF(${conditions.join(" AND ")}, ${value})`;
}

/** A part of an expression that may stand in a product. */
export function factor(expression: string): string {
  return /^\w+$/.test(expression) ? expression : `(${expression})`;
}

/** A number as metric math reads it: never in exponent form, without the noise of binary fractions. */
export function literal(value: number): string {
  const text = `${Number(value.toPrecision(12))}`;
  const plain = text.includes("e") ? value.toFixed(12).replace(/\.?0+$/, "") : text;
  return plain.startsWith("-") ? `(${plain})` : plain;
}
