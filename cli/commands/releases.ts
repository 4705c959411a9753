import type { Command } from "commander";
import type { Look } from "../../functions/domain/looks/look.ts";
import type { Quarantine, Release } from "../../functions/domain/release.ts";
import { releaseDiff } from "../../functions/domain/release-diff.ts";
import { lastKnownGood, newestRelease, quarantineKeys } from "../../functions/domain/release-targets.ts";
import { badInput, notFound } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { dateTime } from "../report/format.ts";
import { type Colours, coloursOf, plainText, toned } from "../terminal/colours.ts";
import { table } from "../terminal/layout.ts";

interface ReleasesOptions {
  readonly json?: boolean;
  readonly diff?: readonly string[];
  readonly table?: string;
}

/** One release as the command tells it. */
interface ListedRelease extends Release {
  readonly live: boolean;
  /** Where a rollback would lead now. */
  readonly lastGood: boolean;
  readonly quarantined: readonly string[];
  /** Looks at it since it went live. */
  readonly looks: readonly Look[];
}

/** `rollguard releases`: what can come back, and what not. */
export function releasesCommand(parent: Command, context: CommandContext): void {
  parent
    .command("releases")
    .description("list a service's releases with their verdicts, most recently live first, or say what differs between two")
    .argument("<service>", "service, as its blueprint is named")
    .option("--diff <release...>", "two releases, by the beginning of their hashes: what the second changed")
    .option("--json", "JSON on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .addHelpText(
      "after",
      `
A release is everything of a service that can come back: template, replicas, autoscaler, configuration, image digests. It becomes good after a long
enough time without trouble, and bad when a rollback away from it helped. 'last good' is where a rollback would lead now. LOOKS tells how a release did in
the hour after it went live, by its signals' own history.

Examples:
  $ rollguard releases checkout
  $ rollguard releases checkout --diff 4b1f 9a02
  $ rollguard releases checkout --json | jq '.[] | select(.lastGood)'`,
    )
    .action(async (service: string, options: ReleasesOptions) => {
      const { console, ports } = context;
      const reading = async () => {
        const ledger = ports.ledger(await tableName(ports, options.table));
        const looks = ports.looks(await tableName(ports, options.table));
        return await Promise.all([ledger.releases(service), ledger.quarantine(), looks.ofService(service)]);
      };
      const [releases, quarantine, looks] = await withProgress(console, "reading releases", reading());
      if (releases.length === 0) throw noReleases(service);
      if (options.diff !== undefined) printDiff(context, releases, options.diff, options.json === true);
      else printList(context, listed(releases, quarantine, looks), options.json === true);
    });
}

/** Nothing was seen of it, or not yet. */
export function noReleases(service: string): Error {
  return notFound(`There is no release of a service ${service}. Check the name, or take the first snapshot: rollguard snapshot ${service}`);
}

/** The one release whose hash begins like this. Throws CommandError when there is none, or more than one. */
export function releaseNamed(releases: readonly Release[], prefix: string): Release {
  const found = releases.filter(({ hash }) => hash.startsWith(prefix.toLowerCase()));
  const [release] = found;
  if (release === undefined || prefix === "") throw notFound(`There is no release ${prefix}. 'rollguard releases' lists them.`);
  if (found.length > 1) throw badInput(`${prefix} is the beginning of ${found.map(({ hash }) => hash).join(" and ")}. Give more of it.`);
  return release;
}

function listed(releases: readonly Release[], quarantine: readonly Quarantine[], looks: readonly Look[]): ListedRelease[] {
  const live = newestRelease(releases)?.hash ?? null;
  const good = lastKnownGood(releases, live, quarantine)?.hash ?? null;
  const keys = new Set(quarantine.map(({ key }) => key));
  return releases.map((release) => ({
    ...release,
    live: release.hash === live,
    lastGood: release.hash === good,
    quarantined: quarantineKeys(release).filter((key) => keys.has(key)),
    looks: looks.filter((look) => look.release === release.hash && look.liveSince === release.liveSince),
  }));
}

function printList({ console }: CommandContext, releases: readonly ListedRelease[], json: boolean): void {
  if (json) console.write(`${JSON.stringify(releases, null, 2)}\n`);
  else console.write(`${renderList(releases, coloursOf(console.colours))}\n`);
}

function renderList(releases: readonly ListedRelease[], colours: Colours): string {
  const head = ["RELEASE", "VERDICT", "LIVE SINCE", "IMAGE", "REPLICAS", "CONFIG", "COMMIT", ""].map(colours.dim);
  const tones = { good: "good", bad: "bad", candidate: "calm" } as const;
  const rows = releases.map((release) => [
    colours.bold(release.hash),
    `${toned(colours, tones[release.verdict], release.verdict)}${release.verdictBy === null ? "" : ` by ${plainText(release.verdictBy)}`}`,
    dateTime(release.liveSince),
    plainText(release.parts.images[0]?.image ?? "-"),
    release.parts.scale.owner === null ? `${release.parts.scale.replicas}` : `by ${plainText(release.parts.scale.owner)}`,
    plainText(configText(release)),
    plainText(release.source.commit?.slice(0, 12) ?? "-"),
    remarks(release, colours),
  ]);
  return [table([head, ...rows]), ...lookLines(releases, colours)].join("\n");
}

/** One line for each look, the release that is live first. */
function lookLines(releases: readonly ListedRelease[], colours: Colours): readonly string[] {
  const tones = { pass: "good", fail: "bad", inconclusive: "calm", "not-judged": "calm" } as const;
  const lines = releases.flatMap(({ hash, looks }) =>
    looks.map(({ minutes, verdict, reason }) => {
      const when = `${minutes} min`.padStart("60 min".length);
      return `  ${colours.bold(hash)} ${when}  ${toned(colours, tones[verdict], verdict)}: ${plainText(reason)}`;
    }),
  );
  return lines.length === 0 ? [] : ["", colours.dim("LOOKS"), ...lines];
}

/** Names of what it reads, each with the beginning of its content's hash: where that differs, the content does. */
function configText({ parts }: Release): string {
  const maps = parts.configs.filter(({ kind, dataHash }) => kind === "ConfigMap" && dataHash !== null);
  return maps.length === 0 ? "-" : maps.map(({ name, dataHash }) => `${name}@${dataHash?.slice(0, 6)}`).join(", ");
}

function remarks({ live, lastGood, quarantined, irreversible }: ListedRelease, colours: Colours): string {
  return [
    ...(live ? [colours.cyan("live")] : []),
    ...(lastGood ? [colours.green("last good")] : []),
    ...(quarantined.length > 0 ? [colours.red("quarantined")] : []),
    ...(irreversible === null ? [] : [colours.yellow(`one-way: ${plainText(irreversible)}`)]),
  ].join(", ");
}

function printDiff({ console }: CommandContext, releases: readonly Release[], names: readonly string[], json: boolean): void {
  const [one, other, ...more] = names;
  if (one === undefined || other === undefined || more.length > 0)
    throw badInput("--diff takes two releases, and the service stands before it.");
  const [before, after] = [releaseNamed(releases, one), releaseNamed(releases, other)];
  const parts = releaseDiff(before.parts, after.parts);
  if (json) {
    console.write(`${JSON.stringify({ from: before.hash, to: after.hash, parts }, null, 2)}\n`);
    return;
  }
  const title = `${before.hash} -> ${after.hash}`;
  const lines = parts.length === 0 ? ["  nothing that could be restored"] : parts.map((part) => `  ${plainText(part)}`);
  console.write(`${[coloursOf(console.colours).bold(title), ...lines].join("\n")}\n`);
}
