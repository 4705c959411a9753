import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { controlMargin, limitOf, type Margin, previousMargin } from "../../../functions/domain/alarms/baseline-margin.ts";
import { evaluateMath } from "../../../functions/domain/metric-math/evaluate-math.ts";
import { parseMath } from "../../../functions/domain/metric-math/parse-math.ts";
import type { Signal } from "../../../functions/domain/signal.ts";
import type { BaselineForm } from "../../../functions/domain/trigger-form.ts";
import { aRatioSignal, aSignal } from "../../support/builders/index.ts";
import { baselineForms } from "./support/random-triggers.ts";

const plain = aSignal();
const ratio = aRatioSignal();
const double: BaselineForm = { type: "baseline", operator: ">", against: "control", by: "factor", amount: 2, floor: 1, control: "stable" };

type Points = Readonly<Record<string, readonly (number | null)[]>>;

/** What CloudWatch makes of the expression; null = no datapoint. */
function computed(margin: Margin | null, points: Points, missingOperand: "zero" | "missing" = "zero"): (number | null)[] {
  const ids = (margin?.leaves ?? []).map(({ id }) => id);
  const parsed = parseMath(margin?.expression ?? "", ids);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const leaves = new Map(ids.map((id) => [id, Float64Array.from(points[id] ?? [], (value) => value ?? Number.NaN)]));
  const length = Math.max(...[...leaves.values()].map((leaf) => leaf.length));
  const grid = { startEpochSeconds: 0, stepSeconds: 3600, periodSeconds: 3600, length, missingOperand };
  return Array.from(evaluateMath(parsed.value, leaves, grid), (value) => (Number.isNaN(value) ? null : value));
}

const sampled = (value: number | null, baseline: number | null): Points => ({
  m1: [value],
  c1: [baseline],
  samples: [value === null ? null : 500],
  controlSamples: [baseline === null ? null : 500],
});
const shares = (part: number | null, total: number | null, controlPart: number | null, controlTotal: number | null): Points => ({
  part: [part],
  total: [total],
  controlPart: [controlPart],
  controlTotal: [controlTotal],
});

describe("a margin against a control", () => {
  it("is the value less what the control allows, for every form", () => {
    const amounts = fc.integer({ min: 0, max: 400 }).map((quarters) => quarters / 4);
    fc.assert(
      fc.property(baselineForms, amounts, amounts, (form, value, baseline) => {
        const [margin] = computed(controlMargin(plain, plain, form, 200), sampled(value, baseline));

        expect(margin).toBeCloseTo(value - limitOf(baseline, form), 9);
      }),
    );
  });

  it("of two shares is in percentage points, and the floor keeps it from being strict with a good control", () => {
    const margin = controlMargin(ratio, ratio, double, undefined);

    expect(computed(margin, shares(30, 1000, 10, 1000))).toEqual([3 - 2]);
    expect(computed(margin, shares(30, 1000, 1, 1000))).toEqual([3 - 1]);
    expect(computed(margin, shares(9, 1000, null, 1000))).toEqual([expect.closeTo(-0.1, 9)]);
  });

  it("without a floor adds one bad request to the control, so that the first error is no breach", () => {
    const margin = controlMargin(ratio, ratio, { ...double, floor: null }, undefined);

    expect(computed(margin, shares(1, 999, 0, 999))[0]).toBeLessThan(0);
    expect(computed(margin, shares(3, 999, 0, 999))[0]).toBeGreaterThan(0);
  });

  it.each(["zero", "missing"] as const)("has no value where a side has none, whatever a missing operand is (%s)", (missingOperand) => {
    const forms: BaselineForm[] = [double, { ...double, floor: null }, { ...double, operator: "<=", amount: 0.5 }];
    const ofPlain = forms.flatMap((form) =>
      [sampled(null, 5), sampled(5, null), sampled(null, null)].flatMap((points) =>
        computed(controlMargin(plain, plain, form), points, missingOperand),
      ),
    );
    const ofRatio = forms.flatMap((form) =>
      [shares(1, null, 1, 500), shares(1, 500, 1, null), shares(null, 0, null, 0), shares(5, 19, 5, 500), shares(5, 500, 5, 19)].flatMap(
        (points) => computed(controlMargin(ratio, ratio, form, undefined), points, missingOperand),
      ),
    );

    expect(ofPlain).toEqual(new Array(9).fill(null));
    expect(ofRatio).toEqual(new Array(15).fill(null));
  });
});

describe("a margin against the period before", () => {
  const drop: BaselineForm = {
    type: "baseline",
    operator: "<",
    against: "previous",
    by: "percent",
    amount: 30,
    floor: null,
    control: null,
  };

  it.each(["zero", "missing"] as const)("compares neighbours and leaves the first point out (%s)", (missingOperand) => {
    const points = { m1: [100, 90, 50, 50, null, 40] };

    expect(computed(previousMargin(plain, drop, undefined), points, missingOperand)).toEqual([
      null,
      expect.closeTo(90 - 70, 9),
      expect.closeTo(50 - 63, 9),
      expect.closeTo(50 - 35, 9),
      null,
      // across the gap: half of the way from 50 to 40
      expect.closeTo(40 - 0.7 * 45, 9),
    ]);
  });

  it("of a share sees no period with too little traffic", () => {
    const points = { part: [10, 10, 30, null], total: [1000, 10, 1000, 1000] };
    const rise: BaselineForm = { ...drop, operator: ">", by: "points", amount: 1 };

    expect(computed(previousMargin(ratio, rise, undefined), points)).toEqual([
      null,
      null,
      expect.closeTo(3 - 2 - 1, 9),
      expect.closeTo(0 - 3 - 1, 9),
    ]);
  });

  it("is what the form says of the value before, for every form", () => {
    const amounts = fc.integer({ min: 0, max: 400 }).map((quarters) => quarters / 4);
    fc.assert(
      fc.property(baselineForms, amounts, amounts, fc.constantFrom<Signal>(plain, ratio), (form, value, before, signal) => {
        const points = { m1: [before, value], part: [before, value], total: [100, 100], samples: [500, 500] };
        const [first, margin] = computed(previousMargin(signal, form, 30), points);

        expect(first).toBeNull();
        expect(margin).toBeCloseTo(value - limitOf(before, form), 9);
      }),
    );
  });
});
