import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ArmCounts,
  countLogE,
  countLogEPath,
  dispersionOf,
  LEAST_PERIODS,
  logMeanExp,
} from "../../../functions/domain/judging/count-e-value.ts";
import { signLogEPath } from "../../../functions/domain/judging/sign-e-value.ts";
import { thinnedSign } from "../../../functions/domain/judging/thinned-sign.ts";
import { type Draws, draws } from "./simulated.ts";

const MINUTES = 60;
const LIMIT = Math.log(100);

/** A minute of two arms with `requests` each and 0.5 % errors; `over`: variance of each arm's own bursts, as a share of its rate squared. */
const minute = (random: Draws, requests: number, factor: number, over: number): ArmCounts => {
  const errors = (ratio: number) => random.poisson(requests * 0.005 * ratio * random.burst(over));
  return { bad: errors(factor), total: requests, controlBad: errors(1), controlTotal: requests };
};
const stretch = (random: Draws, requests: number, factor: number, over: number): ArmCounts[] =>
  Array.from({ length: MINUTES }, () => minute(random, requests, factor, over));

/** Looks after every minute of an hour: when the evidence first reached its limit, null = never. */
const firstReached = (path: readonly number[]): number | null => {
  const index = path.findIndex((log) => log >= LIMIT);
  return index === -1 ? null : index + 1;
};
const signPath = (periods: readonly ArmCounts[]): readonly number[] => signLogEPath(periods.map((period) => thinnedSign(period, 1)));

describe("the count e-process", () => {
  it.each([
    { name: "300 requests a minute, errors by chance", requests: 300, over: 0, runs: 10_000 },
    { name: "3,000 requests a minute, errors by chance", requests: 3_000, over: 0, runs: 2_000 },
    { name: "300 requests a minute, bursts of each arm's own", requests: 300, over: 0.5, runs: 10_000 },
    { name: "3,000 requests a minute, bursts of each arm's own", requests: 3_000, over: 0.3, runs: 2_000 },
  ])("raises false alarms under its bound of 1 % in an hour's looks each minute: $name", ({ name, requests, over, runs }) => {
    const random = draws(20_26);
    let [alarms, signs, untempered] = [0, 0, 0];
    for (let run = 0; run < runs; run++) {
      const dispersion = dispersionOf(stretch(random, requests, 1, over));
      const periods = stretch(random, requests, 1, over);
      if (dispersion !== null && firstReached(countLogEPath(periods, dispersion)) !== null) alarms++;
      if (firstReached(countLogEPath(periods)) !== null) untempered++;
      if (firstReached(signPath(periods)) !== null) signs++;
    }
    const percent = (count: number) => (100 * count) / runs;
    console.info(
      `${runs} null runs, ${name}: ${percent(alarms).toFixed(2)} % false (untempered ${percent(untempered).toFixed(2)} %, signs ${percent(signs).toFixed(2)} %)`,
    );

    expect(percent(alarms)).toBeLessThanOrEqual(1);
    // a proportion of 1 % itself is measured to within three of its standard errors
    expect(percent(signs)).toBeLessThanOrEqual(1 + 300 * Math.sqrt((0.01 * 0.99) / runs));
    if (over === 0) expect(percent(untempered)).toBeLessThanOrEqual(1);
    else expect(percent(untempered)).toBeGreaterThan(1);
  });

  it.each([
    { requests: 3_000, over: 0, least: 99, minutes: 5 },
    { requests: 300, over: 0, least: 90, minutes: 30 },
    { requests: 3_000, over: 0.3, least: 95, minutes: 20 },
    { requests: 300, over: 0.5, least: 40, minutes: 60 },
  ])("finds twice the errors in $least % of hours at $requests requests a minute, half of them in $minutes minutes", (cell) => {
    const random = draws(7);
    const found = Array.from({ length: 300 }, () => {
      const dispersion = dispersionOf(stretch(random, cell.requests, 1, cell.over));
      return firstReached(countLogEPath(stretch(random, cell.requests, 2, cell.over), dispersion ?? Number.POSITIVE_INFINITY));
    });
    const delays = found.map((delay) => delay ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);

    const foundPercent = found.filter((delay) => delay !== null).length / 3;
    console.info(
      `300 hours of 2x at ${cell.requests} requests a minute, bursts ${cell.over}: ${foundPercent.toFixed(1)} % found, median ${delays[150]} min`,
    );

    expect(foundPercent).toBeGreaterThanOrEqual(cell.least);
    expect(delays[150]).toBeLessThanOrEqual(cell.minutes);
  });

  const counts = fc.record({
    bad: fc.integer({ min: 0, max: 20 }),
    total: fc.integer({ min: 20, max: 500 }),
    controlBad: fc.integer({ min: 0, max: 20 }),
    controlTotal: fc.integer({ min: 20, max: 500 }),
  });
  const periods = fc.array(counts, { minLength: 1, maxLength: 30 });

  it("is a bet with a fair price: over all that can happen in a period its mean is 1", () => {
    const ways = (all: number, some: number): number =>
      Array.from({ length: some }, (_, index) => (all - index) / (index + 1)).reduce((product, factor) => product * factor, 1);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        counts,
        fc.double({ min: 1, max: 3, noNaN: true }),
        (all, { total, controlTotal }, ratio) => {
          const share = (ratio * total) / (ratio * total + controlTotal);
          const mean = Array.from({ length: all + 1 }, (_, bad) => {
            const period = { bad, total, controlBad: all - bad, controlTotal };
            return ways(all, bad) * share ** bad * (1 - share) ** (all - bad) * Math.exp(countLogE([period], 1, ratio));
          }).reduce((sum, part) => sum + part);

          expect(mean).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it("falls as more is tolerated, and counts less as the arms scatter more", () => {
    fc.assert(
      fc.property(periods, fc.double({ min: 1, max: 5, noNaN: true }), (all, tolerated) => {
        expect(countLogE(all, 1, tolerated)).toBeLessThanOrEqual(countLogE(all) + 1e-9);
        // a mean of roots is at most the root of the mean
        expect(countLogE(all, 4)).toBeLessThanOrEqual(countLogE(all) / 4 + 1e-9);
      }),
    );
  });

  it("learns nothing from periods without traffic in an arm, or without anything bad", () => {
    const bad = { bad: 9, total: 100, controlBad: 1, controlTotal: 100 };

    expect(countLogE([])).toBe(0);
    expect(
      countLogE([
        { ...bad, controlTotal: 0 },
        { bad: 0, total: 10, controlBad: 0, controlTotal: 10 },
      ]),
    ).toBe(0);
    expect(countLogEPath([bad, { ...bad, total: 0 }])).toEqual([countLogE([bad]), countLogE([bad])]);
  });

  it("stays finite after a day of nothing but errors", () => {
    const day = Array.from({ length: 1440 }, () => ({ bad: 5_000, total: 5_000, controlBad: 1, controlTotal: 5_000 }));

    expect(Number.isFinite(countLogE(day))).toBe(true);
    expect(logMeanExp([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("the dispersion", () => {
  it("is unknown from fewer periods with something bad than it takes", () => {
    const quiet = Array.from({ length: 100 }, () => ({ bad: 0, total: 100, controlBad: 0, controlTotal: 100 }));
    const some = quiet.map((period, index) => (index < LEAST_PERIODS - 1 ? { ...period, bad: 1 } : period));

    expect([dispersionOf([]), dispersionOf(quiet), dispersionOf(some)]).toEqual([null, null, null]);
    expect(dispersionOf([...some, { bad: 1, total: 100, controlBad: 0, controlTotal: 100 }])).toBeGreaterThanOrEqual(1);
  });

  it("is never under that of chance, and grows with bursts", () => {
    const even = Array.from({ length: 60 }, () => ({ bad: 5, total: 100, controlBad: 5, controlTotal: 100 }));
    const bursts = even.map((period, index) => (index % 2 === 0 ? { ...period, bad: 50 } : { ...period, controlBad: 50 }));

    expect(dispersionOf(even)).toBe(1);
    expect(dispersionOf(bursts)).toBeGreaterThan(30);
  });
});
