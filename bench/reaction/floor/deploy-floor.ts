import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../infra/bundle-handlers.ts";
import { runToEnd } from "../../../local/emulator/child-process.ts";
import { localEnvironment } from "../../../local/emulator/local-environment.ts";
import { assertLocalTarget } from "../../../local/emulator/local-target-guard.ts";

export const FLOOR_STACK = "RollguardBenchFloor";
/** EventBridge source of the floor's events: nothing of Rollguard listens to it. */
export const FLOOR_SOURCE = "rollguard.bench-floor";
/** Context key: where the last no-op says when it ran. */
export const STAMP_URL_CONTEXT = "stampUrl";

/** Deploys the floor into a bootstrapped local target, from a folder of its own so that no `cdk.json` is read. */
export async function deployFloor(endpoint: string, stampUrl: string, signal?: AbortSignal): Promise<void> {
  await assertLocalTarget(endpoint);
  const folder = mkdtempSync(join(tmpdir(), "rollguard-bench-"));
  const bin = join(PROJECT_ROOT, "node_modules/.bin");
  const app = `${process.execPath} ${join(import.meta.dirname, "app.ts")}`;
  const options = [
    "--require-approval",
    "never",
    "--method",
    "direct",
    "--no-notices",
    "--no-color",
    "-c",
    `${STAMP_URL_CONTEXT}=${stampUrl}`,
  ];
  try {
    await runToEnd(join(bin, "cdk"), ["deploy", "--app", app, ...options], {
      cwd: folder,
      environment: {
        ...localEnvironment(endpoint),
        PATH: `${bin}:${process.env.PATH ?? ""}`,
        TMPDIR: folder,
        CI: "true",
        CDK_DISABLE_CLI_TELEMETRY: "true",
      },
      timeoutSeconds: 120,
      signal,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
