import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hanging } from "../../cli/terminal/hanging.ts";
import { cells } from "../../cli/terminal/source-excerpt.ts";

describe("a label with a text that hangs under itself", () => {
  it("starts every further line under the first one", () => {
    expect(hanging("rule  ", "one two three four", 2, 18)).toEqual(["  rule  one two", "        three four"]);
  });

  it("breaks a word that no line holds", () => {
    expect(hanging("", "abcdefghijklmnop", 2, 12)).toEqual(["  abcdefghij", "  klmnop"]);
  });

  it("is never wider than it may be and loses nothing, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { maxLength: 30 }),
        fc.integer({ min: 30, max: 100 }),
        (words, columns) => {
          const text = words.map((word) => word.replace(/\s/gu, "_")).join(" ");

          const lines = hanging("label ", text, 4, columns);

          for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(columns);
          expect(
            lines
              .map((line) => line.slice(10))
              .join("")
              .replace(/\s/gu, ""),
          ).toBe(text.replace(/\s/gu, ""));
        },
      ),
    );
  });
});
