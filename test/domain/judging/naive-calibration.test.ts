import { describe, expect, it } from "vitest";
import { calibrateRelease } from "../../../functions/domain/judging/calibrate-release.ts";
import { releaseHistory } from "../../../functions/domain/judging/release-history.ts";
import { seededRandom } from "../../../local/traffic/traffic-model.ts";
import { naiveCalibration } from "../../support/naive-release-calibration.ts";

/** A level that jumps, with noise, zeros and gaps: everything that makes looks differ. */
function history(seed: number, points: number, periodSeconds: number, direction: "increase" | "decrease") {
  const random = seededRandom(seed);
  let level = 10;
  const values = Array.from({ length: points }, () => {
    if (random() < 0.01) level = 4 + 20 * random();
    const kind = random();
    return kind < 0.02 ? Number.NaN : kind < 0.04 ? 0 : level * (0.8 + 0.4 * random());
  });
  const found = releaseHistory(values, periodSeconds, direction);
  if (found === null) throw new Error("the history is too short");
  return found;
}

describe("a calibration", () => {
  it.each([
    { seed: 1, points: 620, periodSeconds: 300, direction: "increase", family: 1 },
    { seed: 2, points: 911, periodSeconds: 300, direction: "decrease", family: 6 },
    { seed: 3, points: 2_600, periodSeconds: 300, direction: "increase", family: 2 },
    { seed: 4, points: 3_100, periodSeconds: 60, direction: "increase", family: 6 },
    { seed: 5, points: 500, periodSeconds: 600, direction: "increase", family: 1 },
  ] as const)("of $points points of $periodSeconds s, family of $family, is the one that the explanation gives", (given) => {
    const past = history(given.seed, given.points, given.periodSeconds, given.direction);

    expect(calibrateRelease(past, given.family)).toEqual(naiveCalibration(past, given.family));
  });
});
