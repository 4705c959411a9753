import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OPERATORS } from "../../functions/domain/blueprint.ts";
import { formatDuration, parseDurationSeconds } from "../../functions/domain/duration.ts";
import { convertQuantity, formatQuantity, negateOperator, parseCondition, parseQuantity } from "../../functions/domain/quantity.ts";
import { UNITS } from "../../functions/domain/signal.ts";

describe("quantities", () => {
  it.each([
    ["200ms", 200, "ms"],
    ["1.5s", 1.5, "s"],
    ["1%", 1, "%"],
    ["0.2 %", 0.2, "%"],
    ["1000", 1000, "count"],
    ["3 count", 3, "count"],
    ["5GiB", 5 * 1024 ** 3, "bytes"],
    ["12/s", 12, "per-second"],
    ["12 per-second", 12, "per-second"],
  ])("reads %s", (text, value, unit) => {
    expect(parseQuantity(text)).toEqual({ value, unit });
  });

  it.each(["", "ms", "-1ms", "1,5s", "1.s", ".5s", "5m", "200MS", "1e3", "1%%", " 1%", "1% "])("refuses %j", (text) => {
    expect(parseQuantity(text)).toBeNull();
  });

  it("reads back what it writes, in every unit", () => {
    const value = fc.integer({ min: 0, max: 1_000_000_000 }).map((thousandths) => thousandths / 1000);
    fc.assert(
      fc.property(value, fc.constantFrom(...UNITS), (number, unit) => {
        expect(parseQuantity(formatQuantity(number, unit))).toEqual({ value: number, unit });
      }),
    );
  });

  it("converts between milliseconds and seconds without a remainder, and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (milliseconds) => {
        const seconds = convertQuantity({ value: milliseconds, unit: "ms" }, "s");

        expect(convertQuantity({ value: seconds ?? Number.NaN, unit: "s" }, "ms")).toBe(milliseconds);
      }),
    );
  });

  it("converts nothing but durations", () => {
    for (const from of UNITS) {
      for (const to of UNITS) {
        const convertible = from === to || (from === "ms" && to === "s") || (from === "s" && to === "ms");
        expect(convertQuantity({ value: 1, unit: from }, to) !== null).toBe(convertible);
      }
    }
  });
});

describe("conditions", () => {
  it.each(OPERATORS)("reads the operator %s with and without a space", (operator) => {
    const condition = { operator, quantity: { value: 200, unit: "ms" } };

    expect(parseCondition(`${operator} 200ms`)).toEqual(condition);
    expect(parseCondition(`${operator}200ms`)).toEqual(condition);
  });

  it.each(["200ms", "= 200ms", "== 1%", "<> 1%", "< ", "< ms", "<< 1%", "below 1%"])("refuses %j", (text) => {
    expect(parseCondition(text)).toBeNull();
  });

  it("negates an operator so that exactly one of the two holds", () => {
    const holds = (operator: string, a: number, b: number) => ({ "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b })[operator];
    fc.assert(
      fc.property(fc.constantFrom(...OPERATORS), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), (operator, a, b) => {
        expect(holds(operator, a, b)).toBe(!holds(negateOperator(operator), a, b));
      }),
    );
  });
});

describe("durations", () => {
  it.each([
    ["60s", 60],
    ["1.5m", 90],
    ["5m", 300],
    ["24h", 86_400],
    ["2d", 172_800],
  ])("reads %s", (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });

  it.each(["60", "1h30m", "-5s", "5 m", "200ms", "soon"])("refuses %j", (text) => {
    expect(parseDurationSeconds(text)).toBeNull();
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
        expect(parseDurationSeconds(formatDuration(seconds))).toBe(seconds);
      }),
    );
  });
});
