import { describe, expect, it } from "vitest";
import { BenchUsageError, HELP, PARTS, parseOptions } from "../../bench/options.ts";

describe("the options of the bench", () => {
  it("measure everything, as tables, and never fail by a budget unless told otherwise", () => {
    expect(parseOptions([])).toEqual({ parts: PARTS, json: false, check: false, help: false });
  });

  it("take some parts, always in the order of the bench", () => {
    expect(parseOptions(["--only", "reaction", "--only", "bundles", "--json", "--check"])).toEqual({
      parts: ["bundles", "reaction"],
      json: true,
      check: true,
      help: false,
    });
  });

  it.each([
    { args: ["--only", "speed"], message: '--only: expected bundles, recovery, reaction; got "speed"' },
    { args: ["--jsno"], message: "Unknown option '--jsno'" },
    { args: ["recovery"], message: "recovery" },
  ])("refuse $args and say what was expected", ({ args, message }) => {
    expect(() => parseOptions(args)).toThrow(BenchUsageError);
    expect(() => parseOptions(args)).toThrow(message);
  });

  it("are all in the help", () => {
    for (const word of ["--json", "--only", "--check", "--help", "KUBECONFIG", ...PARTS]) expect(HELP).toContain(word);
  });
});
