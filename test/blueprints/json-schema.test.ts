import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { blueprintJsonSchema } from "../../functions/domain/blueprint-json-schema.ts";

const BLUEPRINTS = join(import.meta.dirname, "../../blueprints");
const written = readFileSync(join(BLUEPRINTS, "blueprint.schema.json"), "utf8");

it("the JSON Schema is fresh: npm run schema changes nothing", () => {
  expect(written).toBe(blueprintJsonSchema());
});

describe("an editor with the JSON Schema", () => {
  const schema = z.fromJSONSchema(JSON.parse(written));
  const accepts = (blueprint: unknown) => schema.safeParse(blueprint).success;
  const checkout = () => parse(readFileSync(join(BLUEPRINTS, "examples/checkout.yaml"), "utf8"));

  it.each(readdirSync(join(BLUEPRINTS, "examples")))("accepts the example %s", (name) => {
    expect(schema.safeParse(parse(readFileSync(join(BLUEPRINTS, "examples", name), "utf8"))).error).toBeUndefined();
  });

  it("refuses an unknown key, an unknown value and a quantity without its unit", () => {
    const blueprint = checkout();

    expect(accepts({ ...blueprint, spce: {} })).toBe(false);
    expect(accepts({ ...blueprint, spec: { ...blueprint.spec, mode: "autopilot" } })).toBe(false);
    expect(accepts({ ...blueprint, verification: { ...blueprint.verification, stabilization_period: "60" } })).toBe(false);
  });

  it("explains every key of the top sections", () => {
    const described = Object.values(
      JSON.parse(written).properties.spec.properties.triggers.items.properties as Record<string, { description?: string }>,
    );

    expect(described.every(({ description }) => description !== undefined)).toBe(true);
  });
});
