import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coloursOf } from "../../cli/terminal/colours.ts";
import { cells, sourceExcerpt } from "../../cli/terminal/source-excerpt.ts";

const PLAIN = coloursOf(false);

function excerpt(line: string, token: string, columns = 100): readonly string[] {
  return sourceExcerpt(line, { line: 1, column: line.indexOf(token) + 1, length: token.length }, columns, PLAIN);
}

describe("the line of a problem", () => {
  it("has carets as wide as the token, under it", () => {
    expect(excerpt("  name: shop", "shop")).toEqual(["  1 |   name: shop", "    |         ^^^^"]);
  });

  it("counts a tab as the two spaces that it is drawn as, before the token and in it", () => {
    expect(excerpt("a:\t'b\tc'", "'b\tc'")).toEqual(["  1 | a:  'b  c'", "    |     ^^^^^^"]);
  });

  it("gives wide characters two columns and combining ones none", () => {
    expect(excerpt("名前: 店舗 # x", "店舗")).toEqual(["  1 | 名前: 店舗 # x", "    |       ^^^^"]);
    expect(excerpt("🚀e\u0301: up", "up")).toEqual(["  1 | 🚀e\u0301: up", "    |      ^^"]);
  });

  it("never lets a control character reach the terminal", () => {
    expect(excerpt("a: \u001b[31mred", "red")[0]).toBe("  1 | a: \ufffd[31mred");
  });

  it("is coloured only where colours are wanted", () => {
    const [, carets] = sourceExcerpt("a: b", { line: 1, column: 4, length: 1 }, 100, coloursOf(true));

    expect(carets).toContain("\u001b[31m^\u001b[39m");
    expect(excerpt("a: b", "b").join("")).not.toContain("\u001b");
  });

  it("is left out where the file has no such line, and where it is empty", () => {
    expect(sourceExcerpt("a: b\n", { line: 2, column: 1, length: 1 }, 100, PLAIN)).toEqual([]);
    expect(sourceExcerpt("", { line: 7, column: 1, length: 1 }, 100, PLAIN)).toEqual([]);
  });

  it("counts lines that end in CR LF as lines", () => {
    expect(sourceExcerpt("a: b\r\nc: d\r\n", { line: 2, column: 4, length: 1 }, 100, PLAIN)[0]).toBe("  2 | c: d");
  });

  it("is cut around the token where it is too long, and the carets stay under the token", () => {
    const [line = "", carets = ""] = excerpt(`description: "${"x ".repeat(80)}WRONG ${"y ".repeat(80)}"`, "WRONG", 60);

    expect(cells(line)).toBeLessThanOrEqual(60);
    expect(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("WRONG");
    expect(line).toMatch(/…x.*WRONG.*…$/);
  });

  it("never is wider than the terminal, whatever stands in it", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 120 }).filter((line) => !/[\r\n]/.test(line));
    fc.assert(
      fc.property(text, fc.nat(130), fc.nat(130), fc.integer({ min: 40, max: 120 }), (line, column, length, columns) => {
        const lines = sourceExcerpt(line, { line: 1, column: column + 1, length: length + 1 }, columns, PLAIN);

        for (const drawn of lines) expect(cells(drawn)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
