import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { type BuildOptions, buildSync } from "esbuild";

/** Root of the repository (or of the installed package). */
export const PROJECT_ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Every handler is built with these; the SDK goes into the bundle, since the one of the runtime is slower to load and changes by itself. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  mainFields: ["module", "main"],
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  // CommonJS dependencies inside an ES module still call `require`.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  outExtension: { ".js": ".mjs" },
  logLevel: "warning",
} as const satisfies BuildOptions;

/** File name (`index.mjs`, `index.mjs.map`) to content. */
export type HandlerBundle = ReadonlyMap<string, Uint8Array>;

/**
 * Builds the handlers of the given folders (`steps/open-incident` ...) in ONE esbuild run and answers with the files of each. `NodejsFunction`
 * would start `npx esbuild` once per function, which costs 9 s for twelve functions where this costs 1 s.
 */
export function bundleHandlers(folders: readonly string[]): ReadonlyMap<string, HandlerBundle> {
  const missing = folders.filter((folder) => !existsSync(handlerFile(folder)));
  if (missing.length > 0) throw new Error(`no handler.ts in: ${missing.map((folder) => `functions/${folder}`).join(", ")}`);
  const outdir = join(PROJECT_ROOT, "cdk.out");
  const { outputFiles } = buildSync({
    ...BUNDLE_OPTIONS,
    alias: { "@aws-sdk/credential-provider-node": join(PROJECT_ROOT, "functions/adapters/aws/lambda-credentials.ts") },
    absWorkingDir: PROJECT_ROOT,
    entryPoints: folders.map((folder) => ({ in: handlerFile(folder), out: `${folder}/index` })),
    outdir,
    write: false,
  });
  return new Map(
    folders.map((folder) => {
      const prefix = join(outdir, folder, "/");
      const files = outputFiles.filter((file) => file.path.startsWith(prefix));
      return [folder, new Map(files.map((file) => [file.path.slice(prefix.length), file.contents]))];
    }),
  );
}

/** Folders under `functions/` that hold a handler. */
export function handlerFolders(): readonly string[] {
  return ["steps", "entry"].flatMap((kind) =>
    readdirSync(join(PROJECT_ROOT, "functions", kind))
      .map((name) => `${kind}/${name}`)
      .filter((folder) => existsSync(handlerFile(folder))),
  );
}

let bundles: ReadonlyMap<string, HandlerBundle> | undefined;

/** The bundled handler of `functions/<folder>` as Lambda code, with `extraFiles` (name to text) beside it. Skipped like any bundling by `aws:cdk:bundling-stacks`. */
export function handlerCode(folder: string, extraFiles: Readonly<Record<string, string>> = {}): Code {
  return Code.fromAsset(join(PROJECT_ROOT, "functions", folder), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Neither is used: `tryBundle` always succeeds or throws. But CDK stages assets with equal options once, and it cannot see into
      // `tryBundle`: without the command, one handler with different extra files would be deployed with the first ones.
      image: DockerImage.fromRegistry("unused"),
      command: Object.values(extraFiles),
      local: {
        tryBundle(outputDir) {
          bundles ??= bundleHandlers(handlerFolders());
          const bundle = bundles.get(folder) ?? bundleHandlers([folder]).get(folder);
          for (const [name, content] of bundle ?? []) writeFileSync(join(outputDir, name), content);
          for (const [name, text] of Object.entries(extraFiles)) writeFileSync(join(outputDir, name), text);
          return true;
        },
      },
    },
  });
}

function handlerFile(folder: string): string {
  return join(PROJECT_ROOT, "functions", folder, "handler.ts");
}
