import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadBlueprints } from "../../blueprints/load-blueprints.ts";
import { STEP_ERROR_NAMES } from "../../functions/domain/errors.ts";
import { buildRollguard } from "../../infra/build-rollguard.ts";
import { handlerFolders } from "../../infra/bundle-handlers.ts";
import { resourcesOf } from "./read-template.ts";
import { anApp } from "./synthesise.ts";

/** It asks for every function, also for those that are deployed on demand. */
const FOLDER = "test/infra/blueprints/tuned";

/** `steps/open-incident` -> `OpenIncident`. */
const constructName = (folder: string) =>
  folder.replace(/^.*\//, "").replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

describe("bundles", () => {
  const folders = handlerFolders();
  let outdir: string;
  let assets: Readonly<Record<string, string>>;

  beforeAll(() => {
    outdir = mkdtempSync(join(tmpdir(), "rollguard-bundles-"));
    const context = { "rollguard:target": "local", "rollguard:blueprints": FOLDER, "aws:cdk:bundling-stacks": ["**"] };
    const app = anApp(context, outdir);
    const { pipeline } = buildRollguard(app);
    const template = Template.fromStack(pipeline);
    assets = Object.fromEntries(
      Object.entries(resourcesOf(template, "AWS::Lambda::Function")).map(([name, { Properties }]) => [
        name.replace(/^(Steps|AlarmTrigger|Observer|Approvals|LockRelease|Looks|Outbox|TunedAlarms)(.*)Function$/, "$2"),
        join(outdir, `asset.${Properties.Code.S3Key.replace(".zip", "")}`),
      ]),
    );
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  const asset = (folder: string, file: string) => join(assets[constructName(folder)] ?? "", file);

  it("deploys the handler of every folder", () => {
    expect(Object.keys(assets).sort()).toEqual(folders.map(constructName).sort());
    expect(new Set(Object.values(assets)).size).toBe(folders.length);
  });

  it.each(folders)("%s holds everything it imports, is small, and maps back to the source without repeating it", (folder) => {
    const code = readFileSync(asset(folder, "index.mjs"), "utf8");
    const map = JSON.parse(readFileSync(asset(folder, "index.mjs.map"), "utf8"));
    const imports = [...code.matchAll(/(?:^|[;}\n])import(?:[\w$*{},\s]*from)?\s*["']([^"']+)["']/g)].map(([, name]) => name ?? "");

    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((name) => !isBuiltin(name))).toEqual([]);
    expect(code.length).toBeLessThan(1.5 * 346 * 1024);
    expect(code).toMatch(/export\s*\{\s*[\w$]+ as handler\s*\}/);
    expect(map.sources.some((source: string) => source.endsWith(`functions/${folder}/handler.ts`))).toBe(true);
    expect(map.sourcesContent).toBeUndefined();
  });

  it("keeps the error names that the state machine matches", () => {
    const code = readFileSync(asset("steps/execute-step", "index.mjs"), "utf8");

    for (const name of STEP_ERROR_NAMES.filter((candidate) => candidate !== "BlueprintNotFoundError")) {
      expect(code).toMatch(new RegExp(`name=["']${name}["']`));
    }
  });

  it("ships the compiled blueprints with exactly the handlers that look them up", () => {
    const blueprints = loadBlueprints(FOLDER, { metricPreset: "demo" });
    const readers = folders.filter((folder) => readFileSync(`functions/${folder}/handler.ts`, "utf8").includes("bundledBlueprints"));
    const shipped = folders.filter((folder) => existsSync(asset(folder, "blueprints.json")));

    expect(readers.length).toBeGreaterThan(0);
    expect(shipped).toEqual(readers);
    for (const folder of shipped) expect(JSON.parse(readFileSync(asset(folder, "blueprints.json"), "utf8"))).toEqual(blueprints);
  });
});
