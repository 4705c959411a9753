import type { Command } from "commander";
import { type Drift, driftOf, hasDrifted } from "../../functions/domain/baselines/baseline-drift.ts";
import { type BaselineItem, newestOf } from "../../functions/domain/baselines/baseline-item.ts";
import type { TunedAlarm } from "../../functions/domain/tuning/tuned-alarm.ts";
import { notFound } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { dateTime, formatNumber, formatValue } from "../report/format.ts";
import { type Colours, coloursOf, plainText } from "../terminal/colours.ts";
import { table } from "../terminal/layout.ts";
import { noReleases } from "./releases.ts";

interface BaselinesOptions {
  readonly json?: boolean;
  readonly table?: string;
}

/** One signal as the command tells it: its newest baseline, and what rests on the signal. */
export interface ListedBaseline extends BaselineItem {
  /** Against the one before; null for the first. */
  readonly drift: Drift | null;
  readonly tuned: readonly Pick<TunedAlarm, "trigger" | "alarmName" | "threshold" | "baseline" | "tunedAt" | "appliedAt">[];
}

/** `rollguard baselines`: what each signal of a service is usually like, and how far that has moved. */
export function baselinesCommand(parent: Command, context: CommandContext): void {
  parent
    .command("baselines")
    .description(
      "list what a service's signals were like before the last change or under the last good release, and the thresholds made from it",
    )
    .argument("<service>", "service, as its blueprint is named")
    .option("--json", "JSON on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .addHelpText(
      "after",
      `
Median and MAD (scaled like a standard deviation) of the last hour before a change, or of a release that is good; n points of it were there. DRIFT is
told against the baseline before: a factor, and how many spreads away (more than 3 is far). FALSE is the share of pretended releases of the last two
weeks that the looks would have called bad.

Examples:
  $ rollguard baselines checkout
  $ rollguard baselines checkout --json | jq '.[] | {signal, median, mad, drift}'`,
    )
    .action(async (service: string, options: BaselinesOptions) => {
      const { console, ports } = context;
      const reading = async () => {
        const name = await tableName(ports, options.table);
        return await Promise.all([
          ports.baselines(name).ofService(service),
          ports.tunings(name).ofService(service),
          ports.ledger(name).releases(service),
        ]);
      };
      const [items, tuned, releases] = await withProgress(console, "reading baselines", reading());
      if (items.length === 0) throw releases.length === 0 ? noReleases(service) : noBaselines(service);
      const listed = listedBaselines(items, tuned);
      if (options.json) console.write(`${JSON.stringify(listed, null, 2)}\n`);
      else console.write(`${render(listed, coloursOf(console.colours))}\n`);
    });
}

function noBaselines(service: string): Error {
  return notFound(
    `There is no baseline of ${service} yet: one is taken when a change is first seen, and when a release is good for ten minutes, from signals with points. 'rollguard plan' says which metrics are read.`,
  );
}

function listedBaselines(items: readonly BaselineItem[], tuned: readonly TunedAlarm[]): readonly ListedBaseline[] {
  const names = [...new Set(items.map(({ signal }) => signal))].sort();
  return names.flatMap((name) => {
    const item = newestOf(items, name);
    if (item === null) return [];
    return [
      {
        ...item,
        drift: item.before === null ? null : driftOf(item, item.before),
        tuned: tuned
          .filter(({ signal }) => signal === name)
          .map(({ trigger, alarmName, threshold, baseline, tunedAt, appliedAt }) => {
            return { trigger, alarmName, threshold, baseline, tunedAt, appliedAt };
          }),
      },
    ];
  });
}

function render(listed: readonly ListedBaseline[], colours: Colours): string {
  const head = ["SIGNAL", "MEDIAN", "MAD", "N", "MISSING", "UNTIL", "RELEASE", "DRIFT", "FALSE", "TUNED THRESHOLDS"].map(colours.dim);
  const rows = listed.map((item) => [
    colours.bold(plainText(item.signal)),
    formatValue(item.median, item.unit),
    formatValue(item.mad, item.unit),
    `${item.n} x ${item.periodSeconds} s`,
    `${item.missing}`,
    dateTime(item.to),
    `${plainText(item.release)} ${item.moment === "good" ? "(good)" : "(before the change)"}`,
    driftText(item.drift, colours),
    item.calibration === null ? "-" : `${formatNumber(item.calibration.falsePercent)} %`,
    tunedText(item),
  ]);
  return table([head, ...rows]);
}

function driftText(drift: Drift | null, colours: Colours): string {
  if (drift === null) return "-";
  const factor = drift.factor === null ? "from 0" : `x ${formatNumber(Number(drift.factor.toPrecision(3)))}`;
  const text = `${factor} (${formatNumber(Math.round(drift.z * 10) / 10)} spreads in ${formatNumber(Math.round(drift.hoursBetween * 10) / 10)} h)`;
  return hasDrifted(drift) ? colours.yellow(text) : text;
}

function tunedText({ tuned, unit }: ListedBaseline): string {
  return tuned.length === 0
    ? "-"
    : tuned
        .map(
          ({ trigger, threshold, appliedAt }) =>
            `${plainText(trigger)} ${formatValue(threshold, unit)}${appliedAt === null ? " (not yet put)" : ""}`,
        )
        .join(", ");
}
