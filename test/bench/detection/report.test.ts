import { describe, expect, it } from "vitest";
import { detectionResult } from "../../../bench/detection/detection-result.ts";
import { renderDetection } from "../../../bench/detection/render-detection.ts";
import { renderVerdicts } from "../../../bench/detection/verdict-file.ts";
import { aReplayedSeries } from "./outcomes.ts";

const slots = (count: number, slot: number) => new Array<number>(count).fill(slot);
const series = Array.from({ length: 7 }, (_, index) =>
  aReplayedSeries(`cpu-${index + 1}`, {
    rollguard: { 1: slots(1, 4), 1.5: slots(30, 4), 2: slots(48, 1) },
    kayenta: { 1: slots(2, 4), 1.5: slots(30, 4), 2: slots(45, 4) },
    "rollguard-of-six": { 1: slots(4, 4), 2: slots(42, 1) },
  }),
);
const skipped = [{ series: "hourly", reason: "the median step is 3600 s; 10 to 600 s are judged" }];
const notes = [{ series: "cpu-1", missing: 3, duplicates: 2, unsorted: 1, withoutValue: 0 }];

describe("the result", () => {
  const result = detectionResult("folder", series, skipped, notes);

  it("has the documented keys", () => {
    expect(Object.keys(result)).toEqual(["source", "rules", "paired", "family", "aims", "notes"]);
    expect(result.rules.map((row) => Object.keys(row).sort())).toEqual(
      new Array(3).fill(
        [
          ...["rule", "series", "deploys", "skipped", "falsePercent", "found1_5xPercent", "found2xPercent", "found3xPercent"],
          ...["medianDelayMinutes", "medianDelayOfAllMinutes", "inconclusivePercent", "fired", "intervals", "perSeries"],
        ].sort(),
      ),
    );
  });

  it("holds each figure against its aim", () => {
    expect(result.aims.map(({ measured, limit, isMet }) => ({ measured, limit, isMet }))).toEqual([
      { measured: 1.67, limit: 2, isMet: true },
      { measured: -1.67, limit: 1, isMet: true },
      { measured: 5, limit: -2, isMet: true },
      { measured: 0, limit: -2, isMet: true },
      { measured: 10, limit: 12.5, isMet: true },
      { measured: 6.67, limit: 5, isMet: false },
    ]);
  });

  it("is readable as a table, with what was missed, skipped and put in order", () => {
    const text = renderDetection(result);

    expect(text).toContain("folder: 7 series, 420 pretended deploys of each copy");
    expect(text).toMatch(/rollguard +1\.7 \[1\.7, 1\.7\] +50\.0 \[50\.0, 50\.0\] +80\.0 \[80\.0, 80\.0\].* 10 +10 +0\.40x/);
    expect(text).toMatch(/false of six triggers, % +6\.67 +<= 5 +MISSED/);
    expect(text).toContain("1 families, 60 deploys; left out: cpu-7");
    expect(text).toContain("skipped hourly: the median step is 3600 s");
    expect(text).toContain("cpu-1: 3 slots missing, 2 duplicate rows, 1 out of order, 0 without a value");
  });

  it("of fewer than six series has no family, and misses its aim", () => {
    const few = detectionResult("folder", series.slice(0, 2), [], []);

    expect(few.family).toBeNull();
    expect(few.aims.at(-1)).toMatchObject({ measured: null, isMet: false });
    expect(renderDetection(few)).toContain("fewer than six series, no family");
  });

  it("of no series is an error that says why each was skipped", () => {
    expect(() => detectionResult("folder", [], skipped, [])).toThrow(
      "folder: no series can be judged\n  hourly: the median step is 3600 s",
    );
  });
});

describe("the file of verdicts", () => {
  const one = [aReplayedSeries('a "b"', { rollguard: { 1: [4] } })];

  it("has a JSON object a line for each series, rule, start and factor", () => {
    const lines = renderVerdicts("verdicts.jsonl", one).trimEnd().split("\n");

    expect(lines).toHaveLength(4 * 60 * 4);
    expect(lines.slice(0, 2).map((line) => JSON.parse(line))).toEqual([
      { series: 'a "b"', start: 588, factor: 1, rule: "rollguard", firedSlot: 4 },
      { series: 'a "b"', start: 588, factor: 1.5, rule: "rollguard", firedSlot: null },
    ]);
  });

  it("is CSV where it is called so", () => {
    expect(renderVerdicts("verdicts.csv", one).split("\n").slice(0, 3)).toEqual([
      "series,start,factor,rule,firedSlot",
      '"a ""b""",588,1,rollguard,4',
      '"a ""b""",588,1.5,rollguard,',
    ]);
  });
});
