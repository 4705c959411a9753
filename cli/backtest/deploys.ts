import { readFileSync } from "node:fs";
import type { Deploy } from "../../functions/domain/backtest/backtest-data.ts";
import type { ReleaseLedger } from "../../functions/ports/release-ledger.ts";
import { badInput } from "../command-error.ts";
import { csvTime } from "./csv-time.ts";

const VERDICTS = ["", "good", "bad", "candidate"];
const MOST_PROBLEMS = 10;

/**
 * Deploys of a file: a time in each line, or a CSV with a header, `timestamp` and, if known, `verdict` (good, bad). Times are UTC. In order, each once. Throws
 * CommandError with file, line and how to fix it.
 */
export function readDeploysFile(path: string): readonly Deploy[] {
  const lines = textOf(path)
    .replace(/^\ufeff/, "")
    .split(/\r?\n/);
  const columns = lines[0]?.split(",").map((name) => name.trim().toLowerCase()) ?? [];
  const hasHeader = columns.includes("timestamp");
  const [timeAt, verdictAt] = [hasHeader ? columns.indexOf("timestamp") : 0, hasHeader ? columns.indexOf("verdict") : 1];
  const problems: string[] = [];
  const deploys = lines.flatMap((line, index): Deploy[] => {
    if ((hasHeader && index === 0) || line.trim() === "" || line.startsWith("#")) return [];
    const fields = line.split(",").map((field) => field.trim().replace(/^"(.*)"$/, "$1"));
    const bytes = Buffer.from(fields[timeAt] ?? "");
    const atEpochSeconds = csvTime(bytes, 0, bytes.length);
    const verdict = (verdictAt < 0 ? "" : (fields[verdictAt] ?? "")).toLowerCase();
    if (Number.isNaN(atEpochSeconds))
      problems.push(`${path}:${index + 1}: "${fields[timeAt] ?? ""}" is no time (write UTC as 2026-11-20T03:12:00)`);
    else if (!VERDICTS.includes(verdict)) problems.push(`${path}:${index + 1}: "${verdict}" is no verdict (write good, bad or nothing)`);
    else return [{ atEpochSeconds, bad: verdict === "bad" }];
    return [];
  });
  if (problems.length > 0) throw badInput(problems.slice(0, MOST_PROBLEMS).join("\n"));
  return inOrder(deploys);
}

/** Deploys that were observed: when each release went live, and which of them turned out bad. */
export async function deploysOfLedger(
  ledger: Pick<ReleaseLedger, "releases" | "observations">,
  service: string,
): Promise<readonly Deploy[]> {
  const [releases, observations] = await Promise.all([ledger.releases(service), ledger.observations(service)]);
  const named = new Set(releases.map(({ parts }) => parts.templateHash));
  const unnamed = observations.filter(({ templateHash }) => !named.has(templateHash));
  return inOrder(
    [...releases, ...unnamed].flatMap(({ firstSeenAt, liveSince, verdict }) =>
      [firstSeenAt, liveSince].map((at) => ({ atEpochSeconds: Math.floor(Date.parse(at) / 1000), bad: verdict === "bad" })),
    ),
  );
}

function inOrder(deploys: readonly Deploy[]): readonly Deploy[] {
  const byTime = new Map<number, Deploy>();
  for (const deploy of deploys) {
    const known = byTime.get(deploy.atEpochSeconds);
    byTime.set(deploy.atEpochSeconds, { ...deploy, bad: deploy.bad || known?.bad === true });
  }
  return [...byTime.values()].sort((a, b) => a.atEpochSeconds - b.atEpochSeconds);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw badInput(`There is no ${path}, or it may not be read. Name a file with the time of a deploy in each line.`);
  }
}
