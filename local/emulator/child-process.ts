import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface RunProps {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Every line of output, as it comes. */
  readonly onLine?: (line: string) => void;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal;
}

/** Runs a program to its end and resolves with its output. Rejects with the last lines when it fails, takes too long or is aborted. */
export async function runToEnd(program: string, args: readonly string[], props: RunProps): Promise<string> {
  const lines: string[] = [];
  const child = start(program, args, { cwd: props.cwd, env: props.environment, stdio: ["ignore", "pipe", "pipe"] });
  const keep = (line: string) => {
    lines.push(line);
    props.onLine?.(line);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on("line", keep);
  let ended: string | null = null;
  const end = (why: string) => {
    ended = why;
    void stopProcessGroup(child);
  };
  const timer = setTimeout(() => end(`took longer than ${props.timeoutSeconds} s`), props.timeoutSeconds * 1000);
  const abort = () => end("was interrupted");
  props.signal?.addEventListener("abort", abort, { once: true });
  try {
    const code = await exitOf(child);
    if (code === 0 && !ended) return lines.join("\n");
    throw new Error(`${program} ${args.join(" ")} ${ended ?? `ended with ${code}`}:\n${lines.slice(-25).join("\n")}`);
  } finally {
    clearTimeout(timer);
    props.signal?.removeEventListener("abort", abort);
  }
}

/** Starts a program in its own process group, so that everything it starts can be ended with it. */
export function start(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(program, [...args], { ...options, detached: true });
}

/** Ends a process and what it started: SIGTERM, after `graceSeconds` SIGKILL. Resolves when it is gone. */
export async function stopProcessGroup(child: ChildProcess, graceSeconds = 5): Promise<void> {
  if (child.pid === undefined) return;
  const alive = child.exitCode === null && child.signalCode === null;
  signalGroup(child.pid, alive ? "SIGTERM" : "SIGKILL");
  if (!alive) return;
  const killer = setTimeout(() => signalGroup(child.pid as number, "SIGKILL"), graceSeconds * 1000);
  await exitOf(child).catch(() => undefined);
  clearTimeout(killer);
  signalGroup(child.pid, "SIGKILL");
}

/** Ends a process and what it started at once, without waiting: for `process.on("exit")`. */
export function killProcessGroup(child: ChildProcess): void {
  if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  if (child.signalCode !== null) return Promise.resolve(child.signalCode);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? 0));
  });
}
