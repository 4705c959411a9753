import type { DetectionSeries } from "./detection-series.ts";
import type { SkippedSeries } from "./read-folder.ts";
import { type ReplayedSeries, replaySeries } from "./replay-series.ts";
import { kayenta } from "./rules/kayenta.ts";
import { rollguard, rollguardOfSix } from "./rules/rollguard.ts";
import { seed2x } from "./rules/seed-2x.ts";

/** Every rule that is replayed. */
export const RULES = [rollguard, seed2x, kayenta, rollguardOfSix];
const SAY_EVERY_MS = 2_000;

/** Every series that has enough starts, replayed; says how far it is when it takes longer than two seconds. */
export function replayAll(
  series: readonly DetectionSeries[],
  say: (line: string) => void,
): { readonly replayed: readonly ReplayedSeries[]; readonly skipped: readonly SkippedSeries[] } {
  const replayed: ReplayedSeries[] = [];
  const skipped: SkippedSeries[] = [];
  let saidAt = performance.now();
  for (const [index, one] of series.entries()) {
    const outcome = replaySeries(one, RULES);
    if (typeof outcome === "string") skipped.push({ series: one.name, reason: outcome });
    else replayed.push(outcome);
    if (performance.now() - saidAt < SAY_EVERY_MS) continue;
    saidAt = performance.now();
    say(`  ${index + 1} of ${series.length} series replayed`);
  }
  return { replayed, skipped };
}
