import { describe, expect, it } from "vitest";
import { parseSeries, SeriesFileError } from "../../../bench/detection/parse-series.ts";

const file = (...lines: readonly string[]): string => ["timestamp,value", ...lines].join("\n");

describe("a file of a series", () => {
  it.each([
    { time: "2014-02-14 14:30:00", epochSeconds: 1_392_388_200 },
    { time: "2014-02-14T14:30:00", epochSeconds: 1_392_388_200 },
    { time: "2014-02-14T14:30:00Z", epochSeconds: 1_392_388_200 },
    { time: "2014-02-14 14:30:00.250Z", epochSeconds: 1_392_388_200.25 },
    { time: "2016-02-29 23:59:59", epochSeconds: 1_456_790_399 },
  ])("has the time $time in UTC", ({ time, epochSeconds }) => {
    expect(parseSeries("a.csv", file(`${time},1.5e2`))).toEqual({ rows: [{ epochSeconds, value: 150 }], withoutValue: 0 });
  });

  it("may have a byte order mark, Windows line ends, blanks, empty lines and rows without a value", () => {
    const text = "\uFEFFtimestamp,value\r\n2014-02-14 14:30:00, 1\r\n\r\n2014-02-14 14:35:00,\r\n2014-02-14 14:40:00,NaN\r\n";

    expect(parseSeries("a.csv", text)).toEqual({ rows: [{ epochSeconds: 1_392_388_200, value: 1 }], withoutValue: 2 });
  });

  it.each([
    { text: "time,value\n", message: 'a.csv:1: expected the header "timestamp,value", got "time,value"' },
    { text: "", message: 'a.csv:1: expected the header "timestamp,value", got ""' },
    { text: file("2014-02-14 14:30:00,1", "2014-02-14 14:35:00,high"), message: 'a.csv:3: expected a number, got "high"' },
    { text: file("2014-02-14 14:30:00,Infinity"), message: 'a.csv:2: expected a number, got "Infinity"' },
    {
      text: file("", "2014-02-30 14:30:00,1"),
      message: 'a.csv:3: expected a UTC time like 2026-01-31 23:55:00 or 2026-01-31T23:55:00Z, got "2014-02-30 14:30:00"',
    },
    { text: file("2014-02-14 24:00:00,1"), message: "a.csv:2: expected a UTC time" },
    { text: file("2014-02-14T14:30:00+01:00,1"), message: "a.csv:2: expected a UTC time" },
    { text: file("2014-02-14 14:30:00"), message: "a.csv:2: expected a time and a value" },
    { text: file("2014-02-14 14:30:00,1,2"), message: "a.csv:2: expected a time and a value" },
    { text: file(), message: "a.csv:2: expected rows after the header" },
  ])("that is broken is an error at its line: $message", ({ text, message }) => {
    expect(() => parseSeries("a.csv", text)).toThrow(SeriesFileError);
    expect(() => parseSeries("a.csv", text)).toThrow(message);
  });
});
