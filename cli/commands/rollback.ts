import { type Command, Option } from "commander";
import { type ManualWish, STRATEGIES, type Strategy } from "../../functions/domain/rollback-document.ts";
import { badInput, CommandError } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import type { RollbackRequest } from "../ports.ts";
import { whoToAsk } from "./confirm.ts";
import { nonEmpty } from "./option-values.ts";
import { type RequestOptions, requestAndFollow } from "./request-and-follow.ts";
import { dryRun } from "./rollback-dry-run.ts";
import {
  confirmationLines,
  type Destination,
  imageDestination,
  lastGoodDestination,
  namedDestination,
  type RollbackFacts,
  readRollbackFacts,
} from "./rollback-facts.ts";

interface RollbackOptions extends RequestOptions {
  readonly reason: string;
  readonly to?: string;
  readonly toImage?: string;
  readonly emergency?: boolean;
  readonly strategy?: Strategy;
  readonly acceptRisk?: boolean;
  readonly dryRun?: boolean;
}

/** `rollguard rollback`: a person asks for what an alarm would start, or for one release, image or strategy. */
export function rollbackCommand(parent: Command, context: CommandContext): void {
  parent
    .command("rollback")
    .description("roll a service back to its last good release, or to the one that is named, through the same machine that alarms start")
    .argument("<service>", "service, as its blueprint is named")
    .requiredOption("-r, --reason <text>", "why; goes into the record", nonEmpty("a reason that others will understand"))
    .option("--to <release>", "this release, by the beginning of its hash, whatever its verdict")
    .option("--to-image <image>", "[container=]name@sha256:... on the live template, when no release is known; needs --emergency")
    .option("--emergency", "an image instead of a release: nothing else of what is live is taken back")
    .addOption(new Option("--strategy <strategy>", "instead of what severity and class would choose").choices(STRATEGIES))
    .option("--accept-risk", "with --yes: also to a release that is bad, quarantined or behind a one-way door")
    .option("--dry-run", "print what would be done, from the ledger; nothing is started")
    .option("-y, --yes", "do not ask (ROLLBACK_CONFIRM=yes does the same)")
    .option("--no-wait", "do not wait for the end")
    .option("--json", "one JSON object on stdout: the preview, the start or the finished incident")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .option("--function <name>", "function start-rollback (default: ROLLGUARD_START_FUNCTION, else the deployed stack's)")
    .addHelpText(
      "after",
      `
The service's blueprint still decides: with mode observe nothing is written, and without a good release a person is paged.
Without a terminal to ask at, --yes or ROLLBACK_CONFIRM=yes is needed; else the command ends with 2 and nothing is done. A release that is bad, was in
ALARM when last seen, is quarantined or lies behind a one-way door is refused unless its name is given with --to, and the name of the service is typed (or
--yes --accept-risk says so). Ctrl-C ends the watching, not the rollback: 'rollguard abort' does that.

Examples:
  $ rollguard rollback checkout --reason "customers report slow checkouts" --dry-run
  $ rollguard rollback checkout --reason "customers report slow checkouts"
  $ rollguard rollback checkout --reason "v41 is the last one without the leak" --to 4b1f --strategy immediate
  $ rollguard rollback checkout --reason "the ledger is empty" --to-image demo/checkout@sha256:... --emergency
  $ rollguard rollback checkout --reason "error budget is gone" --yes --no-wait --json`,
    )
    .action(async (service: string, options: RollbackOptions) => {
      checkOptions(options);
      if (!options.dryRun) whoToAsk(context, { ...options, what: "rollback" });
      const { console, ports } = context;
      const base = { service, reason: options.reason, requestedBy: ports.person, at: ports.clock.now().toISOString() };
      const facts = await withProgress(console, "reading the ledger", factsOrNull(context, service, options));
      const destination = facts === null ? null : destinationOf(facts, options);
      const request: RollbackRequest = { ...base, ...wishOf(options, destination) };
      if (options.dryRun) return await dryRun(context, request, options);
      if (facts !== null && destination !== null) console.note(confirmationLines(facts, destination));
      await requestAndFollow(context, request, {
        ...options,
        what: "rollback",
        question: questionFor(service, options, destination),
        risk: destination?.risk ?? null,
        word: service,
      });
    });
}

function checkOptions({ to, toImage, emergency }: RollbackOptions): void {
  if (to !== undefined && toImage !== undefined)
    throw badInput("--to and --to-image exclude each other: a release has its images already.");
  if (toImage !== undefined && emergency !== true)
    throw badInput("--to-image takes nothing back but an image. Where no release is known and it must be so, add --emergency.");
  if (emergency === true && toImage === undefined)
    throw badInput("--emergency goes with --to-image: a rollback to a release needs no emergency.");
}

/** Null where the ledger cannot be read and nothing depends on it: in trouble a rollback must not wait for a table. */
async function factsOrNull({ console, ports }: CommandContext, service: string, options: RollbackOptions): Promise<RollbackFacts | null> {
  try {
    return await readRollbackFacts(ports, service, options);
  } catch (error) {
    const answered = options.yes === true || ports.environment.ROLLBACK_CONFIRM === "yes";
    if (!answered || options.to !== undefined || options.toImage !== undefined || error instanceof CommandError) throw error;
    console.note(`What is live could not be read: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function destinationOf(facts: RollbackFacts, { to, toImage }: RollbackOptions): Destination {
  if (to !== undefined) return namedDestination(facts, to);
  return toImage === undefined ? lastGoodDestination(facts) : imageDestination(facts, toImage);
}

function wishOf({ toImage, strategy }: RollbackOptions, destination: Destination | null): ManualWish {
  return {
    ...(destination?.hash ? { to: destination.hash } : {}),
    ...(toImage === undefined ? {} : { toImage }),
    ...(strategy === undefined ? {} : { strategy }),
  };
}

function questionFor(service: string, { toImage }: RollbackOptions, destination: Destination | null): string {
  if (toImage !== undefined) return `Put ${toImage} into what ${service} runs now?`;
  return destination?.hash ? `Roll ${service} back to release ${destination.hash}?` : `Roll ${service} back to its last good release?`;
}
