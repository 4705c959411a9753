import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFolder } from "../../../bench/detection/read-folder.ts";

describe("a folder of series", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "detection-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (name: string, ...lines: readonly string[]) => writeFileSync(join(folder, name), ["timestamp,value", ...lines].join("\n"));

  it("is read in the order of the names, with what had to be put in order, and what cannot be judged", () => {
    write("b.csv", "2026-01-01 00:05:00,2", "2026-01-01 00:00:00,1", "2026-01-01 00:15:00,4", "2026-01-01 00:20:00,5");
    write("a.csv", "2026-01-01 00:00:00,1", "2026-01-01 00:05:00,2");
    write("hourly.csv", "2026-01-01 00:00:00,1", "2026-01-01 01:00:00,2");
    writeFileSync(join(folder, "notes.txt"), "no series");

    const { series, skipped, notes } = readFolder(folder);

    expect(series.map(({ name, values }) => ({ name, values }))).toEqual([
      { name: "a", values: [1, 2] },
      { name: "b", values: [1, 2, Number.NaN, 4, 5] },
    ]);
    expect(skipped).toEqual([{ series: "hourly", reason: "the median step is 3600 s; 10 to 600 s are judged" }]);
    expect(notes).toEqual([{ series: "b", unsorted: 1, duplicates: 0, missing: 1, withoutValue: 0 }]);
  });

  it("names the broken file and its line", () => {
    write("bad.csv", "2026-01-01 00:00:00,1", "yesterday,2");

    expect(() => readFolder(folder)).toThrow(`${join(folder, "bad.csv")}:3: expected a UTC time`);
  });

  it("skips a file that is odd, empty or cannot be read, with its line and the reason, and reads the others", () => {
    write("a.csv", "2026-01-01 00:00:00,1", "2026-01-01 00:05:00,2");
    write("bad.csv", "2026-01-01 00:00:00,1", "yesterday,2");
    writeFileSync(join(folder, "empty.csv"), "");
    mkdirSync(join(folder, "folder.csv"));
    write("rowless.csv");

    const { series, skipped } = readFolder(folder);

    expect(series.map(({ name }) => name)).toEqual(["a"]);
    expect(skipped).toEqual([
      { series: "bad", reason: expect.stringContaining(`${join(folder, "bad.csv")}:3: expected a UTC time`) },
      { series: "empty", reason: `${join(folder, "empty.csv")}:1: expected the header "timestamp,value", got ""` },
      { series: "folder", reason: expect.stringContaining(`${join(folder, "folder.csv")}: expected a file that can be read; EISDIR`) },
      { series: "rowless", reason: `${join(folder, "rowless.csv")}:2: expected rows after the header, got none with a value` },
    ]);
  });

  it("of which no file can be judged is an error that gives the reason of each", () => {
    writeFileSync(join(folder, "empty.csv"), "");
    write("hourly.csv", "2026-01-01 00:00:00,1", "2026-01-01 01:00:00,2");

    expect(() => readFolder(folder)).toThrow(
      `${folder}: no series can be judged\n  empty: ${join(folder, "empty.csv")}:1: expected the header "timestamp,value", got ""\n  hourly: the median step is 3600 s`,
    );
  });

  it("without a CSV file, or that is not there, is an error", () => {
    expect(() => readFolder(folder)).toThrow("expected CSV files");
    expect(() => readFolder(join(folder, "none"))).toThrow("expected a folder with CSV files");
  });

  it("gives at most as many files as are asked for", () => {
    for (const name of ["a.csv", "b.csv", "c.csv"]) write(name, "2026-01-01 00:00:00,1", "2026-01-01 00:05:00,2");

    expect(readFolder(folder, 2).series.map(({ name }) => name)).toEqual(["a", "b"]);
  });
});
