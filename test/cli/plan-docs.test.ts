import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseBlueprintText } from "../../blueprints/load-blueprints.ts";
import { servicePlan } from "../../cli/alarm-plan/service-plan.ts";
import { imported } from "../blueprints/import/imported.ts";
import { EVERY_KIND } from "./fixtures-plan.ts";

/** Names that stand in backticks in a page. */
function named(page: string): ReadonlySet<string> {
  return new Set([...readFileSync(page, "utf8").matchAll(/`([a-zA-Z]+)`/g)].map(([, name]) => name ?? ""));
}

describe("the documentation of --json", () => {
  it("has every field of a plan", () => {
    const { blueprint } = parseBlueprintText(EVERY_KIND, "shop.yaml", { metricPreset: "eks" });
    if (blueprint === null) throw new Error("the blueprint cannot be armed");
    const plan = servicePlan(blueprint, { file: "shop.yaml", judgeable: null, warnings: [] });
    const fields = [plan, ...plan.triggers, plan.price, plan.alarms, plan.owners, ...plan.rbac].flatMap((part) => Object.keys(part));

    expect(fields.length).toBeGreaterThan(100);
    expect([...new Set(fields)].filter((field) => !named("docs/plan.md").has(field))).toEqual([]);
  });

  it("has every field of an import", () => {
    const answer = imported("rollback_triggers: { memory: { condition: memory_usage > 90% } }");
    const fields = ["file", "out", ...Object.keys(answer), ...answer.mapping.flatMap((entry) => Object.keys(entry))];

    expect(fields.length).toBeGreaterThan(10);
    expect(fields.filter((field) => !named("docs/import.md").has(field))).toEqual([]);
  });
});
