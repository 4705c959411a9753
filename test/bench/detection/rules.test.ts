import { describe, expect, it } from "vitest";
import type { DetectionRule } from "../../../bench/detection/rules/detection-rule.ts";
import { kayenta } from "../../../bench/detection/rules/kayenta.ts";
import { rollguard, rollguardOfSix } from "../../../bench/detection/rules/rollguard.ts";
import { seed2x } from "../../../bench/detection/rules/seed-2x.ts";
import { seededRandom } from "../../../local/traffic/traffic-model.ts";

const random = seededRandom(4);
const history = Array.from({ length: 1_000 }, () => 10 + random());
const deploy = { history, periodSeconds: 300, bakeSlots: 12 };
const bake = (factor: number, slots = 12) => Array.from({ length: slots }, (_, slot) => factor * (10 + slot / 20));
const verdicts = (rule: DetectionRule, values: readonly number[], at = deploy) => {
  const watch = rule.watch(at);
  return values.map((_, slot) => watch(values.slice(0, slot + 1)));
};

describe("twice the hour before", () => {
  it("fires on one five-minute slot over twice the mean, at once", () => {
    const pre = new Array<number>(12).fill(4).with(0, 16);

    const said = verdicts(seed2x, [10, 10.1, 1], { ...deploy, history: pre });

    expect(said).toEqual(["pass", "fail", "pass"]);
  });

  it("takes the mean of five minutes where slots are shorter, once there are five", () => {
    const minutes = { history: new Array<number>(60).fill(1), periodSeconds: 60, bakeSlots: 60 };

    expect(verdicts(seed2x, [9, 9, 9, 9, 1, 0, 0, 0, 0, 0], minutes)).toEqual([
      ...new Array(4).fill("inconclusive"),
      ...["fail", "fail", "fail", "pass", "pass", "pass"],
    ]);
  });
});

describe("Kayenta's judge", () => {
  it("looks from five points an arm, then every five minutes", () => {
    const said = verdicts(kayenta, bake(2));

    expect(said).toEqual([...new Array(4).fill("inconclusive"), ...new Array(8).fill("fail")]);
  });

  it("looks every five minutes at points of a minute", () => {
    const minutes = { history, periodSeconds: 60, bakeSlots: 60 };
    const looked = verdicts(kayenta, bake(1, 60), minutes).flatMap((verdict, slot) => (verdict === "inconclusive" ? [] : [slot]));

    expect(looked).toEqual([4, 9, 14, 19, 24, 29, 34, 39, 44, 49, 54, 59]);
  });

  it("passes one value overall, and fails a constant that is higher than the constant before", () => {
    const constant = { ...deploy, history: new Array<number>(12).fill(3) };

    expect(verdicts(kayenta, new Array<number>(12).fill(3), constant).at(-1)).toBe("pass");
    expect(verdicts(kayenta, new Array<number>(12).fill(3.1), constant).at(-1)).toBe("fail");
    expect(verdicts(kayenta, new Array<number>(12).fill(2.9), constant).at(-1)).toBe("pass");
  });
});

describe("Rollguard's judge", () => {
  it("finds twice as much at its first look, after ten minutes, and passes what is as before", () => {
    expect(verdicts(rollguard, bake(2)).indexOf("fail")).toBe(1);
    expect(verdicts(rollguard, history.slice(-12))).not.toContain("fail");
    expect(verdicts(rollguard, history.slice(-12)).at(-1)).toBe("pass");
    expect(verdicts(rollguardOfSix, history.slice(-12)).at(-1)).toBe("pass");
  });

  it("says nothing of a signal without a history", () => {
    expect(new Set(verdicts(rollguard, bake(9), { ...deploy, history: history.slice(-20) }))).toEqual(new Set(["inconclusive"]));
  });
});
