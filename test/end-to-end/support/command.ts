import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
const NODE = `${REPOSITORY}node_modules/.bin/node`;
const LONGEST_MILLISECONDS = 120_000;

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real `rollguard` program in a process of its own, with this process's environment: that of the local target. */
export function rollguard(...argv: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const options = { cwd: REPOSITORY, timeout: LONGEST_MILLISECONDS, maxBuffer: 16 * 1024 * 1024 };
    execFile(NODE, ["cli/rollguard.ts", ...argv], options, (error, stdout, stderr) => {
      if (error === null) resolve({ exitCode: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ exitCode: error.code, stdout, stderr });
      else reject(new Error(`rollguard ${argv.join(" ")} did not end by itself: ${error.message}\n${stderr}`, { cause: error }));
    });
  });
}
