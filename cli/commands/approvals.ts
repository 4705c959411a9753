import type { Command } from "commander";
import { type ApprovalRequest, decisionInWords } from "../../functions/domain/approval.ts";
import { inWords } from "../../functions/domain/time.ts";
import type { Decided } from "../../functions/entry/decide-approval/decide-approval.ts";
import { notFound } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { decideFunctionName, tableName } from "../deployment.ts";
import { EXIT } from "../exit-codes.ts";
import { dateTime } from "../report/format.ts";
import { type Colours, coloursOf, plainText } from "../terminal/colours.ts";
import { nonEmpty, wholeNumber } from "./option-values.ts";

interface DecideOptions {
  readonly reason?: string;
  readonly plan?: string;
  readonly json?: boolean;
  readonly table?: string;
  readonly function?: string;
}

/** What the deadline does by itself. */
const WITHOUT_ANSWER = { proceed: "carried out", abort: "dropped", escalate: "dropped, and on-call is paged" } as const;

/** `rollguard approvals`: which rollbacks wait for a person, soonest deadline first. */
export function approvalsCommand(parent: Command, { console, ports }: CommandContext): void {
  parent
    .command("approvals")
    .description("list the rollbacks that wait for an approval, soonest deadline first")
    .option("-n, --limit <number>", "at most so many", wholeNumber(1, 1000), 100)
    .option("--json", "one JSON array on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .addHelpText("after", "\nExamples:\n  $ rollguard approvals\n  $ rollguard approvals --json | jq -r '.[].incidentId'")
    .action(async ({ limit, json, table }: { readonly limit: number; readonly json?: boolean; readonly table?: string }) => {
      const listing = async () => await ports.approvals(await tableName(ports, table)).pending(limit);
      const waiting = await withProgress(console, "reading what waits", listing());
      if (json) {
        console.write(`${JSON.stringify(waiting.map(shown), null, 2)}\n`);
        return;
      }
      if (waiting.length === 0) console.note("Nothing waits for an approval.");
      const colours = coloursOf(console.colours);
      for (const request of waiting) console.write(`${inLines(request, ports.clock.now(), colours)}\n`);
    });
}

/** `rollguard approve`: lets the rollback begin. */
export function approveCommand(parent: Command, context: CommandContext): void {
  decideCommand(parent, context, "approve", {
    description: "let the rollback that waits for an answer begin",
    examples: `
  $ rollguard approvals
  $ rollguard approve inc-checkout-20261120T031240Z-5f0c9a7be214
  $ rollguard approve inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "agreed with payments"`,
  });
}

/** `rollguard deny`: ends the run; the service stays as it is. */
export function denyCommand(parent: Command, context: CommandContext): void {
  decideCommand(parent, context, "deny", {
    description: "end the run that waits for an answer; the service stays as it is",
    examples: `
  $ rollguard deny inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "the fix is on its way"`,
  });
}

function decideCommand(
  parent: Command,
  context: CommandContext,
  decision: "approve" | "deny",
  { description, examples }: { readonly description: string; readonly examples: string },
): void {
  const why = nonEmpty("a reason that others will understand");
  const command = parent.command(decision).description(description).argument("<incident>", "id of the incident, as the page says it");
  if (decision === "deny") command.requiredOption("-r, --reason <text>", "why; goes into the record", why);
  else command.option("-r, --reason <text>", "why; goes into the record", why);
  command
    .option("--plan <hash>", "the plan that you looked at; another one is not decided about", nonEmpty("the hash of a plan"))
    .option("--json", "one JSON object on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .option("--function <name>", "function decide-approval (default: ROLLGUARD_DECIDE_FUNCTION, else the deployed stack's)")
    .addHelpText("after", `\nThe first answer counts; one that comes after the deadline is too late, and says so.\n\nExamples:${examples}`)
    .action((incidentId: string, options: DecideOptions) => decide(context, decision, incidentId, options));
}

async function decide(
  { console, ports, exit }: CommandContext,
  decision: "approve" | "deny",
  incidentId: string,
  options: DecideOptions,
): Promise<void> {
  const deciding = async () => {
    const [table, functionName] = await Promise.all([tableName(ports, options.table), decideFunctionName(ports, options.function)]);
    const request = await ports.approvals(table).latest(incidentId);
    if (request === null) throw notFound(`Nothing was ever asked about ${incidentId}. See what waits: rollguard approvals.`);
    return await ports.decideApproval(functionName, {
      incidentId,
      decision,
      by: ports.person,
      // What was read here is what is decided about, unless another plan comes in between.
      planHash: options.plan ?? request.planHash,
      via: "cli",
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    });
  };
  const answer = await withProgress(console, decision === "approve" ? "approving" : "denying", deciding());
  const code = exitCodeOf(answer, decision);
  if (options.json) console.write(`${JSON.stringify(answer, null, 2)}\n`);
  else if (code === EXIT.ok) console.write(`${plainText(answer.message)}\n`);
  else console.note(plainText(answer.message));
  if (code !== EXIT.ok) exit(code);
}

/** 0 when it stands as was asked, also from before. */
function exitCodeOf({ outcome, state, delivered }: Decided, decision: "approve" | "deny"): number {
  const agrees = state === (decision === "approve" ? "approved" : "denied");
  switch (outcome) {
    case "decided":
      return EXIT.ok;
    case "already-decided":
      if (!agrees) return EXIT.badInput;
      return delivered ? EXIT.ok : EXIT.failed;
    case "nothing-asked":
      return EXIT.notFound;
    case "plan-changed":
    case "too-late":
      return EXIT.badInput;
  }
}

function inLines(request: ApprovalRequest, now: Date, colours: Colours): string {
  const { incidentId, scope, reasons, deadlineAt, onTimeout, planHash } = request;
  const leftSeconds = (Date.parse(deadlineAt) - now.getTime()) / 1000;
  const left = leftSeconds > 0 ? `${inWords(leftSeconds)} left` : "past its deadline";
  return [
    colours.bold(plainText(incidentId)),
    `  ${plainText(scope)}`,
    ...reasons.map((reason) => `  - ${plainText(reason)}`),
    `  until ${dateTime(deadlineAt)} (${left}); without an answer it is ${WITHOUT_ANSWER[onTimeout]}`,
    colours.dim(`  plan ${plainText(planHash)}: rollguard approve ${plainText(incidentId)}`),
  ].join("\n");
}

/** Everything but the sealed token, which is nobody's business. */
function shown(request: ApprovalRequest): object {
  const {
    tokenCipher: _tokenCipher,
    tokenSha256: _tokenSha256,
    tokenAt: _tokenAt,
    cluster: _cluster,
    namespace: _namespace,
    ...rest
  } = request;
  return { ...rest, words: decisionInWords(request) };
}
