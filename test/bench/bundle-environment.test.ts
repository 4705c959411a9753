import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HANDLER_ENVIRONMENT } from "../../bench/bundles/measure-init.ts";

const FUNCTIONS = join(import.meta.dirname, "../../functions");
const files = readdirSync(FUNCTIONS, { recursive: true, encoding: "utf8" }).filter((file) =>
  /^(steps|entry)\/.*\/environment\.ts$/.test(file),
);

/** Whatever a zod schema is: it says what is wrong. */
interface Schema {
  safeParse(value: unknown): { readonly success: boolean; readonly error?: unknown };
}

describe("the environment in which the bench loads every bundle", () => {
  it.each(files)("is enough for %s", async (file) => {
    const found = (await import(join(FUNCTIONS, file))) as Record<string, Schema>;
    const schemas = Object.entries(found).filter(([name]) => name.endsWith("EnvironmentSchema"));

    expect(schemas.length).toBeGreaterThan(0);
    for (const [name, schema] of schemas) expect({ name, problem: schema.safeParse(HANDLER_ENVIRONMENT).error }).toEqual({ name });
  });

  it("is held to every schema that there is", () => {
    expect(files.length).toBeGreaterThan(10);
  });
});
