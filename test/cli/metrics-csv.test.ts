import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvNumber } from "../../cli/backtest/csv-number.ts";
import { csvTime } from "../../cli/backtest/csv-time.ts";
import { MetricsCsv } from "../../cli/backtest/metrics-csv.ts";

function read(text: string, chunkBytes = 7) {
  const csv = new MetricsCsv();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) csv.add(bytes.subarray(at, at + chunkBytes));
  return csv.end();
}

function timeOf(text: string): number {
  const bytes = Buffer.from(text);
  return csvTime(bytes, 0, bytes.length);
}

describe("a time of a CSV", () => {
  it.each([
    ["2026-03-29T01:30:00", "2026-03-29T01:30:00Z"],
    ["2026-03-29 02:30:00", "2026-03-29T02:30:00Z"],
    ["2026-10-25T02:30", "2026-10-25T02:30:00Z"],
    ["2024-02-29T23:59:59.750Z", "2024-02-29T23:59:59Z"],
    ["2026-11-20T03:12:00+01:00", "2026-11-20T02:12:00Z"],
    ["2026-11-20T03:12:00-0530", "2026-11-20T08:42:00Z"],
  ])("%s is %s: UTC where it says nothing, without summer time", (text, expected) => {
    expect(timeOf(text)).toBe(Date.parse(expected) / 1000);
  });

  it.each([
    "",
    "2026-11-20",
    "2026-02-29T00:00:00",
    "2026-13-01T00:00:00",
    "2026-11-20T24:00:00",
    "2026-11-20T10:60:00",
    "2026-11-20T10:00:00X",
    "20.11.2026 10:00",
    "1763607600",
  ])("%j is none", (text) => {
    expect(timeOf(text)).toBeNaN();
  });

  it("is what Date reads, for any second of a century", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_155_760_000 }), (second) => {
        expect(timeOf(new Date(second * 1000).toISOString())).toBe(second);
      }),
    );
  });
});

describe("a number of a CSV", () => {
  it("is what Number reads, to the last bit", () => {
    const texts = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.tuple(fc.integer(), fc.nat(999_999)).map(([whole, part]) => `${whole}.${part}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = Buffer.from(`x${text}y`);

        expect(csvNumber(bytes, 1, bytes.length - 1)).toBe(Number(text));
      }),
    );
  });

  it.each(["", "-", ".", "1.2.3", "0x10", "1,5", "Infinity", "ten"])("%j is none", (text) => {
    const bytes = Buffer.from(text);

    expect(csvNumber(bytes, 0, bytes.length)).toBeNaN();
  });
});

describe("a CSV of metrics", () => {
  it("is read the same in pieces of any size, with CRLF, quotes, a byte order mark, blank lines and columns in any order", () => {
    const text =
      '\ufeffvalue,timestamp,signal\r\n1.5,2026-11-20T00:00:00,cpu\r\n\r\n2.5,2026-11-20 00:01:00,"cpu"\r\n7,2026-11-20T00:00:00,memory';
    const whole = read(text, 10_000);

    for (const bytes of [1, 2, 3, 13, 64]) expect(read(text, bytes)).toEqual(whole);
    expect(whole).toMatchObject({ rows: 3, empty: 0, broken: 0, problems: [] });
    expect(whole.points.get("cpu")).toEqual({
      seconds: Float64Array.of(Date.UTC(2026, 10, 20) / 1000, Date.UTC(2026, 10, 20, 0, 1) / 1000),
      values: Float64Array.of(1.5, 2.5),
      samples: null,
    });
  });

  it("takes an empty value as a missing point, and samples where there are some", () => {
    const { points, empty, broken } = read(
      "timestamp,signal,value,samples\n2026-11-20T00:00:00,cpu,,\n2026-11-20T00:01:00,cpu,NaN,0\n2026-11-20T00:02:00,cpu,4,12\n2026-11-20T00:03:00,cpu,5",
    );

    expect({ empty, broken }).toEqual({ empty: 2, broken: 0 });
    expect([...(points.get("cpu")?.values ?? [])]).toEqual([Number.NaN, Number.NaN, 4, 5]);
    expect([...(points.get("cpu")?.samples ?? [])]).toEqual([Number.NaN, 0, 12, Number.NaN]);
  });

  it.each([
    ["2026-11-20T00:00:00,cpu", 2, /2 of 3 columns/],
    ["yesterday,cpu,1", 2, /"yesterday" is no time \(write UTC as/],
    ["2026-11-20T00:00:00,,1", 2, /no name/],
    ["2026-11-20T00:00:00,cpu,many", 2, /"many" is no value/],
    ["2026-11-20T00:00:00,cpu,1,-3", 2, /"-3" is no number of samples/],
  ])("says line and remedy of the broken row %j", (row, line, message) => {
    const { problems, broken } = read(`timestamp,signal,value,samples\n${row}\n2026-11-20T00:00:00,cpu,1,1\n`);

    expect(broken).toBe(1);
    expect(problems).toEqual([{ line, message: expect.stringMatching(message) }]);
  });

  it.each([
    ["", /empty/],
    ["time,name,value\n2026-11-20T00:00:00,cpu,1\n", /the header is "time,name,value"/],
  ])("refuses %j as a whole", (text, message) => {
    expect(read(text).problems).toEqual([{ line: 1, message: expect.stringMatching(message) }]);
  });

  it("keeps the first ten problems and the number of all", () => {
    const { problems, broken } = read(`timestamp,signal,value\n${"x,y,z\n".repeat(25)}`);

    expect({ kept: problems.length, broken, last: problems.at(-1)?.line }).toEqual({ kept: 10, broken: 25, last: 11 });
  });
});
