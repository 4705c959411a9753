import { type Aim, aimsOf } from "./aims.ts";
import { type FamilyResult, judgeFamilies } from "./family.ts";
import { type FileNotes, noSeries, type SkippedSeries } from "./read-folder.ts";
import type { ReplayedSeries } from "./replay-series.ts";
import { compareRules, type Paired, type RuleRow } from "./rule-rows.ts";

/** The whole answer, as `--json` prints it. */
export interface DetectionResult {
  /** A folder, or the seed of generated series. */
  readonly source: string;
  readonly rules: readonly RuleRow[];
  readonly paired: Paired;
  /** Null of fewer than six series. */
  readonly family: FamilyResult | null;
  readonly aims: readonly Aim[];
  /** Files in which something had to be put in order. */
  readonly notes: readonly FileNotes[];
}

/** Throws SeriesFileError where there is no series to compare on. */
export function detectionResult(
  source: string,
  series: readonly ReplayedSeries[],
  skipped: readonly SkippedSeries[],
  notes: readonly FileNotes[],
): DetectionResult {
  if (series.length === 0) throw noSeries(source, skipped);
  const { rules, paired } = compareRules(series, skipped);
  const family = judgeFamilies(series);
  return { source, rules, paired, family, aims: aimsOf(rules, paired, family), notes };
}
