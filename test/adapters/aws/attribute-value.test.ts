import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromAttributes, toAttributes } from "../../../functions/adapters/aws/attribute-value.ts";

describe("attribute values", () => {
  it("give every JSON object back (property)", () => {
    const json = fc
      .jsonValue({ depthSize: "medium" })
      .filter((value) => typeof value === "object" && value !== null && !Array.isArray(value));
    fc.assert(
      fc.property(json, (value) => {
        // -0 is 0 in DynamoDB; a key `__proto__` is nothing that an item of ours has.
        const plain = JSON.parse(JSON.stringify(value).replaceAll("__proto__", "proto"));

        expect(fromAttributes(toAttributes(plain))).toEqual(plain);
      }),
    );
  });

  it("write text, numbers, truth, nothing, lists and maps as DynamoDB has them", () => {
    expect(toAttributes({ s: "x", n: 1.5, b: false, nothing: null, l: [1, "a"], m: { deep: true } })).toEqual({
      s: { S: "x" },
      n: { N: "1.5" },
      b: { BOOL: false },
      nothing: { NULL: true },
      l: { L: [{ N: "1" }, { S: "a" }] },
      m: { M: { deep: { BOOL: true } } },
    });
  });

  it("leave undefined out, as JSON does", () => {
    expect(toAttributes({ a: undefined, l: [undefined], m: { b: undefined } })).toEqual({ l: { L: [{ NULL: true }] }, m: { M: {} } });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol("s"), 1n])("refuse %s and name where it stands", (value) => {
    expect(() => toAttributes({ outer: [{ inner: value }] })).toThrow(/^inner cannot be stored/);
  });
});
