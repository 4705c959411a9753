import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guarded, signalMath } from "../../../functions/domain/alarms/signal-math.ts";
import { evaluateMath } from "../../../functions/domain/metric-math/evaluate-math.ts";
import { parseMath } from "../../../functions/domain/metric-math/parse-math.ts";
import { signalWarnings } from "../../../functions/domain/metric-sources/signal-warnings.ts";
import type { Signal } from "../../../functions/domain/signal.ts";
import { signalSeries } from "../../../functions/domain/signal-series.ts";
import { aMetricRef, aRatioSignal } from "../../support/builders/index.ts";

const source = {
  kind: "ratio",
  part: aMetricRef({ name: "Good", stat: "Sum" }),
  total: aMetricRef({ name: "All", stat: "Sum" }),
  minimumTotal: 20,
} as const;
const bad = aRatioSignal({ source: { ...source, part: aMetricRef({ name: "Bad", stat: "Sum" }) } });
const good = aRatioSignal({ name: "availability", better: "higher", source });

type Points = readonly (number | null)[];

/** What CloudWatch makes of the signal in an alarm. */
function asAlarmed(signal: Signal, part: Points, total: Points, missingOperand: "zero" | "missing" = "zero"): Points {
  const math = signalMath(signal, undefined);
  const parsed = parseMath(math === null ? "" : guarded(math.conditions, math.value), ["part", "total"]);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const asArray = (points: Points) => Float64Array.from(points, (value) => value ?? Number.NaN);
  const grid = { startEpochSeconds: 0, stepSeconds: 60, periodSeconds: 60, length: part.length, missingOperand };
  const leaves = new Map([
    ["part", asArray(part)],
    ["total", asArray(total)],
  ]);
  return Array.from(evaluateMath(parsed.value, leaves, grid), (value) => (Number.isNaN(value) ? null : value));
}

const series = (values: Points) => ({ startEpochSeconds: 0, periodSeconds: 60, values: [...values] });

describe("a share of what is good", () => {
  it.each(["zero", "missing"] as const)(
    "has no value where its count is late or lost, and 0 where zeros were published (%s)",
    (missing) => {
      expect(asAlarmed(good, [990, null, 0, 10], [1000, 1000, 1000, 19], missing)).toEqual([99, null, 0, null]);
      expect(asAlarmed(bad, [10, null, 0, 10], [1000, 1000, 1000, 19], missing)).toEqual([1, 0, 0, null]);
    },
  );

  it("is the same in the alarm and in the signal's own series, as is a share of what is bad", () => {
    const point = fc.tuple(fc.option(fc.nat(100)), fc.option(fc.nat(100)));
    fc.assert(
      fc.property(fc.constantFrom(good, bad), fc.array(point, { minLength: 1, maxLength: 12 }), (signal, points) => {
        const part = points.map(([value]) => value);
        const total = points.map(([, value]) => value);

        expect(signalSeries(signal, [series(part), series(total)]).values).toEqual(asAlarmed(signal, part, total));
      }),
    );
  });

  it("is warned of, since a failure of everything may have no datapoint", () => {
    expect(signalWarnings({ signals: [good], triggers: [] }).map(({ signal, message }) => `${signal}: ${message}`)).toEqual([
      "availability: where nothing is good, Good may have no datapoint, and then there is no value and no alarm",
    ]);
    expect(signalWarnings({ signals: [bad], triggers: [] })).toEqual([]);
  });
});
