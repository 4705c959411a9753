import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { loadBlueprints } from "../../blueprints/load-blueprints.ts";
import { BUNDLE_OPTIONS, bundleHandlers, handlerFolders, PROJECT_ROOT } from "../../infra/bundle-handlers.ts";

export const REFERENCE = "reference";

/** A handler as it is deployed, in a folder of its own. */
export interface BuiltBundle {
  /** `steps/open-incident`, or `reference`. */
  readonly name: string;
  readonly file: string;
  /** Of the minified code alone: the source map beside it is read only when something is thrown. */
  readonly bytes: number;
}

/** Writes every handler, and the reference, below `folder` as the CDK app does: same options, the compiled blueprints beside those that read them. */
export function buildBundles(folder: string): readonly BuiltBundle[] {
  const blueprints = JSON.stringify(loadBlueprints(join(PROJECT_ROOT, "blueprints/examples"), { metricPreset: "demo" }));
  const reference = buildSync({
    ...BUNDLE_OPTIONS,
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [{ in: join(import.meta.dirname, "reference-handler.ts"), out: "index" }],
    outdir: join(folder, REFERENCE),
    write: false,
  });
  const referenceFiles = new Map(
    reference.outputFiles.map(({ path, contents }) => [path.slice(folder.length + REFERENCE.length + 2), contents]),
  );
  return [...[[REFERENCE, referenceFiles] as const], ...bundleHandlers(handlerFolders())].map(([name, files]) => {
    const directory = join(folder, name);
    mkdirSync(directory, { recursive: true });
    for (const [file, contents] of files) writeFileSync(join(directory, file), contents);
    writeFileSync(join(directory, "blueprints.json"), blueprints);
    return { name, file: join(directory, "index.mjs"), bytes: files.get("index.mjs")?.length ?? 0 };
  });
}
