import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { killProcessGroup, start, stopProcessGroup } from "./child-process.ts";
import { installMiniStack, MINISTACK_VERSION } from "./install-ministack.ts";
import { assertLocalTarget } from "./local-target-guard.ts";
import { miniStackEnvironment } from "./ministack-environment.ts";
import { assertPortFree, freePort, portFrom } from "./ports.ts";

export const DEFAULT_EMULATOR_PORT = 4566;
const DAY_MILLISECONDS = 86_400_000;
const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

export interface Emulator {
  /** With an IP address; for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** False when it was running before (AWS_ENDPOINT_URL): then it is left running. */
  readonly owned: boolean;
  /** Where its output goes; null when it is not ours. */
  readonly logFile: string | null;
  stop(): Promise<void>;
}

export interface StartEmulatorProps {
  /** What EKS DescribeCluster is asked at: every Lambda inherits it as `AWS_ENDPOINT_URL_EKS`. */
  readonly eksEndpoint: string;
  /** 0 takes any free one. @default ROLLGUARD_EMULATOR_PORT, else 4566 */
  readonly port?: number;
  /** An emulator that runs already. @default AWS_ENDPOINT_URL; when neither is set, MiniStack is started */
  readonly endpoint?: string;
  /** More variables for the emulator and the functions in it. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly say?: (line: string) => void;
  /** Ends the start; a started emulator is ended by `stop` alone. */
  readonly signal?: AbortSignal;
}

/** Starts MiniStack on 127.0.0.1, or checks and takes the emulator that AWS_ENDPOINT_URL names. */
export async function startEmulator(props: StartEmulatorProps): Promise<Emulator> {
  const say = props.say ?? (() => undefined);
  const external = props.endpoint ?? process.env.AWS_ENDPOINT_URL;
  if (external) {
    const endpoint = await assertLocalTarget(external);
    say(`using the emulator at ${endpoint}`);
    return { endpoint, owned: false, logFile: null, stop: async () => undefined };
  }

  const wanted = props.port ?? portFrom("ROLLGUARD_EMULATOR_PORT", DEFAULT_EMULATOR_PORT);
  const port = wanted === 0 ? await freePort() : wanted;
  const folder = `${REPOSITORY}/.rollguard/emulator-${port}`;
  await assertPortFree(port, folder);
  const python = await installMiniStack({ venv: `${REPOSITORY}/.venv`, say, signal: props.signal });

  const endpoint = `http://127.0.0.1:${port}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${folder}/tmp`, { recursive: true });
  // MiniStack unpacks functions and its own CommonJS worker below; without this, our package.json would make them ES modules.
  writeFileSync(`${folder}/package.json`, JSON.stringify({ type: "commonjs" }));
  forgetOldLogs();
  const logFile = `${REPOSITORY}/.rollguard/emulator-${port}.log`;
  const log = openSync(logFile, "w");
  const child = start(python, ["-m", "ministack"], {
    cwd: folder,
    stdio: ["ignore", log, log],
    env: miniStackEnvironment({ endpoint, folder, repository: REPOSITORY, eksEndpoint: props.eksEndpoint, extra: props.environment }),
  });
  closeSync(log);
  // Whatever ends this process, the emulator does not outlive it (but for SIGKILL).
  const lastResort = () => killProcessGroup(child);
  process.once("exit", lastResort);
  const stop = async () => {
    await stopProcessGroup(child);
    process.off("exit", lastResort);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(endpoint, child, logFile);
    await assertLocalTarget(endpoint);
    props.signal?.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  say(`MiniStack ${MINISTACK_VERSION} listens at ${endpoint}`);
  return { endpoint, owned: true, logFile, stop };
}

/** Runs on free ports leave a log each; after a day nobody reads it. */
function forgetOldLogs(): void {
  const folder = `${REPOSITORY}/.rollguard`;
  for (const name of readdirSync(folder).filter((entry) => /^emulator-\d+\.log$/.test(entry))) {
    const modifiedAt = statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (modifiedAt < Date.now() - DAY_MILLISECONDS) rmSync(`${folder}/${name}`, { force: true });
  }
}

async function untilReady(endpoint: string, child: ChildProcess, logFile: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const ready = await fetch(`${endpoint}/_ministack/ready`, { signal: AbortSignal.timeout(2_000) }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const tail = readFileSync(logFile, "utf8").split("\n").slice(-15).join("\n");
  throw new Error(`MiniStack did not become ready at ${endpoint}; the end of ${logFile}:\n${tail}`);
}
