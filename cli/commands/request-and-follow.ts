import { badInput } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { startFunctionName, tableName } from "../deployment.ts";
import { EXIT } from "../exit-codes.ts";
import type { RollbackRequest } from "../ports.ts";
import { coloursOf } from "../terminal/colours.ts";
import { renderIncident } from "../terminal/render-incident.ts";
import { followIncident } from "./follow-incident.ts";

/** Options of every command that starts the machine. */
export interface RequestOptions {
  readonly yes?: boolean;
  readonly wait: boolean;
  readonly json?: boolean;
  readonly table?: string;
  readonly function?: string;
}

/** Outcomes after which nobody has to act. */
const DONE: ReadonlySet<string | null> = new Set(["recovered", "observed", "stand-down"]);

/** Asks for a yes, starts the machine and shows the incident to its end; exit code 0 only if nobody has to act then. */
export async function requestAndFollow(
  context: CommandContext,
  request: RollbackRequest,
  options: RequestOptions & { readonly what: "rollback" | "resume"; readonly question: string },
): Promise<void> {
  const { console, ports } = context;
  const { what } = options;
  await confirm(context, options);
  const starting = async () => {
    const functionName = await startFunctionName(ports, options.function);
    return await ports.startRollback(functionName, request);
  };
  const started = await withProgress(console, `starting the ${what}`, starting());
  const name = `${what[0]?.toUpperCase()}${what.slice(1)}`;
  console.note(`${name} of ${request.service} started: incident ${started.incidentId}, execution ${started.execution}`);
  if (!options.wait) {
    if (options.json) console.write(`${JSON.stringify(started, null, 2)}\n`);
    return;
  }
  const store = ports.store(await tableName(ports, options.table));
  const incident = await followIncident(context, store, { incidentId: started.incidentId, service: request.service });
  if (options.json) console.write(`${JSON.stringify(incident, null, 2)}\n`);
  else console.write(`\n${renderIncident(incident, { colours: coloursOf(console.colours), columns: console.columns })}`);
  if (!DONE.has(incident.meta.outcome)) context.exit(EXIT.notRecovered);
}

async function confirm(
  { console, ports }: CommandContext,
  { yes, what, question }: { readonly yes?: boolean; readonly what: string; readonly question: string },
): Promise<void> {
  if (yes || ports.environment.ROLLBACK_CONFIRM === "yes") return;
  if (console.ask === null) {
    throw badInput(`A ${what} needs a yes, and nobody can be asked here. Add --yes or set ROLLBACK_CONFIRM=yes.`);
  }
  const answer = await console.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw badInput("Not confirmed: nothing was started.");
}
