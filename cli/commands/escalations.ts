import { type Command, Option } from "commander";
import { ESCALATION_TIERS, type EscalationNotice, type EscalationTier } from "../../functions/domain/escalation.ts";
import { notFound } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { escalationWords, inCallingOrder } from "../report/escalation-words.ts";
import { type Colours, coloursOf, plainText, toned } from "../terminal/colours.ts";
import { table } from "../terminal/layout.ts";
import { nonEmpty } from "./option-values.ts";

const TABLE = "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)";
const MOST_LISTED = 1000;

interface AckOptions {
  readonly reason: string;
  readonly only?: readonly EscalationTier[];
  readonly json?: boolean;
  readonly table?: string;
}

/** `rollguard ack`: somebody is on it, so nobody else need be called. What was sent is not taken back. */
export function ackCommand(parent: Command, { console, ports }: CommandContext): void {
  parent
    .command("ack")
    .description("take an incident on: whoever is still to be called about it is not")
    .argument("<incident>", "incident id, or `latest`")
    .option("-r, --reason <text>", "why, for the timeline", nonEmpty("a reason that others will understand"), "looking into it")
    .addOption(new Option("--only <tiers...>", "only these (default: everybody)").choices(ESCALATION_TIERS))
    .option("--json", "a JSON list of what was silenced on stdout")
    .option("--table <name>", TABLE)
    .addHelpText(
      "after",
      `
The reminder of the post-mortem is silenced too, unless --only leaves it out.

Examples:
  $ rollguard ack latest
  $ rollguard ack inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "rolling forward with v3"
  $ rollguard ack latest --only management product`,
    )
    .action(async (id: string, { reason, only, json, table: option }: AckOptions) => {
      const acknowledging = async () => {
        const name = await tableName(ports, option);
        const incidentId = id === "latest" ? (await ports.store(name).list({ limit: 1 }))[0]?.id : id;
        if (incidentId === undefined) throw notFound("There is no incident yet.");
        const incident = await ports.store(name).read(incidentId);
        if (incident === null) throw notFound(unknown(incidentId));
        const { topicArn } = incident.meta;
        const acknowledgement = { by: ports.person, reason, at: ports.clock.now().toISOString(), topicArn };
        return { incidentId, silenced: await ports.escalations(name).acknowledge(incidentId, acknowledgement, only) };
      };
      const { incidentId, silenced } = await withProgress(console, "acknowledging", acknowledging());
      if (json) console.write(`${JSON.stringify(silenced, null, 2)}\n`);
      else if (silenced.length === 0) console.write(`${plainText(incidentId)}: nobody was still to be called\n`);
      else console.write(`${plainText(incidentId)}: not called any more: ${silenced.map(({ tier }) => tier).join(", ")}\n`);
    });
}

interface EscalationsOptions {
  readonly incident?: string;
  readonly json?: boolean;
  readonly table?: string;
}

/** `rollguard escalations`: who is still to be called, soonest first; of one incident also who was. */
export function escalationsCommand(parent: Command, { console, ports }: CommandContext): void {
  parent
    .command("escalations")
    .description("who is still to be called, soonest first")
    .option("-i, --incident <incident>", "of this incident, and also who was called")
    .option("--json", "a JSON list on stdout")
    .option("--table <name>", TABLE)
    .addHelpText(
      "after",
      `
Examples:
  $ rollguard escalations
  $ rollguard escalations --incident inc-checkout-20261120T031240Z-5f0c9a7be214
  $ rollguard escalations --json | jq -r '.[].tier'`,
    )
    .action(async ({ incident, json, table: option }: EscalationsOptions) => {
      const reading = async () => {
        const name = await tableName(ports, option);
        if (incident === undefined) return await ports.escalations(name).pending(MOST_LISTED);
        if ((await ports.store(name).read(incident)) === null) throw notFound(unknown(incident));
        return await ports.escalations(name).of(incident);
      };
      const notices = inCallingOrder(await withProgress(console, "reading calls", reading()));
      if (json) console.write(`${JSON.stringify(notices, null, 2)}\n`);
      else if (notices.length === 0) console.note("Nobody is to be called.");
      else console.write(`${renderList(notices, coloursOf(console.colours))}\n`);
    });
}

function renderList(notices: readonly EscalationNotice[], colours: Colours): string {
  const head = ["WHO", "SERVICE", "HOW IT STANDS", "INCIDENT"].map(colours.dim);
  const rows = notices.map((notice) => {
    const { tier, state, tone } = escalationWords(notice);
    return [toned(colours, tone, tier), plainText(notice.service), plainText(state), plainText(notice.incidentId)];
  });
  return table([head, ...rows]);
}

function unknown(id: string): string {
  return `There is no incident ${id}. 'rollguard incidents' lists those that there are.`;
}
