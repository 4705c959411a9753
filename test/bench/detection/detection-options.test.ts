import { describe, expect, it } from "vitest";
import { parseDetectionOptions } from "../../../bench/detection/detection-options.ts";
import { REPORTING_SEED, TUNING_SEEDS } from "../../../bench/detection/generate.ts";
import { BenchUsageError } from "../../../bench/options.ts";

describe("options of bench:detection", () => {
  it("are by default a table of the series that are for reports", () => {
    expect(parseDetectionOptions([])).toEqual({
      ...{ json: false, help: false, data: null, verdicts: null, series: null, seed: REPORTING_SEED },
    });
    expect(TUNING_SEEDS).not.toContain(REPORTING_SEED);
  });

  it("name a folder, a file for the verdicts, a number of series and a seed", () => {
    expect(parseDetectionOptions(["--json", "--data", "metrics", "--verdicts", "v.csv", "--series", "20", "--seed", "3"])).toEqual({
      ...{ json: true, help: false, data: "metrics", verdicts: "v.csv", series: 20, seed: 3 },
    });
  });

  it.each([
    { args: ["--series", "0"], message: '--series: expected a whole number from 1 to 10000, got "0"' },
    { args: ["--series", "1e2"], message: "--series: expected a whole number" },
    { args: ["--seed", "-1"], message: "--" },
    { args: ["--fast"], message: "see npm run -s bench:detection -- --help" },
    { args: ["metrics"], message: "see npm run -s bench:detection -- --help" },
  ])("are refused as $args", ({ args, message }) => {
    expect(() => parseDetectionOptions(args)).toThrow(BenchUsageError);
    expect(() => parseDetectionOptions(args)).toThrow(message);
  });
});
