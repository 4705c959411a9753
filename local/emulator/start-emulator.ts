import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { killProcessGroup, start, stopProcessGroup } from "./child-process.ts";
import { installMiniStack, MINISTACK_VERSION } from "./install-ministack.ts";
import { localEnvironment } from "./local-environment.ts";
import { assertLocalTarget } from "./local-target-guard.ts";

export const DEFAULT_EMULATOR_PORT = 4566;
const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

const FUNCTION_SERVICES = ["CLOUDWATCH", "DYNAMODB", "EVENTBRIDGE", "KMS", "LAMBDA", "S3", "SFN", "SNS", "SQS", "SSM", "STS"];

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

  const wanted = props.port ?? Number(process.env.ROLLGUARD_EMULATOR_PORT ?? DEFAULT_EMULATOR_PORT);
  const port = wanted === 0 ? await freePort() : wanted;
  const folder = `${REPOSITORY}/.rollguard/emulator-${port}`;
  await assertPortFree(port, folder);
  const python = await installMiniStack({ venv: `${REPOSITORY}/.venv`, say, signal: props.signal });

  const endpoint = `http://127.0.0.1:${port}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${folder}/tmp`, { recursive: true });
  // MiniStack unpacks functions and its own CommonJS worker below; without this, our package.json would make them ES modules.
  writeFileSync(`${folder}/package.json`, JSON.stringify({ type: "commonjs" }));
  const logFile = `${REPOSITORY}/.rollguard/emulator-${port}.log`;
  const log = openSync(logFile, "w");
  const child = start(python, ["-m", "ministack"], {
    cwd: folder,
    stdio: ["ignore", log, log],
    env: miniStackEnvironment(endpoint, port, folder, props),
  });
  // Whatever ends this process, the emulator does not outlive it (but for SIGKILL).
  const lastResort = () => killProcessGroup(child);
  process.once("exit", lastResort);
  const stop = async () => {
    await stopProcessGroup(child);
    process.off("exit", lastResort);
    rmSync(folder, { recursive: true, force: true });
  };
  const abort = () => void stop();
  props.signal?.addEventListener("abort", abort, { once: true });
  try {
    await untilReady(endpoint, child, logFile);
    await assertLocalTarget(endpoint);
  } catch (error) {
    await stop();
    throw error;
  }
  say(`MiniStack ${MINISTACK_VERSION} listens at ${endpoint}`);
  return {
    endpoint,
    owned: true,
    logFile,
    stop: async () => {
      props.signal?.removeEventListener("abort", abort);
      await stop();
    },
  };
}

/** A clean environment: functions in MiniStack inherit all of it, so nothing of the person who started it may be in there. */
function miniStackEnvironment(endpoint: string, port: number, folder: string, props: StartEmulatorProps): Record<string, string> {
  return {
    ...localEnvironment(endpoint, {}),
    // The first `node` in PATH runs the functions: the project's, whatever the system has.
    PATH: `${REPOSITORY}/node_modules/.bin:${process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin"}`,
    HOME: folder,
    TMPDIR: `${folder}/tmp`,
    LANG: "C.UTF-8",
    PYTHONDONTWRITEBYTECODE: "1",
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: String(port),
    LOG_LEVEL: "INFO",
    ...functionEndpoints(endpoint),
    AWS_ENDPOINT_URL_EKS: props.eksEndpoint,
    ...props.environment,
  };
}

/**
 * Where functions find the AWS APIs. One variable per service and an empty AWS_ENDPOINT_URL: with that one set, MiniStack's Node worker
 * turns every HTTPS request to this machine into plain HTTP, and ours to the Kubernetes API must stay what it is on AWS.
 */
function functionEndpoints(endpoint: string): Record<string, string> {
  return { AWS_ENDPOINT_URL: "", ...Object.fromEntries(FUNCTION_SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, endpoint])) };
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

async function assertPortFree(port: number, folder: string): Promise<void> {
  const busy = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
  if (!busy) return;
  const pidFile = `${folder}/tmp/ministack-${port}.pid`;
  const owner = existsSync(pidFile)
    ? `an emulator of an earlier run may still be there: end it with \`kill ${readFileSync(pidFile, "utf8").trim()}\``
    : "end the program that listens there";
  throw new Error(
    `port ${port} on 127.0.0.1 is in use: ${owner}, choose another port with ROLLGUARD_EMULATOR_PORT=<port>, ` +
      `or use what runs there with AWS_ENDPOINT_URL=http://127.0.0.1:${port}.`,
  );
}

/** A port that is free now; MiniStack cannot choose one itself. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
