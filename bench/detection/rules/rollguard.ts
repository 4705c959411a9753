import { calibrateRelease } from "../../../functions/domain/judging/calibrate-release.ts";
import { judgeRelease } from "../../../functions/domain/judging/judge-release.ts";
import { releaseHistory } from "../../../functions/domain/judging/release-history.ts";
import type { DetectionRule } from "./detection-rule.ts";

/** The function that judges in production, with its committed defaults; `signals` share the budget of one release. */
function rollguardRule(name: DetectionRule["name"], signals: number): DetectionRule {
  return {
    name,
    watch: ({ history, bakeSlots }) => {
      // The nominal period: 300 s where the clock of a file wanders around it.
      const past = releaseHistory(history, 3_600 / bakeSlots, "increase");
      const calibration = past === null ? null : calibrateRelease(past, signals);
      return past === null || calibration === null
        ? () => "inconclusive"
        : (bakeSoFar) => judgeRelease(past, calibration, bakeSoFar).verdict;
    },
  };
}

export const rollguard = rollguardRule("rollguard", 1);
export const rollguardOfSix = rollguardRule("rollguard-of-six", 6);
