#!/usr/bin/env node
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Console } from "./console.ts";

const { stdin, stdout, stderr, env } = process;

// What was compiled once is kept for this user, which makes the next start three times as fast (NODE_DISABLE_COMPILE_CACHE=1: not).
const cache = env.XDG_CACHE_HOME || join(env.HOME || "/", ".cache");
if (existsSync(cache)) enableCompileCache(join(cache, "rollguard"));
const [{ awsPorts }, { runProgram }] = await Promise.all([import("./aws-ports.ts"), import("./program.ts")]);

/** NO_COLOR turns colours off, FORCE_COLOR on, else a terminal decides (https://no-color.org). */
const colours = env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== "0" : stdout.isTTY === true && env.TERM !== "dumb";

const console: Console = {
  write: (text) => void stdout.write(text),
  note: (text) => void stderr.write(`${text}\n`),
  colours,
  watched: stderr.isTTY === true,
  redraws: stdout.isTTY === true && env.TERM !== "dumb",
  columns: Math.max(40, Math.min(stdout.columns ?? 100, 120)),
  ask: stdin.isTTY && stderr.isTTY ? ask : null,
};

/** Ctrl-C and Ctrl-D are no answer, which is no yes. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: stdin, output: stderr });
  const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  try {
    return await Promise.race([terminal.question(question), closed]);
  } finally {
    terminal.close();
  }
}

// A closed pipe (`rollguard incidents | head -1`) is the reader's choice, not a failure.
stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), console, awsPorts(env));
