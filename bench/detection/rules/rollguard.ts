import { calibrateRelease } from "../../../functions/domain/judging/calibrate-release.ts";
import { judgeRelease } from "../../../functions/domain/judging/judge-release.ts";
import { type PretendedReleases, pretendedReleases } from "../../../functions/domain/judging/pretended-releases.ts";
import { type ReleaseHistory, releaseHistory } from "../../../functions/domain/judging/release-history.ts";
import type { DetectionRule, PretendedDeploy } from "./detection-rule.ts";

interface ReplayedPast {
  readonly past: ReleaseHistory | null;
  readonly releases: PretendedReleases | null;
}

/** The past of a deploy is replayed once for both rules: only the threshold hangs on the number of signals. */
const replayed = new WeakMap<PretendedDeploy, ReplayedPast>();

function replayedPast(deploy: PretendedDeploy): ReplayedPast {
  const known = replayed.get(deploy);
  if (known !== undefined) return known;
  // The nominal period: 300 s where the clock of a file wanders around it.
  const past = releaseHistory(deploy.history, 3_600 / deploy.bakeSlots, "increase");
  const found = { past, releases: past === null ? null : pretendedReleases(past) };
  replayed.set(deploy, found);
  return found;
}

/** The function that judges in production, with its committed defaults; `signals` share the budget of one release. */
function rollguardRule(name: DetectionRule["name"], signals: number): DetectionRule {
  return {
    name,
    watch: (deploy) => {
      const { past, releases } = replayedPast(deploy);
      const calibration = past === null ? null : calibrateRelease(past, signals, releases);
      return past === null || calibration === null
        ? () => "inconclusive"
        : (bakeSoFar) => judgeRelease(past, calibration, bakeSoFar).verdict;
    },
  };
}

export const rollguard = rollguardRule("rollguard", 1);
export const rollguardOfSix = rollguardRule("rollguard-of-six", 6);
