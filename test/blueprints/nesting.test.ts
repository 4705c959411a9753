import { describe, expect, it } from "vitest";
import { formatProblem } from "../../blueprints/blueprint-error.ts";
import { parseBlueprintText } from "../../blueprints/load-blueprints.ts";

describe("a file that is nested too deep", () => {
  it.each([
    ["brackets", "[".repeat(20_000), "1:101"],
    ["brackets of a section", `metadata:\n  name: ${"[".repeat(3000)}${"]".repeat(3000)}\n`, "2:107"],
    ["sections", Array.from({ length: 300 }, (_, level) => `${" ".repeat(level)}a:\n`).join(""), "100:"],
  ])("is one problem, with its place: %s", (_name, text, place) => {
    const problems = parseBlueprintText(text, "deep.yaml").problems.map(formatProblem);

    expect(problems).toEqual([expect.stringContaining("nested too deep (a blueprint needs ten levels")]);
    expect(problems[0]).toContain(`deep.yaml:${place}`);
  });
});
