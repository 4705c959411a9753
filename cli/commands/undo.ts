import type { Command } from "commander";
import type { IncidentMeta } from "../../functions/domain/incident.ts";
import { riskOfRelease } from "../../functions/domain/plan/asked-target.ts";
import type { Release } from "../../functions/domain/release.ts";
import { newestRelease } from "../../functions/domain/release-targets.ts";
import type { PlanTarget } from "../../functions/domain/rollback-document.ts";
import { badInput } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { whoToAsk } from "./confirm.ts";
import { finishedIncident, openIncidentOf } from "./incident-named.ts";
import { nonEmpty } from "./option-values.ts";
import { type RequestOptions, requestAndFollow } from "./request-and-follow.ts";
import { confirmationLines, namedDestination, type RollbackFacts, readRollbackFacts } from "./rollback-facts.ts";

type UndoOptions = RequestOptions & { readonly reason: string; readonly acceptRisk?: boolean };

/** `rollguard undo`: a rollback was wrong, so the service goes forward again to the release that it was rolled back from. */
export function undoCommand(parent: Command, context: CommandContext): void {
  parent
    .command("undo")
    .description("undo a wrong rollback: go forward again to the release that was rolled back from")
    .argument("<incident>", "id of the incident whose rollback was wrong")
    .requiredOption("-r, --reason <text>", "why; goes into the record", nonEmpty("a reason that others will understand"))
    .option("--accept-risk", "with --yes: also where something else than that incident speaks against the release")
    .option("-y, --yes", "do not ask (ROLLBACK_CONFIRM=yes does the same)")
    .option("--no-wait", "do not wait for the end")
    .option("--json", "one JSON object on stdout: the start or the finished incident")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .option("--function <name>", "function start-rollback (default: ROLLGUARD_START_FUNCTION, else the deployed stack's)")
    .addHelpText(
      "after",
      `
Runs through the same machine and is verified like a rollback. Only once the service is proven healthy on it, the release counts as good again and its
quarantine is lifted. Refused when the service runs something else by now than what that rollback brought back.

Examples:
  $ rollguard undo inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "the payment provider was down, not v42"
  $ rollguard undo inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "the database was at fault" --yes --json`,
    )
    .action(async (id: string, { reason, ...options }: UndoOptions) => {
      const { console, ports } = context;
      whoToAsk(context, { ...options, what: "undo" });
      const { facts, release, risk } = await withProgress(console, "reading the incident", readUndo(context, id, options));
      const { service } = facts;
      const base = { service, reason, requestedBy: ports.person, at: ports.clock.now().toISOString() };
      console.note(confirmationLines(facts, { ...namedDestination(facts, release.hash), risk }));
      const question = `Undo ${id}: put ${service} forward to release ${release.hash} again?`;
      // That it is called bad is what is undone: the plan must not stumble over it.
      const request = { ...base, to: release.hash, undoes: id, acceptRisk: true };
      await requestAndFollow(context, request, { ...options, what: "undo", question, risk, word: service });
    });
}

async function readUndo({ ports }: CommandContext, id: string, options: Omit<UndoOptions, "reason">) {
  const store = ports.store(await tableName(ports, options.table));
  const { meta } = await finishedIncident(store, id);
  const { service } = meta;
  const [target, hash] = whatWasDone(meta);
  const open = await openIncidentOf(store, service);
  if (open !== null) throw badInput(`${open.id} of ${service} is open: wait for its end, or abort it.`);
  const facts = await readRollbackFacts(ports, service, options);
  const release = facts.releases.find((candidate) => candidate.hash === hash);
  if (release === undefined)
    throw badInput(`Release ${hash}, from which ${id} rolled back, is no longer in the ledger: deploy it as usual.`);
  checkNotMovedOn(facts, id, target, release);
  return { facts, release, risk: riskBeside(facts, id, release) };
}

/** Where the rollback led, and the release that it left. Throws CommandError for an incident that rolled nothing back. */
function whatWasDone({ id, record }: IncidentMeta): readonly [target: PlanTarget, from: string] {
  const { plan, verification, assessment } = record ?? { plan: null, verification: null, assessment: null };
  const target = plan?.steps.find((step) => step.id === verification?.restoringStepId)?.target ?? null;
  if (plan?.mode !== "act" || target === null || assessment?.change == null) {
    throw badInput(`${id} brought no earlier release back, so there is nothing to undo.`);
  }
  const from = assessment.change.toRelease ?? assessment.live?.hash ?? null;
  if (from === null) throw badInput(`There is no snapshot of what ${id} rolled back from: deploy it as usual, then mark it good.`);
  return [target, from];
}

/** What the rollback brought back must still be live: anything else is somebody's work since. */
function checkNotMovedOn({ releases, service }: RollbackFacts, id: string, target: PlanTarget, left: Release): void {
  const live = newestRelease(releases);
  if (live?.hash === left.hash) {
    throw badInput(`Release ${left.hash} is live again, or the rollback was not observed yet: 'rollguard snapshot ${service}' looks.`);
  }
  const digests = Object.entries(target.images ?? {});
  const pinned =
    digests.length > 0 &&
    digests.every(([container, image]) =>
      live?.parts.images.some((one) => one.container === container && one.digest !== null && image.endsWith(`@${one.digest}`)),
    );
  if (live !== null && (live.hash === target.releaseHash || live.parts.templateHash === target.templateHash || pinned)) return;
  throw badInput(
    `${service} has moved on since ${id}: live is ${live?.hash ?? "nothing"}, not what that rollback brought back (${target.image}). Nothing was started.`,
  );
}

/** What speaks against the release apart from the incident that is undone; null when nothing does. */
function riskBeside({ releases, quarantine }: RollbackFacts, id: string, release: Release): string | null {
  const live = newestRelease(releases);
  const acquitted = release.verdictBy?.includes(id) ? { ...release, verdict: "good" as const } : release;
  const others = releases.map((one) => (one.hash === release.hash ? acquitted : one));
  const from = { hash: live?.hash ?? null, irreversible: live?.irreversible ?? null };
  return riskOfRelease(
    others,
    from,
    quarantine.filter(({ by }) => by !== id),
    acquitted,
  );
}
