import { mean } from "../../../functions/domain/judging/effect-size.ts";
import type { DetectionRule } from "./detection-rule.ts";

const FACTOR = 2;
const WINDOW_SECONDS = 300;

/** Seed 002: the mean of the last five minutes (at least one slot) is more than twice the mean of the hour before; looked at after every slot. */
export const seed2x: DetectionRule = {
  name: "seed-2x",
  watch: ({ history, periodSeconds, bakeSlots }) => {
    const limit = FACTOR * mean(history.slice(-bakeSlots));
    const window = Math.max(1, Math.round(WINDOW_SECONDS / periodSeconds));
    return (bakeSoFar) => {
      if (bakeSoFar.length < window) return "inconclusive";
      return mean(bakeSoFar.slice(-window)) > limit ? "fail" : "pass";
    };
  },
};
