import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ImportError } from "../../../blueprints/import/source-document.ts";
import { compiled, entryOf, fixture, imported } from "./imported.ts";

const SOURCES = ["rollback-triggers.yml", "rollback-policy.yml", "openslo.yaml", "flagger-canary.yaml", "kayenta-canary.json"].map(fixture);
const FIGURES = ["0", "-1", "1e30", "0.5", "99999999", "[]", "{}", "null", "true", '""', "text", "${X}", "90 seconds", "~", "*a", "!!x 1"];

/** A source in which some values were exchanged and some lines taken out. */
const damaged = fc
  .tuple(
    fc.constantFrom(...SOURCES),
    fc.array(fc.tuple(fc.nat(90), fc.option(fc.constantFrom(...FIGURES))), { minLength: 1, maxLength: 4 }),
  )
  .map(([text, edits]) => {
    const lines = text.split("\n");
    for (const [at, figure] of edits) {
      const index = at % lines.length;
      if (figure === null) lines.splice(index, 1);
      else lines[index] = (lines[index] ?? "").replace(/: .*$/, `: ${figure}`);
    }
    return lines.join("\n");
  });

describe("whatever is done to a source", () => {
  it("the answer is a blueprint that can be armed, or an error with a place in the file", () => {
    let armed = 0;
    fc.assert(
      fc.property(damaged, (text) => {
        try {
          const result = imported(text);
          expect(compiled(result).triggers.length).toBeGreaterThan(0);
          expect(result.mapping.length).toBeGreaterThan(0);
          armed += 1;
        } catch (error) {
          if (!(error instanceof ImportError)) throw error;
          expect(error.message).toMatch(/^source\.yml:[1-9]\d*:[1-9]\d*\b/);
        }
      }),
      { numRuns: 300 },
    );
    expect(armed).toBeGreaterThan(30);
  });

  it.each([
    [
      "aliases that multiply",
      `a: &a [${"x,".repeat(9)}x]\n${"bcdefg"
        .split("")
        .map((name, i) => `${name}: &${name} [${`*${"abcdef"[i]},`.repeat(9)}]`)
        .join("\n")}\n`,
    ],
    ["an alias that holds itself", "rollback_triggers: &a\n  memory: *a\n"],
  ])("%s are refused", (_name, text) => {
    expect(() => imported(text)).toThrow("source.yml:1:1: the aliases stand for too much, or for themselves");
  });

  it.each([
    ["rollback-policy.yml", "threshold_percent: 90", "threshold_percent: -5", "rollback_policy.triggers.memory"],
    ["rollback-policy.yml", "failure_count: 3", "failure_count: 0", "rollback_policy.triggers.health_check"],
    ["rollback-policy.yml", "multiplier: 1.5", "multiplier: 1e30", "rollback_policy.triggers.latency"],
    ["flagger-canary.yaml", "min: 99", "min: 100", "spec.analysis.metrics[0].thresholdRange.min"],
  ])("a figure of %s that a trigger cannot say is listed: %j as %j", (name, from, to, source) => {
    const result = imported(fixture(name).replace(from, to));

    expect(entryOf(result, source)).toMatchObject({ status: "not-mapped", note: expect.stringContaining("a trigger cannot say") });
    expect(compiled(result).triggers.length).toBeGreaterThan(1);
  });

  it("two metrics of one name become two triggers", () => {
    const text = fixture("flagger-canary.yaml").replace("queue-length", "request-duration");

    expect(compiled(imported(text)).triggers.map(({ name }) => name)).toEqual([
      "request-success-rate",
      "request-duration",
      "request-duration-2",
    ]);
  });
});
