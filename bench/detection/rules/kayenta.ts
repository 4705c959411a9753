import { classifyMetric } from "../../../functions/domain/judging/kayenta-classify.ts";
import type { DetectionRule } from "./detection-rule.ts";

const INTERVAL_SECONDS = 300;
/** Kayenta itself has no least number; with two points an arm a tenth of identical arms fails. */
const LEAST_POINTS = 5;

/**
 * Kayenta's judge as its own users would run it on a deploy without a control: the hour before against the bake so far, every five minutes from five points
 * an arm, its fixed confidence 0.98 and tolerance 0.25, outliers kept, an increase of any size.
 */
export const kayenta: DetectionRule = {
  name: "kayenta",
  watch: ({ history, periodSeconds, bakeSlots }) => {
    const control = history.slice(-bakeSlots);
    const every = Math.max(1, Math.round(INTERVAL_SECONDS / periodSeconds));
    return (bakeSoFar) => {
      if (bakeSoFar.length % every !== 0 || Math.min(bakeSoFar.length, control.length) < LEAST_POINTS) return "inconclusive";
      const { classification } = classifyMetric(bakeSoFar, control, { direction: "increase", allowedIncrease: 1 });
      if (classification === "High") return "fail";
      return classification === "Pass" ? "pass" : "inconclusive";
    };
  },
};
