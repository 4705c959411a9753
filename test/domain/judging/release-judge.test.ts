import { describe, expect, it } from "vitest";
import { calibrateRelease, type ReleaseCalibration } from "../../../functions/domain/judging/calibrate-release.ts";
import { judgeRelease, type ReleaseVerdict } from "../../../functions/domain/judging/judge-release.ts";
import { lookValue, middle, type ReleaseHistory, releaseHistory } from "../../../functions/domain/judging/release-history.ts";
import { RELEASE_RULE } from "../../../functions/domain/judging/release-rule.ts";
import { draws, drifting } from "./simulated.ts";

const PERIOD_SECONDS = 300;
const DAY = (24 * 3600) / PERIOD_SECONDS;
const HOUR = 3600 / PERIOD_SECONDS;

type Known = { readonly history: ReleaseHistory; readonly calibration: ReleaseCalibration };
const known = (values: readonly number[], direction: "increase" | "decrease" = "increase", family = 1): Known => {
  const history = releaseHistory(values, PERIOD_SECONDS, direction);
  const calibration = history === null ? null : calibrateRelease(history, family);
  if (history === null || calibration === null) throw new Error("the history is too short");
  return { history, calibration };
};
/** The verdict of the first look that fails; else the last look's. */
const watched = ({ history, calibration }: Known, bake: readonly number[]): ReleaseVerdict => {
  const looks = history.lookPoints.map((points) => judgeRelease(history, calibration, bake.slice(0, points)));
  const found = looks.find(({ verdict }) => verdict === "fail") ?? looks.at(-1);
  if (found === undefined) throw new Error("there is no look");
  return found;
};
describe("a release on a signal like its own past", () => {
  const process = drifting(draws(7), 40 * DAY, 120);
  it("fails about as seldom as the replays said, and a worse one mostly", () => {
    const releases = Array.from({ length: 160 }, (_, index) => {
      const at = 7 * DAY + Math.floor((index * 32.9 * DAY) / 160);
      return { known: known(process.slice(at - 7 * DAY, at)), bake: process.slice(at, at + HOUR) };
    });
    const percentFailed = (factor: number): number => {
      const worse = (bake: readonly number[]) => bake.map((value) => value * factor);
      const failed = releases.filter((release) => watched(release.known, worse(release.bake)).verdict === "fail");
      return (100 * failed.length) / releases.length;
    };
    const promised = releases.map((release) => release.known.calibration.falsePercent);

    expect(Math.max(...promised)).toBeLessThanOrEqual(100 * RELEASE_RULE.falseCap);
    expect(percentFailed(1)).toBeLessThanOrEqual(middle(promised) + 2);
    expect(percentFailed(1.5)).toBeGreaterThanOrEqual(60);
    expect(percentFailed(2)).toBeGreaterThanOrEqual(95);
  });

  it("shares its budget with the others of its family", () => {
    const past = process.slice(0, 14 * DAY);
    const [alone, oneOfSix] = [known(past), known(past, "increase", 6)];

    // More than one in weight can never pay.
    const weight = RELEASE_RULE.falseWeight * 6 ** RELEASE_RULE.familyWeightExponent;
    expect(oneOfSix.calibration.falsePercent).toBeLessThanOrEqual(Math.min(100 / weight, alone.calibration.falsePercent));
    expect(oneOfSix.calibration.threshold).toBeGreaterThanOrEqual(alone.calibration.threshold);
  });
});

describe("a release judged", () => {
  const past = drifting(draws(3), 7 * DAY, 100);
  const bake = drifting(draws(4), HOUR, 100);

  it.each([1e-6, 1e-3, 1e3, 1e6])("has the same verdict and factor at a scale of %d", (scale) => {
    const of = (factor: number, unit: number) =>
      watched(
        known(past.map((value) => value * unit)),
        bake.map((value) => value * factor * unit),
      );

    expect([of(1, scale).verdict, of(2, scale).verdict]).toEqual(["pass", "fail"]);
    expect(of(2, scale).factor).toBeCloseTo(of(2, 1).factor ?? 0, 6);
    expect(of(2, scale).limit).toBeCloseTo(of(2, 1).limit ?? 0, 6);
  });

  it("fails where lower is worse and half is left, and not where it doubles", () => {
    const lower = known(past, "decrease");

    const half = watched(
      lower,
      bake.map((value) => value / 2),
    );
    const twice = watched(
      lower,
      bake.map((value) => value * 2),
    );
    expect([half.verdict, twice.verdict]).toEqual(["fail", "pass"]);
    expect(half.factor).toBeGreaterThan(half.limit ?? Number.POSITIVE_INFINITY);
  });

  it("is decided at a look and never between two", () => {
    const { history, calibration } = known(past);
    const bad = bake.map((value) => value * 3);
    const verdicts = bad.map((_, index) => judgeRelease(history, calibration, bad.slice(0, index + 1)).verdict);

    expect(history.lookPoints).toEqual([2, 5, 8, 12]);
    expect(verdicts.flatMap((verdict, index) => (verdict === "fail" ? [index + 1] : []))).toEqual(
      history.lookPoints.filter((_, look) => calibration.scales[look] !== null),
    );
  });

  it("passes at the last look only", () => {
    const { history, calibration } = known(past);

    expect(history.lookPoints.map((points) => judgeRelease(history, calibration, bake.slice(0, points)).verdict)).toEqual([
      "inconclusive",
      "inconclusive",
      "inconclusive",
      "pass",
    ]);
  });

  it("is inconclusive where more than a quarter of its points is missing, and judged where less is", () => {
    const { history, calibration } = known(past);
    const without = (missing: number) => bake.map((value, index) => (index < missing ? Number.NaN : value * 3));

    expect(watched({ history, calibration }, without(4))).toMatchObject({ verdict: "inconclusive", factor: null, limit: null });
    expect(judgeRelease(history, calibration, without(3))).toMatchObject({ verdict: "fail", points: 12 });
  });

  it("is inconclusive where nothing was measured in the hour before", () => {
    const blind = known([...past, ...Array.from({ length: HOUR }, () => Number.NaN)]);

    expect(watched(blind, bake).verdict).toBe("inconclusive");
  });
});

describe("a history", () => {
  const past = drifting(draws(5), 3 * DAY, 100);

  it("of less than two days says nothing", () => {
    expect(releaseHistory(past.slice(0, DAY), PERIOD_SECONDS, "increase")).toBeNull();
    expect(releaseHistory([], PERIOD_SECONDS, "increase")).toBeNull();
  });

  it("of nothing but zeros says nothing", () => {
    expect(
      releaseHistory(
        past.map(() => 0),
        PERIOD_SECONDS,
        "increase",
      ),
    ).toBeNull();
  });

  it("with some zeros is one of small values", () => {
    const history = releaseHistory(
      past.map((value, index) => (index % 3 === 0 ? 0 : value)),
      PERIOD_SECONDS,
      "increase",
    );

    expect(history?.worse.every(Number.isFinite)).toBe(true);
    expect(history === null ? null : calibrateRelease(history)).not.toBeNull();
  });

  it("without two whole hours to replay calibrates nothing", () => {
    const history = releaseHistory(past, PERIOD_SECONDS, "increase");
    const short = history === null ? null : { ...history, worse: history.worse.slice(0, HOUR) };

    expect(short === null ? "no history" : calibrateRelease(short)).toBeNull();
  });

  it("keeps the last 14 days", () => {
    const long = drifting(draws(6), 20 * DAY, 100);

    expect(releaseHistory(long, PERIOD_SECONDS, "increase")?.worse).toHaveLength(14 * DAY);
  });

  it("is judged by nearly all points: their lower quarter", () => {
    expect(lookValue([5, 1, 3, 4, 2])).toBe(2);
    expect([lookValue([1]), lookValue([1, Number.NaN, 2]), lookValue([1, 2, 3, Number.NaN])]).toEqual([Number.NaN, Number.NaN, 1.5]);
    expect(middle([3, Number.NaN, 1])).toBe(2);
  });
});
