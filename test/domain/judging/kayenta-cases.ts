import { readFileSync } from "node:fs";
import type { EffectSizeMeasure } from "../../../functions/domain/judging/effect-size.ts";
import type { Classification, ClassifyOptions } from "../../../functions/domain/judging/kayenta-classify.ts";
import type { ScoredMetric } from "../../../functions/domain/judging/kayenta-score.ts";

interface Arms {
  readonly name: string;
  readonly experiment: readonly (number | null)[];
  readonly control: readonly (number | null)[];
}

type Options = Pick<
  ClassifyOptions,
  | "method"
  | "tolerance"
  | "allowedDecrease"
  | "allowedIncrease"
  | "criticalDecrease"
  | "criticalIncrease"
  | "direction"
  | "nanStrategy"
  | "critical"
>;

export interface ClassifyCase extends Arms, Options {
  readonly confLevel?: number;
  readonly effectSizeMeasure?: EffectSizeMeasure;
  readonly expected: {
    readonly classification?: Classification;
    readonly critical?: boolean;
    readonly deviation?: "NaN";
    readonly reasonNonEmpty?: boolean;
  };
}

interface ShiftCase extends Arms {
  readonly confidenceLevel: number;
  readonly expected: Readonly<Record<string, number>>;
  readonly tol: number | Readonly<Record<string, number>>;
}

/** Inputs and expected outcomes of Kayenta's own suites (spinnaker/kayenta a69573b, Apache-2.0), as facts. `null` = NaN. */
interface KayentaCases {
  readonly classify: readonly ClassifyCase[];
  readonly mannWhitney: readonly ShiftCase[];
  readonly wilcoxonDiff: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly checks: readonly { readonly mu: number; readonly quantile: number; readonly value: number }[];
    readonly tol: number;
  }[];
  readonly percentile: readonly {
    readonly name: string;
    readonly data: readonly number[];
    readonly checks: readonly { readonly p: number; readonly value: number; readonly tol: number }[];
  }[];
  readonly effectSize: readonly (Arms & {
    readonly measure: EffectSizeMeasure;
    readonly expected: number | "NaN";
    readonly tol: number;
  })[];
  readonly score: readonly {
    readonly name: string;
    readonly groupWeights: Readonly<Record<string, number>>;
    readonly metrics: readonly ScoredMetric[];
    readonly expectedSummaryScore: number;
  }[];
  readonly zQuantile: readonly { readonly p: number; readonly z: number; readonly tol: number }[];
}

export const KAYENTA_CASES: KayentaCases = JSON.parse(
  readFileSync(new URL("../fixtures/kayenta-judge-cases.json", import.meta.url), "utf8"),
);

/** The values with NaN for what is missing. */
export function numbers(values: readonly (number | null)[]): readonly number[] {
  return values.map((value) => value ?? Number.NaN);
}

/** Options of a case under the judge's own names. */
export function optionsOf(one: ClassifyCase): ClassifyOptions {
  const { name: _, experiment: __, control: ___, expected: ____, confLevel, effectSizeMeasure, ...options } = one;
  return {
    ...options,
    ...(confLevel === undefined ? {} : { confidence: confLevel }),
    ...(effectSizeMeasure === undefined ? {} : { effect: effectSizeMeasure }),
  };
}
