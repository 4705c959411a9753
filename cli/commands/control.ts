import type { Command } from "commander";
import type { IncidentMeta } from "../../functions/domain/incident.ts";
import { controlEvent, type IncidentControl } from "../../functions/domain/incident-control.ts";
import { badInput } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { coloursOf, plainText } from "../terminal/colours.ts";
import { denyPending } from "./deny-pending.ts";
import { runningIncident } from "./incident-named.ts";
import { nonEmpty } from "./option-values.ts";

/** Options of everything that is told to a running plan. */
export interface ControlOptions {
  readonly reason: string;
  readonly json?: boolean;
  readonly table?: string;
}

const FOLLOWS = {
  run: "goes on within half a minute",
  paused: "is paused: the step that has begun is finished, the next one waits",
  aborted: "is aborted: the step that has begun is finished, the update strategy is put back, no further release is tried",
} as const;

/** `rollguard pause`: a running plan waits before its next step. */
export function pauseCommand(parent: Command, context: CommandContext): void {
  parent
    .command("pause")
    .description("let a running rollback wait before its next step")
    .argument("<incident>", "incident id, or the service")
    .requiredOption("-r, --reason <text>", "why; goes into the timeline", nonEmpty("a reason that others will understand"))
    .option("--json", "one JSON object on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .addHelpText(
      "after",
      `
A pause ends with 'rollguard resume', with 'rollguard abort', or four hours after the incident was opened: then a person has it.
The configuration and the template of one release belong together and are finished together.

Examples:
  $ rollguard pause inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "the database is being looked at"
  $ rollguard pause checkout --reason "the database is being looked at" --json`,
    )
    .action((name: string, options: ControlOptions) => tell(context, name, "paused", options));
}

/** `rollguard abort`: a running plan ends, with nothing left half done. */
export function abortCommand(parent: Command, context: CommandContext): void {
  parent
    .command("abort")
    .description("end a running rollback; what has begun is finished, and the workload's own update strategy is put back")
    .argument("<incident>", "incident id, or the service")
    .requiredOption("-r, --reason <text>", "why; goes into the record", nonEmpty("a reason that others will understand"))
    .option("--json", "one JSON object on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .addHelpText(
      "after",
      `
Final: the incident ends escalated, with this reason; one that waits for an approval is denied it, and ends denied. What was restored stays restored, a GitOps hold stays (rollguard resume gives it back), and a
rollback that proves its recovery all the same ends recovered.

Examples:
  $ rollguard abort inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "the database is at fault"
  $ rollguard abort checkout --reason "the database is at fault"`,
    )
    .action((name: string, options: ControlOptions) => tell(context, name, "aborted", options));
}

/** Tells the running incident of that name, and says what follows. Throws CommandError when it has ended, or was aborted before. */
export async function tell(
  { console, ports }: CommandContext,
  name: string,
  state: IncidentControl["state"],
  { reason, json, table: option }: ControlOptions,
): Promise<void> {
  const telling = async () => {
    const table = await tableName(ports, option);
    const incident = await runningIncident(ports.store(table), name);
    const control: IncidentControl = { state, by: ports.person, reason, at: ports.clock.now().toISOString() };
    const before = await ports.controls(table).read(incident.id);
    if (state === "run" && before.state !== "paused")
      throw badInput(`${incident.id} is not paused (${wordOf(before)}): nothing was changed.`);
    const outcome = await ports.controls(table).set(incident.id, control, outboxed(incident, control));
    if (outcome === "closed") throw badInput(`${incident.id} has ended meanwhile: nothing was changed.`);
    // After the word, so that every question asked before it is seen. One asked later is answered by a person or its deadline, and the first step reads the word.
    const answer = state === "aborted" ? await denyPending(ports, table, incident.id, control) : null;
    if (outcome === "aborted" && answer === null)
      throw badInput(`${incident.id} was aborted before, and that is final: nothing was changed.`);
    return { incident, control, answer };
  };
  const { incident, control, answer } = await withProgress(console, "telling it", telling());
  const colours = coloursOf(console.colours);
  const approval = answer === null ? {} : { approval: { outcome: answer.outcome, state: answer.state, message: answer.message } };
  const follows = answer?.state === "denied" ? "is aborted: it waited for an approval, and nothing is carried out" : FOLLOWS[state];
  if (json) console.write(`${JSON.stringify({ incident: incident.id, service: incident.service, ...control, ...approval }, null, 2)}\n`);
  else console.write(`${colours.bold(plainText(incident.service))}: ${incident.id} ${follows}\n`);
  if (answer !== null) console.note(plainText(answer.message));
}

function outboxed(incident: IncidentMeta, control: IncidentControl) {
  return { ...controlEvent(incident.service, control), service: incident.service, topicArn: incident.topicArn };
}

function wordOf({ state, by }: IncidentControl): string {
  return state === "run" ? "nobody has said so" : `${state} by ${plainText(by)}`;
}
