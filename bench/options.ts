import { parseArgs } from "node:util";

export const PARTS = ["bundles", "recovery", "reaction"] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  readonly parts: readonly Part[];
  readonly json: boolean;
  readonly check: boolean;
  readonly help: boolean;
}

export const HELP = `Usage: npm run -s bench -- [options]

Measures Rollguard beside what it must be compared with, on this machine and in one run. Needs no AWS account.
  reaction   alarm event accepted -> first change of the template accepted, everything deployed to the local emulator;
             beside it the same graph with functions that do nothing, and a bare GET, LIST, PATCH
  bundles    size and cold start of every function, beside one that holds the DynamoDB and Step Functions clients only
  recovery   a bad release of 30 replicas, fully rolled out, is taken back; beside it a fresh Deployment and rollout undo.
             On the API server that KUBECONFIG names, else on the cluster simulator

Options:
  --json          print one JSON object instead of tables; progress goes to stderr
  --only <part>   ${PARTS.join(", ")}; may be repeated
  --check         exit with 1 when a budget is missed
  --help          print this
`;

/** The command line was wrong; the message says what was expected. */
export class BenchUsageError extends Error {
  override readonly name = "BenchUsageError";
}

/** Throws BenchUsageError on unknown options and values. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { json, check, help, only } = parsed(args);
  const unknown = only.find((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown !== undefined) throw new BenchUsageError(`--only: expected ${PARTS.join(", ")}; got "${unknown}"`);
  return { json, check, help, parts: only.length === 0 ? PARTS : PARTS.filter((part) => only.includes(part)) };
}

function parsed(args: readonly string[]) {
  try {
    const flag = { type: "boolean", default: false } as const;
    const only = { type: "string", multiple: true, default: [] as string[] } as const;
    return parseArgs({ args: [...args], options: { json: flag, check: flag, help: flag, only } }).values;
  } catch (cause) {
    throw new BenchUsageError(`${cause instanceof Error ? cause.message : String(cause)}; see npm run -s bench -- --help`, { cause });
  }
}
