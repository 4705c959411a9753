import type { Classification } from "./kayenta-classify.ts";

/** A classified metric with the groups that it counts in. */
export interface ScoredMetric {
  readonly classification: Classification;
  readonly groups: readonly string[];
  readonly critical: boolean;
  /** Shown and not counted. */
  readonly muted?: boolean;
}

export interface CanaryScore {
  /** 0 to 100, two decimals. */
  readonly score: number;
  readonly verdict: "Pass" | "Marginal" | "Fail";
  readonly reason: string;
}

const NO_DATA_SHARE = 0.5;

/**
 * Kayenta's weighted score: each group's share of passing metrics, weighted in percent (groups without a weight share what is left). A critical metric that
 * does not pass, or half of the metrics without data, makes 0. `thresholds` are the canary configuration's `pass` and `marginal`.
 */
export function scoreCanary(
  metrics: readonly ScoredMetric[],
  groupWeights: Readonly<Record<string, number>>,
  thresholds: { readonly pass: number; readonly marginal: number },
): CanaryScore {
  const counted = metrics.filter(({ muted }) => muted !== true);
  const told = (score: number, reason: string): CanaryScore => ({
    score,
    verdict: score >= thresholds.pass ? "Pass" : score >= thresholds.marginal ? "Marginal" : "Fail",
    reason,
  });
  if (counted.some(({ critical, classification }) => critical && classification !== "Pass")) return told(0, "a critical metric failed");
  const withoutData = counted.filter(({ classification }) => classification === "Nodata").length;
  if (withoutData >= NO_DATA_SHARE * counted.length) return told(0, `${withoutData} of ${counted.length} metrics have no data`);
  const groups = [...new Set(counted.flatMap((metric) => metric.groups))];
  const unweighted = groups.filter((group) => groupWeights[group] === undefined);
  const left = 100 - groups.reduce((sum, group) => sum + (groupWeights[group] ?? 0), 0);
  const score = groups.reduce((sum, group) => {
    const weight = groupWeights[group] ?? left / unweighted.length;
    return sum + (groupScore(counted.filter((metric) => metric.groups.includes(group))) * weight) / 100;
  }, 0);
  return told(Math.round(score * 100) / 100, `${groups.length} groups`);
}

/** A group without any data speaks against nothing. */
function groupScore(metrics: readonly ScoredMetric[]): number {
  const judged = metrics.filter(({ classification }) => classification !== "Nodata");
  if (judged.length === 0) return 100;
  return (100 * judged.filter(({ classification }) => classification === "Pass").length) / judged.length;
}
