import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { loadBlueprints, parseBlueprintFiles } from "../../blueprints/load-blueprints.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const TRIGGER =
  '  triggers:\n    - name: errors\n      signal: error_rate\n      when: "> 5%"\n      class: health\n      severity: high\n';

/** A folder with one blueprint for each service: its group, and what it depends on. */
function folderOf(services: Readonly<Record<string, { readonly group?: string; readonly dependsOn?: readonly string[] }>>): string {
  const folder = mkdtempSync(join(tmpdir(), "rollguard-groups-"));
  folders.push(folder);
  for (const [name, { group, dependsOn = [] }] of Object.entries(services)) {
    const rollback = group === undefined ? "" : `  rollback:\n    group: ${group}\n    depends_on: [${dependsOn.join(", ")}]\n`;
    const text = `metadata:\n  name: ${name}\n  version: 1.0.0\nspec:\n  target:\n    deployment: ${name}\n${rollback}${TRIGGER}`;
    writeFileSync(join(folder, `${name}.yaml`), text);
  }
  return folder;
}
const stack = { metricPreset: "eks", target: { cluster: "demo", namespace: "demo" } } as const;
const pathsOf = (folder: string, names: readonly string[]) => names.map((name) => join(folder, `${name}.yaml`));
const problemsOf = (folder: string, names: readonly string[]) =>
  parseBlueprintFiles(pathsOf(folder, names), stack).flatMap(({ problems }) => problems.map(({ line, message }) => ({ line, message })));

describe("the groups of a folder of blueprints", () => {
  it("travel in the compiled blueprints", () => {
    const folder = folderOf({ api: { group: "shop", dependsOn: ["db"] }, db: { group: "shop" }, alone: {} });

    const groups = loadBlueprints(folder, stack).map(({ service, policy }) => [service, policy.group]);

    expect(groups).toEqual([
      ["alone", null],
      ["api", { name: "shop", dependsOn: ["db"] }],
      ["db", { name: "shop", dependsOn: [] }],
    ]);
  });

  it("are refused with file and line when a dependency is no member", () => {
    const folder = folderOf({ api: { group: "shop", dependsOn: ["db"] }, db: { group: "data" } });

    expect(problemsOf(folder, ["api", "db"])).toEqual([{ line: 9, message: "db is in group data" }]);
    expect(() => loadBlueprints(folder, stack)).toThrow(/api\.yaml:9:\d+.*db is in group data/);
  });

  it("are refused when they go round", () => {
    const folder = folderOf({ api: { group: "shop", dependsOn: ["db"] }, db: { group: "shop", dependsOn: ["api"] } });

    expect(problemsOf(folder, ["api", "db"])).toEqual([
      { line: 9, message: "db -> api -> db is a circle: nothing could be rolled back first" },
    ]);
  });

  it("are not judged while one of the files cannot be read", () => {
    const folder = folderOf({ api: { group: "shop", dependsOn: ["db"] } });
    writeFileSync(join(folder, "db.yaml"), "kind: [");

    const messages = problemsOf(folder, ["api", "db"]).map(({ message }) => message);

    expect(messages.length).toBeGreaterThan(0);
    expect(messages.join()).not.toContain("group");
  });
});
