import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** One run of a program, seen from outside. */
export interface MeasuredRun {
  readonly seconds: number;
  /** Maximum resident set, in MB of 10^6 bytes. */
  readonly megabytes: number;
  readonly stdout: string;
}

const LOOK_EVERY_MS = 2;

/**
 * Runs Node on `argv` and measures wall clock from spawn to exit, and VmHWM: the kernel's own maximum of the process's resident set (proc(5)). It only
 * grows, so that the last look, at most some milliseconds before the exit, has all but what came after it. Linux only. Throws on an exit code other than 0.
 */
export function measuredRun(argv: readonly string[], environment: NodeJS.ProcessEnv): Promise<MeasuredRun> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, [...argv], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let kilobytes = 0;
    const out: Buffer[] = [];
    const notes: Buffer[] = [];
    const look = () => {
      kilobytes = Math.max(kilobytes, highWaterKilobytes(child.pid));
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    child.stdout.on("data", (chunk: Buffer) => {
      look();
      out.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => notes.push(chunk));
    child.on("error", reject);
    let seconds = 0;
    child.on("exit", () => {
      seconds = (performance.now() - began) / 1000;
      clearInterval(timer);
    });
    child.on("close", (code) => {
      if (code !== 0) return reject(new Error(`the run ended with ${code}: ${Buffer.concat(notes).toString()}`));
      if (kilobytes === 0) return reject(new Error("the memory of a process is read from /proc, which is not there: run this on Linux"));
      resolve({ seconds, megabytes: (kilobytes * 1024) / 1e6, stdout: Buffer.concat(out).toString() });
    });
  });
}

/** 0 when the process is gone. */
function highWaterKilobytes(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
