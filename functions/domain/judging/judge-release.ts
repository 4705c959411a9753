import type { ReleaseCalibration } from "./calibrate-release.ts";
import { expectedLevel } from "./pretended-releases.ts";
import { lookValue, middle, type ReleaseHistory } from "./release-history.ts";
import { RELEASE_RULE } from "./release-rule.ts";

/** What a look says of a release on one signal. */
export interface ReleaseVerdict {
  readonly verdict: "pass" | "fail" | "inconclusive";
  /** Factor by which nearly all points since the release, or half of them (`lowerShare`), are over what was expected (under it where lower is worse); null where nobody can tell. */
  readonly factor: number | null;
  /** Factor from which the release fails at this look. */
  readonly limit: number | null;
  /** Points since the release that were judged. */
  readonly points: number;
}

/**
 * Judges a release by the points since it was live, at the newest look that they reach; between two looks nothing is decided, so that every look is one of
 * those that were replayed. `after`: oldest first, NaN = missing. What is neither a failure nor the last look is inconclusive.
 */
export function judgeRelease(history: ReleaseHistory, calibration: ReleaseCalibration, after: readonly number[]): ReleaseVerdict {
  const look = history.lookPoints.indexOf(after.length);
  const scale = calibration.scales[look] ?? null;
  const before = middle(history.worse.slice(-history.bakePoints));
  const unknown: ReleaseVerdict = { verdict: "inconclusive", factor: null, limit: null, points: after.length };
  if (scale === null || !Number.isFinite(before)) return unknown;
  const moved =
    lookValue(after.map(history.toWorse), calibration.lowerShare) - expectedLevel(before, history.centre, calibration.persistence);
  if (!Number.isFinite(moved)) return unknown;
  const limit = Math.max(calibration.threshold * scale, Math.log(RELEASE_RULE.leastFactor));
  const isLast = look === history.lookPoints.length - 1;
  const verdict = moved > limit ? "fail" : isLast ? "pass" : "inconclusive";
  return { verdict, factor: Math.exp(moved), limit: Math.exp(limit), points: after.length };
}
