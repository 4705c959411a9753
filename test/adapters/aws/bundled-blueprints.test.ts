import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { bundledBlueprints } from "../../../functions/adapters/aws/bundled-blueprints.ts";
import { InvalidInputError } from "../../../functions/domain/errors.ts";
import { aBlueprint, aTrigger } from "../../support/builders/blueprint.ts";

const folder = mkdtempSync(join(tmpdir(), "rollguard-blueprints-"));
afterAll(() => rmSync(folder, { recursive: true }));

function bundle(content: unknown) {
  const file = join(folder, "blueprints.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return bundledBlueprints(pathToFileURL(file));
}
const payments = aBlueprint({ service: "payments", triggers: [aTrigger({ name: "errors", alarmName: "legacy-5xx" })] });

describe("bundled blueprints", () => {
  it("are found by service and by alarm", () => {
    const registry = bundle([aBlueprint(), payments]);

    expect(registry.all).toEqual([aBlueprint(), payments]);
    expect(registry.byService("payments")).toEqual(payments);
    expect(registry.byAlarm("legacy-5xx")).toEqual({ blueprint: payments, trigger: payments.triggers[0] });
    expect(registry.byService("search")).toBeNull();
    expect(registry.byAlarm("billing")).toBeNull();
  });

  it("may be none", () => {
    expect(bundle([]).all).toEqual([]);
  });

  it("that are missing beside the handler fail with the path and what to do", () => {
    const missing = () => bundledBlueprints(pathToFileURL(join(folder, "absent.json")));

    expect(missing).toThrow(InvalidInputError);
    expect(missing).toThrow(/absent\.json cannot be read: .*cdk deploy/);
  });

  it.each([
    ["not JSON", "{", /cannot be read/],
    ["not a list", {}, /does not hold compiled blueprints/],
    ["of another form", [{ ...aBlueprint(), mode: "maybe" }], /0\.mode/],
    ["with an unknown key", [{ ...aBlueprint(), colour: "red" }], /colour/],
    ["two of one service", [aBlueprint(), aBlueprint({ triggers: [] })], /two blueprints have service checkout/],
    ["two that list one alarm", [aBlueprint(), { ...payments, triggers: aBlueprint().triggers }], /listed by checkout and by payments/],
  ])("that are %s are refused", (_what, content, message) => {
    expect(() => bundle(content)).toThrow(InvalidInputError);
    expect(() => bundle(content)).toThrow(message);
  });
});
