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

describe("a history of which most points are missing", () => {
  const random = seededRandom(7);
  const sparse = Array.from({ length: 14 * 288 }, () => (random() < 0.5 ? Number.NaN : 10 * (0.8 + 0.4 * random())));

  it("counts pretended releases that nobody could judge neither as harmless nor as replayed", () => {
    const past = releaseHistory(sparse, 300, "increase");

    const calibration = past === null ? null : calibrateRelease(past);

    expect(past?.lookPoints).toEqual([2, 5, 8, 12]);
    expect(calibration?.replays).toBeGreaterThan(0);
    expect(calibration?.replays).toBeLessThan(1_000);
    expect(calibration?.scales.every((scale) => scale === null || Number.isFinite(scale))).toBe(true);
    expect(Number.isFinite(calibration?.threshold)).toBe(true);
  });

  it("gives no calibration where no hour can be judged, so that a look is inconclusive", () => {
    const everySecond = sparse.map((_, index) => (index % 2 === 0 ? 10 : Number.NaN));
    const past = releaseHistory(everySecond, 300, "increase");

    expect(past).not.toBeNull();
    expect(past && calibrateRelease(past)).toBeNull();
  });
});

it.each([31, 44, 123, 249, 255])("the last look of slots of %i s is the end of the hour, however the number is stored", (seconds) => {
  const bakeSlots = Math.round(3_600 / seconds);
  const values = Array.from({ length: 60 * bakeSlots }, (_, index) => 10 + (index % 7));

  const past = releaseHistory(values, 3_600 / bakeSlots, "increase");

  expect(past?.bakePoints).toBe(bakeSlots);
  expect(past?.lookPoints.at(-1)).toBe(bakeSlots);
});
