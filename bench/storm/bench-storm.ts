import { parseArgs } from "node:util";
import type { StormFigures } from "./storm-count.ts";
import { runStorm } from "./storm-run.ts";

const SIZES = [50, 100, 200, 500];
const HELP = `Usage: npm run -s bench:storm -- [options]

Six alarms of each of so many services within one second: how many incidents, was any alarm lost or any service changed twice, and how long until the last
of the first writes. On the local emulator: its event bus, Step Functions and table, with the functions of this process behind URLs; cluster and metrics are
played.

Options:
  --json           print one JSON object; progress goes to stderr
  --sizes <list>   services of each storm, with commas; default ${SIZES.join(",")}
  --help           print this
`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));

function render(storms: readonly StormFigures[]): string {
  const rows = [["services", "alarms", "incidents", "lost", "twice", "unwritten", "seconds"]].concat(
    storms.map((storm) =>
      [storm.services, storm.alarms, storm.incidents, storm.lost, storm.twice, storm.unwritten, storm.seconds].map(String),
    ),
  );
  return `${rows.map((row) => row.map((cell) => cell.padStart(10)).join("")).join("\n")}\n`;
}

/** Throws an Error that says what is wrong with the command line. */
function sizesOf(text: string): number[] {
  const sizes = text.split(",").map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1 || size > 1000))
    throw new Error(`--sizes: expected whole numbers up to 1000, got "${text}"`);
  return sizes;
}

try {
  process.env.POWERTOOLS_LOG_LEVEL ??= "SILENT";
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { json: flag, help: flag, sizes: { type: "string", default: SIZES.join(",") } } });
  if (values.help) process.stdout.write(HELP);
  else {
    const storms: StormFigures[] = [];
    for (const size of sizesOf(values.sizes)) {
      storms.push(await runStorm(size, say, interrupted.signal));
      say(`  ${JSON.stringify(storms.at(-1))}`);
    }
    process.stdout.write(values.json ? `${JSON.stringify({ storms })}\n` : render(storms));
    process.exitCode = storms.every(({ lost, twice, unwritten }) => lost === 0 && twice === 0 && unwritten === 0) ? 0 : 1;
  }
} catch (error) {
  say(interrupted.signal.aborted ? (error as Error).message : String((error as Error).stack ?? error));
  process.exitCode = 1;
}
