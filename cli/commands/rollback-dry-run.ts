import type { ManualWish } from "../../functions/domain/rollback-document.ts";
import { notFound } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import type { RollbackRequest } from "../ports.ts";
import { dateTime } from "../report/format.ts";
import { coloursOf, plainText } from "../terminal/colours.ts";
import { planLines } from "../terminal/render-incident.ts";
import { type PlanPreview, previewPlan } from "./preview-plan.ts";

interface DryRunOptions {
  readonly json?: boolean;
  readonly acceptRisk?: boolean;
  readonly table?: string;
}

/** Prints what a request would come to, from the ledger alone. Nothing is started. Throws CommandError for a service that was never observed. */
export async function dryRun({ console, ports }: CommandContext, request: RollbackRequest, options: DryRunOptions): Promise<void> {
  const { service } = request;
  const reading = async () => {
    const table = await tableName(ports, options.table);
    const ledger = ports.ledger(table);
    return await Promise.all([
      ledger.observations(service),
      ledger.releases(service),
      ledger.quarantine(),
      ports.store(table).readSwitch(),
    ]);
  };
  const [observations, releases, quarantine, switchState] = await withProgress(console, "reading the ledger", reading());
  const { reason, requestedBy, at } = request;
  const wish = { ...wishOf(request), ...(options.acceptRisk === true ? { acceptRisk: true } : {}) };
  const asked = { service, reason, requestedBy, at, ...(Object.keys(wish).length === 0 ? {} : { request: wish }) };
  const preview = previewPlan(asked, observations, switchState.state, releases, quarantine);
  if (preview === null) {
    throw notFound(`Nothing was observed of a service ${service} yet. Check the name, or wait for observe-releases to see it.`);
  }
  if (options.json) console.write(`${JSON.stringify(preview, null, 2)}\n`);
  else console.write(`${renderPreview(service, preview, console, wish)}\n`);
}

function wishOf({ to, toImage, strategy }: RollbackRequest): ManualWish {
  return {
    ...(to === undefined ? {} : { to }),
    ...(toImage === undefined ? {} : { toImage }),
    ...(strategy === undefined ? {} : { strategy }),
  };
}

function renderPreview(
  service: string,
  { live, refused, kindIsAssumed, change, plan }: PlanPreview,
  console: CommandContext["console"],
  { to, toImage }: ManualWish,
): string {
  const colours = coloursOf(console.colours);
  const title =
    plan.mode === "none"
      ? "Nothing could be rolled back"
      : to !== undefined
        ? `Would go to release ${to}`
        : toImage !== undefined
          ? "Would replace the image"
          : change?.kind === "scale"
            ? "Would take the last scale back"
            : change?.kind === "traffic"
              ? "Would take the last shift of the traffic back"
              : "Would take the last deploy back";
  return [
    `${colours.bold(title)}: ${plainText(service)} runs ${plainText(live.image)} since ${dateTime(live.liveSince)}`,
    ...(refused === null ? [] : [colours.yellow(plainText(refused))]),
    ...planLines(plan, console.columns),
    ...(kindIsAssumed ? [colours.yellow("The ledger does not know the kind of workload yet: this is the plan for a Deployment.")] : []),
    colours.dim(
      "From the ledger; the run itself reads the cluster again, and the blueprint's mode decides whether it writes. Nothing was started.",
    ),
  ].join("\n");
}
