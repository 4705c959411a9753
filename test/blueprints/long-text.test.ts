import { describe, expect, it } from "vitest";
import { formatProblem } from "../../blueprints/blueprint-error.ts";
import { parseBlueprintText } from "../../blueprints/load-blueprints.ts";
import { shownPath, shownText } from "../../functions/domain/shown-text.ts";
import { DEMO_STACK } from "./authored-blueprint.ts";
import { imported } from "./import/imported.ts";

const HUGE = "a".repeat(300_000);
const CUT = `${"a".repeat(80)}…`;

function problemsOf(text: string): readonly string[] {
  return parseBlueprintText(text, "checkout.yaml", DEMO_STACK).problems.map(formatProblem);
}

describe("a text that is too long to be repeated", () => {
  it("is the whole file", () => {
    expect(problemsOf(HUGE)[0]).toContain(`checkout.yaml:1:1: expected a section with keys, got "${CUT}" (`);
  });

  it.each([
    ["a value", `metadata: { name: ${HUGE}, version: 1.0.0 }\n`, `got "${CUT}"`],
    ["a value of a list of words", `metadata: { name: x, version: 1.0.0 }\nspec: { mode: ${HUGE} }\n`, `got "${CUT}"`],
    ["a key", `metadata: { name: x, version: 1.0.0 }\n${HUGE.slice(0, 1000)}: 1\n`, `unknown key "${CUT}" (remove it; known keys here`],
    ["the name of a signal", `metadata: { name: x, version: 1.0.0 }\nspec: { signals: { ${HUGE}: { unit: count } } }\n`, `got "${CUT}"`],
    ["an alias", `metadata: *${HUGE}\n`, "the aliases stand for too much"],
  ])("is %s", (_name, text, said) => {
    const problems = problemsOf(text);

    expect(problems.join("\n")).toContain(said);
    for (const problem of problems) expect(problem.length).toBeLessThan(1000);
  });

  it("is a value of a source that is imported", () => {
    expect(() => imported(`rollback_policy: { enabled: ${HUGE} }\n`)).toThrow(`expected true or false, got "${CUT}" (`);
  });

  it("is cut at a whole character, and a path in its middle", () => {
    expect(shownText(`${"a".repeat(79)}😀`)).toBe(`${"a".repeat(79)}…`);
    expect(shownText("a".repeat(80))).toBe("a".repeat(80));
    expect(shownPath(`${"a".repeat(90)}${"b".repeat(90)}`)).toBe(`${"a".repeat(80)}…${"b".repeat(80)}`);
  });
});
