import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BundleResult, BundlesPart } from "../bench-result.ts";
import { median, rounded } from "../statistics.ts";
import { buildBundles, REFERENCE } from "./build-bundles.ts";
import { measureInit } from "./measure-init.ts";

const ROUNDS = 11;

/** Size and cold start of every handler, beside those of a reference that holds the DynamoDB and SFN clients alone. */
export async function benchBundles(say: (line: string) => void, signal?: AbortSignal): Promise<BundlesPart> {
  const folder = mkdtempSync(join(tmpdir(), "rollguard-bench-"));
  try {
    const built = buildBundles(folder);
    say(`bundles: ${built.length - 1} handlers and the reference, ${ROUNDS} cold imports each`);
    const samples = await measureInit(built, ROUNDS, signal);
    const results = built.map(({ name, bytes }) => ({
      name,
      kilobytes: rounded(bytes / 1024, 1),
      initMs: rounded(median(samples.get(name) ?? []), 1),
    }));
    const { kilobytes, initMs } = results.find(({ name }) => name === REFERENCE) as BundleResult;
    return { reference: { kilobytes, initMs }, bundles: results.filter(({ name }) => name !== REFERENCE) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
