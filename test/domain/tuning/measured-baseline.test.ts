import { describe, expect, it } from "vitest";
import { measuredBaseline, withEnoughSamples } from "../../../functions/domain/tuning/measured-baseline.ts";

const FROM = "2026-11-20T02:00:00.000Z";
const at = (minute: number) => new Date(Date.parse(FROM) + minute * 60_000).toISOString();
const measured = (values: readonly (number | null)[], from = FROM, to = at(60)) => ({
  window: { from, to },
  series: { startEpochSeconds: Date.parse(FROM) / 1000, periodSeconds: 60, values: [...values] },
});

describe("a measured baseline", () => {
  it("is the median of the points that are wholly in the window, with their number", () => {
    const values = [900, 900, 100, 110, 120, 130, 5000, 900];

    expect(measuredBaseline({ leastGroups: 1 }, [[measured(values, at(2), at(7))]])).toEqual({
      value: 120,
      from: at(2),
      to: at(7),
      points: 5,
    });
  });

  it("is none of fewer than three points: nobody guesses", () => {
    expect(measuredBaseline({ leastGroups: 1 }, [[measured([100, null, 120, null])]])).toBeNull();
    expect(measuredBaseline({ leastGroups: 1 }, [[measured([null])]])).toBeNull();
    expect(measuredBaseline({ leastGroups: 1 }, [])).toBeNull();
  });

  it("of several days is the median of the days, so that one odd day moves nothing", () => {
    const day = (value: number) => [measured([value, value, value]), measured([value + 2, value + 2, value + 2])];

    expect(measuredBaseline({ leastGroups: 3 }, [day(10), day(9000), day(12)])).toMatchObject({ value: 13, points: 18 });
  });

  it("takes the outermost window of each day where the basis says so", () => {
    const day = (value: number) => [measured([value, value, value]), measured([value + 2, value + 2, value + 2])];
    const days = [day(10), day(9000), day(12)];

    expect(measuredBaseline({ leastGroups: 3, outermost: "lowest" }, days)).toMatchObject({ value: 12 });
    expect(measuredBaseline({ leastGroups: 3, outermost: "highest" }, days)).toMatchObject({ value: 14 });
  });

  it("needs as many days as it says; a day without points is none", () => {
    const day = (value: number | null) => [measured([value, value, value])];

    expect(measuredBaseline({ leastGroups: 3 }, [day(10), day(null), day(12)])).toBeNull();
    expect(measuredBaseline({ leastGroups: 3 }, [day(10), day(null), day(12), day(14)])).toMatchObject({ value: 12 });
  });

  it("takes no point of the time when a bad release was live", () => {
    const bad = [{ from: at(3), to: at(6) }];

    expect(measuredBaseline({ leastGroups: 1 }, [[measured([10, 10, 10, 900, 900, 900, 12])]], bad)).toMatchObject({
      value: 10,
      points: 4,
    });
    expect(measuredBaseline({ leastGroups: 1 }, [[measured([10, 10, null, 900, 900, 900])]], bad)).toBeNull();
  });

  it("takes no point of a period with too few samples", () => {
    const series = measured([10, 20, 30]).series;

    expect(withEnoughSamples(series, measured([200, 199, null]).series, 200).values).toEqual([10, null, null]);
  });
});
