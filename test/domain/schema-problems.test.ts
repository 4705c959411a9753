import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { schemaProblems } from "../../functions/domain/schema-problems.ts";

const problemsOf = (schema: z.ZodMiniType, value: unknown) => {
  const result = schema.safeParse(value);
  return result.success ? [] : schemaProblems(result.error, "event");
};

describe("schemaProblems", () => {
  it.each<[string, z.ZodMiniType, unknown, string]>([
    ["a missing value", z.object({ a: z.object({ b: z.string() }) }), { a: {} }, "a.b: expected string"],
    ["a value of another type", z.array(z.number()), [1, "2"], "1: expected number"],
    ["the whole", z.object({}), null, "event: expected object"],
    ["an unknown key", z.strictObject({}), { colour: "red" }, "event: unknown key colour: remove"],
    ["unknown keys", z.strictObject({}), { a: 1, b: 2 }, "event: unknown keys a, b: remove"],
    [
      "a word that is none of those",
      z.object({ mode: z.enum(["observe", "auto"]) }),
      { mode: "maybe" },
      "mode: expected one of observe, auto",
    ],
    ["another literal", z.object({ kind: z.literal("x") }), { kind: "y" }, "kind: expected x"],
    ["no time", z.object({ at: z.iso.datetime() }), { at: "yesterday" }, "at: expected a datetime"],
    ["text of another form", z.object({ id: z.string().check(z.regex(/^rg-/)) }), { id: "x" }, "id: expected text like /^rg-/"],
    ["empty text", z.object({ id: z.string().check(z.minLength(1)) }), { id: "" }, "id: expected at least 1 characters"],
    ["too long a list", z.object({ all: z.array(z.string()).check(z.maxLength(1)) }), { all: ["a", "b"] }, "all: expected at most 1"],
    ["none of several", z.object({ v: z.union([z.string(), z.number()]) }), { v: null }, "v: expected string, or expected number"],
    [
      "an unknown kind",
      z.object({ source: z.discriminatedUnion("kind", [z.object({ kind: z.literal("metric") }), z.object({ kind: z.literal("ratio") })]) }),
      { source: { kind: "log" } },
      "source.kind: expected one of metric, ratio",
    ],
    [
      "what a check refuses",
      z.object({ v: z.string().check(z.refine(() => false, "expected a miracle")) }),
      { v: "" },
      "v: expected a miracle",
    ],
  ])("names the field and what was expected for %s", (_what, schema, value, problem) => {
    expect(problemsOf(schema, value)).toEqual([problem]);
  });

  it("says everything that is wrong", () => {
    expect(problemsOf(z.strictObject({ a: z.string(), b: z.number() }), { c: 1 })).toHaveLength(3);
  });
});
