import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { startFunctionName, tableName } from "../deployment.ts";
import { EXIT } from "../exit-codes.ts";
import type { RollbackRequest } from "../ports.ts";
import { coloursOf } from "../terminal/colours.ts";
import { renderIncident } from "../terminal/render-incident.ts";
import { type Confirmation, confirm } from "./confirm.ts";
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

/** Asks for a yes, starts the machine and shows the incident to its end; exit code 0 only if this request was carried out and nobody has to act then. */
export async function requestAndFollow(
  context: CommandContext,
  request: RollbackRequest,
  options: RequestOptions & Confirmation,
): Promise<void> {
  const { console, ports } = context;
  const { what } = options;
  const accepted = await confirm(context, options);
  const starting = async () => {
    const functionName = await startFunctionName(ports, options.function);
    return await ports.startRollback(functionName, accepted ? { ...request, acceptRisk: true } : request);
  };
  const started = await withProgress(console, `starting the ${what}`, starting());
  const name = `${what[0]?.toUpperCase()}${what.slice(1)}`;
  console.note(`${name} of ${request.service} started: incident ${started.incidentId}, execution ${started.execution}`);
  if (options.wait && console.watched)
    console.note(`Ctrl-C ends the watching only; 'rollguard abort ${started.incidentId}' ends the ${what}.`);
  if (!options.wait) {
    if (options.json) console.write(`${JSON.stringify(started, null, 2)}\n`);
    return;
  }
  const store = ports.store(await tableName(ports, options.table));
  const incident = await followIncident(context, store, { incidentId: started.incidentId, service: request.service });
  if (options.json) console.write(`${JSON.stringify(incident, null, 2)}\n`);
  else console.write(`\n${renderIncident(incident, { colours: coloursOf(console.colours), columns: console.columns })}`);
  if (incident.meta.id !== started.incidentId) {
    const ended = incident.meta.outcome ?? "open";
    console.note(
      `The ${what} of ${request.service} was not carried out: the request joined incident ${incident.meta.id}, which ended ${ended}. Ask again where it is still needed.`,
    );
    return context.exit(EXIT.notCarriedOut);
  }
  if (!DONE.has(incident.meta.outcome)) context.exit(EXIT.notRecovered);
}
