import * as z from "zod/mini";
import { EFFECT_SIZES } from "./effect-size.ts";
import { judgeRanks, RANK_FLOOR } from "./judge-ranks.ts";
import type { Classification, ClassifyOptions } from "./kayenta-classify.ts";
import { type CanaryScore, scoreCanary } from "./kayenta-score.ts";

const EffectSizeSchema = z.object({
  measure: z.optional(z.enum(EFFECT_SIZES)),
  allowedIncrease: z.optional(z.number()),
  allowedDecrease: z.optional(z.number()),
  criticalIncrease: z.optional(z.number()),
  criticalDecrease: z.optional(z.number()),
});

/** What of a canary configuration decides a run (spinnaker/kayenta, docs/canary-config.md). What else stands in it is not looked at. */
export const CanaryConfigSchema = z.object({
  metrics: z.array(
    z.object({
      name: z.string(),
      groups: z.optional(z.array(z.string())),
      analysisConfigurations: z.optional(
        z.object({
          canary: z.optional(
            z.object({
              direction: z.optional(z.enum(["increase", "decrease", "either"])),
              nanStrategy: z.optional(z.enum(["remove", "replace"])),
              critical: z.optional(z.boolean()),
              mustHaveData: z.optional(z.boolean()),
              muted: z.optional(z.boolean()),
              effectSize: z.optional(EffectSizeSchema),
              outliers: z.optional(z.object({ strategy: z.optional(z.enum(["keep", "remove"])) })),
            }),
          ),
        }),
      ),
    }),
  ),
  classifier: z.object({
    groupWeights: z.optional(z.record(z.string(), z.number())),
    scoreThresholds: z.optional(z.object({ pass: z.number(), marginal: z.number() })),
  }),
});
export type CanaryConfig = z.infer<typeof CanaryConfigSchema>;

/** Kayenta's advice, where a configuration has no thresholds of its own. */
const DEFAULT_THRESHOLDS = { pass: 95, marginal: 75 } as const;

/** Values of both arms by the period, NaN = missing. */
export interface CanaryArms {
  readonly experiment: readonly number[];
  readonly control: readonly number[];
}

export interface CanaryRun extends CanaryScore {
  readonly metrics: readonly {
    readonly name: string;
    readonly classification: Classification;
    readonly critical: boolean;
    readonly reason: string;
  }[];
}

/**
 * Scores a run by a canary configuration as Kayenta does, with its own interval. Fewer than five values an arm are no data unless `strict` asks for Kayenta to
 * the letter. A metric of the configuration of which nothing was read has no data.
 */
export function scoreRun(config: CanaryConfig, arms: Readonly<Record<string, CanaryArms>>, { strict = false } = {}): CanaryRun {
  const metrics = config.metrics.map(({ name, groups = [], analysisConfigurations }) => {
    const canary = analysisConfigurations?.canary ?? {};
    const { experiment, control } = (Object.hasOwn(arms, name) ? arms[name] : undefined) ?? { experiment: [], control: [] };
    const { metric } = judgeRanks(experiment, control, { ...optionsOf(canary), strict, interval: "compat" });
    const judged = metric ?? {
      ...{ classification: "Nodata" as const, critical: canary.critical ?? false },
      reason: `${experiment.length} values against ${control.length}: ${RANK_FLOOR} are needed`,
    };
    const { classification, critical, reason } = judged;
    return { name, groups, muted: canary.muted ?? false, classification, critical, reason };
  });
  const score = scoreCanary(metrics, config.classifier.groupWeights ?? {}, config.classifier.scoreThresholds ?? DEFAULT_THRESHOLDS);
  return { ...score, metrics: metrics.map(({ name, classification, critical, reason }) => ({ name, classification, critical, reason })) };
}

type Canary = NonNullable<NonNullable<CanaryConfig["metrics"][number]["analysisConfigurations"]>["canary"]>;

function optionsOf({ direction, nanStrategy, critical, mustHaveData, effectSize, outliers }: Canary): ClassifyOptions {
  const { measure, ...bounds } = effectSize ?? {};
  return {
    ...bounds,
    ...(measure === undefined ? {} : { effect: measure }),
    ...(direction === undefined ? {} : { direction }),
    ...(nanStrategy === undefined ? {} : { nanStrategy }),
    ...(outliers?.strategy === undefined ? {} : { outliers: outliers.strategy }),
    critical: critical ?? false,
    mustHaveData: mustHaveData ?? false,
  };
}
