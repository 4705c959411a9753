import { describe, expect, it } from "vitest";
import { intervalOf, resampledMeans } from "../../../bench/detection/bootstrap.ts";
import { seededRandom } from "../../../local/traffic/traffic-model.ts";

describe("the bootstrap", () => {
  it("draws with mulberry32 of seed 1", () => {
    const random = seededRandom(1);
    // mulberry32(1) begins with 0.6270739405881613, 0.002735721180215478, 0.5274470399599522: units 1, 0, 1 of two.
    const drawn = [random(), random(), random(), random()].map((value) => Math.floor(value * 2));

    const [means] = resampledMeans([[0, 1]]);

    expect(seededRandom(1)()).toBe(0.6270739405881613);
    expect(means).toHaveLength(2_000);
    expect(means?.slice(0, 2)).toEqual([((drawn[0] ?? 0) + (drawn[1] ?? 0)) / 2, ((drawn[2] ?? 0) + (drawn[3] ?? 0)) / 2]);
  });

  it("draws the same units for every column", () => {
    const [one, other] = resampledMeans([
      [1, 5, 9, 2],
      [11, 15, 19, 12],
    ]);

    expect(one).toHaveLength(2_000);
    expect(other?.every((value, resample) => Math.abs(value - 10 - (one?.[resample] ?? 0)) < 1e-9)).toBe(true);
  });

  it("has half of the resamples of two units at their mean, a quarter at each", () => {
    const [means = []] = resampledMeans([[0, 10]]);
    const share = (of: number) => means.filter((value) => value === of).length / means.length;

    expect(share(0) + share(5) + share(10)).toBe(1);
    expect(share(5)).toBeCloseTo(0.5, 1);
    expect(share(0)).toBeCloseTo(0.25, 1);
  });

  it("gives the 2.5th and the 97.5th percentile", () => {
    const means = Array.from({ length: 1_001 }, (_, index) => 1_000 - index);

    expect(intervalOf(means)).toEqual([25, 975]);
  });
});
