import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coloursOf, plainText, width } from "../../cli/terminal/colours.ts";
import { table, wrap } from "../../cli/terminal/layout.ts";
import { renderIncident } from "../../cli/terminal/render-incident.ts";
import { sparkline } from "../../cli/terminal/sparkline.ts";
import { anIncident, anIncidentWithManyPoints, aSeries, INCIDENT_VARIANTS } from "../support/builders/index.ts";

const plain = coloursOf(false);
const coloured = coloursOf(true);
const ESCAPE = "\u001b";

describe("a sparkline", () => {
  it("has one block a period and its highest where the signal is worst", () => {
    const line = sparkline(aSeries(), "above", 60, plain);

    expect([...line]).toHaveLength(48);
    expect([...line].indexOf("▇")).toBe(38);
    expect(line.startsWith("▂▂▂")).toBe(true);
  });

  it("keeps the worst point of each cell when there are more points than columns", () => {
    const line = sparkline(aSeries(), "above", 12, plain);

    expect([...line]).toHaveLength(12);
    expect(line).toContain("▇");
  });

  it("shows missing data as dots and breaches in red", () => {
    const series = anIncidentWithManyPoints().series[0] ?? aSeries();

    expect(sparkline(series, "below", 60, plain)).toContain("·");
    expect(sparkline(series, "below", 60, coloured).match(new RegExp(`${ESCAPE}\\[31m`, "g"))).toHaveLength(5);
  });

  it("is empty without points", () => {
    expect(sparkline(aSeries({ points: [] }), "above", 60, plain)).toBe("");
  });
});

describe("text for a terminal", () => {
  it("never holds a control character from outside", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come through
        expect(plainText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it("is wrapped between words, each line within the columns", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,20}$/), { maxLength: 30 }), (words) => {
        const wrapped = wrap(`  ${words.join(" ")}`, 40, 4);

        expect(wrapped.split("\n").every((line) => line.length <= 40)).toBe(true);
        expect(wrapped.split("\n").every((line, index) => line.startsWith(index === 0 ? "  " : "    "))).toBe(true);
        expect(wrapped.split(/\s+/).join(" ").trim()).toBe(words.join(" ").trim());
      }),
    );
  });

  it("stands in columns whatever its colours", () => {
    const rows = table([
      [coloured.red("a"), "b"],
      ["long", "c"],
    ]).split("\n");

    expect(rows.map(width)).toEqual([7, 7]);
  });
});

describe("an incident in the terminal", () => {
  it.each(Object.entries(INCIDENT_VARIANTS))("%s: is rendered without colours, holes or control characters", (_name, build) => {
    const text = renderIncident(build(), { colours: plain, columns: 100 });

    expect(text.match(/undefined|NaN|\[object/g) ?? []).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no colour and no cursor movement may be in it
    expect(text.match(/[\u0000-\u0009\u000b-\u001f]/g) ?? []).toEqual([]);
  });

  it("says the same with and without colours", () => {
    const withColours = renderIncident(anIncident(), { colours: coloured, columns: 100 });

    expect(withColours).toContain(ESCAPE);
    expect(withColours.replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, "g"), "")).toBe(
      renderIncident(anIncident(), { colours: plain, columns: 100 }),
    );
  });
});
