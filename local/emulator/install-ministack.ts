import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runToEnd } from "./child-process.ts";

/** Behaviour changes between versions, so the version is exact. */
export const MINISTACK_VERSION = "1.5.33";

const CANDIDATES = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const run = promisify(execFile);

/** Makes `.venv` with MiniStack in it unless it is there, and returns the path of its Python. */
export async function installMiniStack(props: {
  readonly venv: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}): Promise<string> {
  const python = `${props.venv}/bin/python`;
  if ((await installedVersion(python)) === MINISTACK_VERSION) return python;

  const system = await findPython();
  props.say(`installing MiniStack ${MINISTACK_VERSION} from PyPI into ${props.venv} (once)`);
  const options = { timeoutSeconds: 240, environment: process.env, signal: props.signal };
  try {
    await runToEnd(system, ["-m", "venv", "--clear", props.venv], options);
  } catch (error) {
    throw new Error(`${system} cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv`, { cause: error });
  }
  const constraints = fileURLToPath(new URL("python-constraints.txt", import.meta.url));
  await runToEnd(python, ["-m", "pip", "install", `ministack==${MINISTACK_VERSION}`, "--constraint", constraints], {
    ...options,
    onLine: (line) => {
      if (/^(Collecting|Installing|Successfully)/.test(line)) props.say(`  ${line.length > 100 ? `${line.slice(0, 99)}…` : line}`);
    },
  });
  return python;
}

async function installedVersion(python: string): Promise<string | null> {
  if (!existsSync(python)) return null;
  const code = "from importlib.metadata import version; print(version('ministack'))";
  return run(python, ["-c", code], { timeout: 20_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
}

async function findPython(): Promise<string> {
  const seen: string[] = [];
  for (const candidate of process.env.ROLLGUARD_PYTHON ? [process.env.ROLLGUARD_PYTHON] : CANDIDATES) {
    const version = await run(candidate, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], { timeout: 20_000 }).then(
      ({ stdout }) => stdout.trim(),
      () => null,
    );
    if (version === null) continue;
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major === 3 && minor >= 10) return candidate;
    seen.push(`${candidate} is ${version}`);
  }
  throw new Error(
    `the local emulator needs Python 3.10 or newer (${seen.join(", ") || "none found"}). Install it, name one in ROLLGUARD_PYTHON, ` +
      "or run an emulator in Docker (`docker compose up ministack`) and set AWS_ENDPOINT_URL=http://127.0.0.1:4566.",
  );
}
