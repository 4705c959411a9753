import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeCounts } from "../../../functions/domain/judging/judge-counts.ts";
import { signLogEPath } from "../../../functions/domain/judging/sign-e-value.ts";
import { thinnedSign } from "../../../functions/domain/judging/thinned-sign.ts";
import { type Draws, draws } from "./simulated.ts";

const MINUTES = 60;
const LIMIT = Math.log(100);

/** An hour of two arms with so many requests a minute, the judged one `factor` times as bad, each with bursts of its own. */
function hour(random: Draws, [total, controlTotal]: readonly [number, number], factor: number, over: number) {
  const errors = (requests: number, rate: number) => Math.min(requests, random.poisson(requests * rate * random.burst(over)));
  return Array.from({ length: MINUTES }, () => {
    const bad = errors(total, 0.006 * factor);
    return { bad, total, controlBad: errors(controlTotal, 0.006), controlTotal };
  });
}

const SPLITS = [
  [150, 150],
  [210, 90],
  [240, 60],
  [270, 30],
  [30, 270],
  [2_970, 30],
  [30, 2_970],
] as const;

describe("the sign of a period", () => {
  it("is that of the rates where both arms have the same traffic", () => {
    expect(thinnedSign({ bad: 3, total: 100, controlBad: 2, controlTotal: 100 }, 1)).toBe(1);
    expect(thinnedSign({ bad: 2, total: 100, controlBad: 3, controlTotal: 100 }, 1)).toBe(-1);
    expect(thinnedSign({ bad: 3, total: 100, controlBad: 3, controlTotal: 100 }, 1)).toBe(0);
    expect(thinnedSign({ bad: 0, total: 0, controlBad: 3, controlTotal: 100 }, 1)).toBe(0);
  });

  it("is that of all ways to take as many requests of the larger arm as the smaller one has", () => {
    // One of two requests is taken, and one of the two is bad: half of the time the other arm's error meets one.
    expect(thinnedSign({ bad: 1, total: 2, controlBad: 1, controlTotal: 1 }, 1)).toBeCloseTo(-0.5, 12);
    expect(thinnedSign({ bad: 1, total: 1, controlBad: 1, controlTotal: 2 }, 1)).toBeCloseTo(0.5, 12);
    // 0 of 100, and 100 of 2,000 taken with 20 bad: none of them is bad in about 0.95^20 = 36 %.
    expect(thinnedSign({ bad: 0, total: 100, controlBad: 20, controlTotal: 2_000 }, 1)).toBeCloseTo(-0.6433, 3);
  });

  it("turns around with the arms", () => {
    const count = fc.integer({ min: 0, max: 3_000 });
    fc.assert(
      fc.property(count, count, count, count, (total, controlTotal, some, others) => {
        const [bad, controlBad] = [Math.min(total, some), Math.min(controlTotal, others)];
        const sign = thinnedSign({ bad, total, controlBad, controlTotal }, 1);

        expect(Math.abs(sign)).toBeLessThanOrEqual(1 + 1e-9);
        expect(thinnedSign({ bad: controlBad, total: controlTotal, controlBad: bad, controlTotal: total }, 1)).toBeCloseTo(-sign, 6);
      }),
    );
  });

  it.each(SPLITS)("raises false alarms under the bound of 1 % at %d against %d requests a minute, in an hour's looks", (...split) => {
    const runs = 1_000;
    for (const over of [0, 0.5]) {
      const random = draws(7);
      let alarms = 0;
      for (let run = 0; run < runs; run++) {
        const path = signLogEPath(hour(random, split, 1, over).map((period) => thinnedSign(period, 1)));
        if (path.some((log) => log >= LIMIT)) alarms++;
      }
      console.info(`${runs} null runs by signs, ${split.join("/")} requests, variance of bursts ${over}: ${(100 * alarms) / runs} % false`);

      // a proportion of 1 % itself is measured to within three of its standard errors
      expect(alarms / runs).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / runs));
    }
  });

  it.each(SPLITS)("finds an arm that is ten times as bad within the hour at %d against %d", (...split) => {
    const random = draws(8);
    const runs = 50;
    const found = Array.from({ length: runs }, () => judgeCounts({ during: hour(random, split, 10, 0), alike: [] }, 0.01)).filter(
      ({ by, e }) => by === "signs" && e >= 100,
    );

    expect(found.length / runs).toBeGreaterThanOrEqual(0.95);
  });
});
