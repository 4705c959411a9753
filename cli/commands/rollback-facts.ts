import { parseImageWish } from "../../functions/domain/image-wish.ts";
import { riskOfRelease } from "../../functions/domain/plan/asked-target.ts";
import type { Quarantine, Release } from "../../functions/domain/release.ts";
import type { ReleaseObservation } from "../../functions/domain/release-observation.ts";
import { lastKnownGood, newestRelease, quarantineKeys } from "../../functions/domain/release-targets.ts";
import { secondsBetween } from "../../functions/domain/time.ts";
import type { DescribedService } from "../../functions/entry/start-rollback/describe-services.ts";
import { badInput } from "../command-error.ts";
import { startFunctionName, tableName } from "../deployment.ts";
import type { CommandPorts } from "../ports.ts";
import { formatSeconds } from "../report/format.ts";
import { plainText } from "../terminal/colours.ts";
import { table } from "../terminal/layout.ts";
import { releaseNamed } from "./releases.ts";

/** What is known before a person says yes. */
export interface RollbackFacts {
  readonly service: string;
  /** Null where no blueprint of that name is deployed; the request will be refused. */
  readonly described: DescribedService | null;
  readonly releases: readonly Release[];
  readonly observations: readonly ReleaseObservation[];
  readonly quarantine: readonly Quarantine[];
  readonly now: Date;
}

/** Where a request leads. `hash` is the whole hash of a named release; `risk` what speaks against it, null when nothing is known. */
export interface Destination {
  readonly hash: string | null;
  readonly words: readonly string[];
  readonly risk: string | null;
}

interface Names {
  readonly table?: string;
  readonly function?: string;
}

/** Reads the ledger, the quarantine and what is deployed. Throws what the table and the function throw. */
export async function readRollbackFacts(ports: CommandPorts, service: string, names: Names): Promise<RollbackFacts> {
  const [tableOf, functionName] = await Promise.all([tableName(ports, names.table), startFunctionName(ports, names.function)]);
  const ledger = ports.ledger(tableOf);
  const [[described = null], releases, observations, quarantine] = await Promise.all([
    ports.describeServices(functionName, service),
    ledger.releases(service),
    ledger.observations(service),
    ledger.quarantine(),
  ]);
  return { service, described, releases, observations, quarantine, now: ports.clock.now() };
}

/** Where the ledger leads by itself. */
export function lastGoodDestination(facts: RollbackFacts): Destination {
  const live = newestRelease(facts.releases);
  const release = lastKnownGood(facts.releases, live?.hash ?? null, facts.quarantine);
  if (release !== null) return { hash: null, words: releaseWords(release, facts), risk: null };
  const [current, ...others] = [...facts.observations].sort((a, b) => Date.parse(b.liveSince) - Date.parse(a.liveSince));
  const observed = others.find(({ verdict, templateHash }) => verdict === "good" && templateHash !== current?.templateHash);
  const words =
    observed === undefined
      ? ["nowhere", "no earlier release is known to be good; --to names one, --to-image with --emergency an image"]
      : [plainText(observed.image), `template ${observed.templateHash}, good, no snapshot of the rest`];
  return { hash: null, words, risk: null };
}

/** The release that a person names, by the beginning of its hash. Throws CommandError when there is none, more than one, or it is live. */
export function namedDestination(facts: RollbackFacts, prefix: string): Destination {
  const byTemplate = facts.observations.find(({ templateHash }) => templateHash === prefix);
  if (byTemplate !== undefined && !facts.releases.some(({ hash }) => hash.startsWith(prefix))) {
    const risk = byTemplate.verdict === "bad" ? `template ${prefix} is bad` : null;
    return {
      hash: prefix,
      words: [plainText(byTemplate.image), `template ${prefix}, ${byTemplate.verdict}, no snapshot of the rest`],
      risk,
    };
  }
  const release = releaseNamed(facts.releases, prefix);
  const live = newestRelease(facts.releases);
  if (release.hash === live?.hash) throw badInput(`Release ${release.hash} is live: there is nothing to roll back to it.`);
  const from = { hash: live?.hash ?? null, irreversible: live?.irreversible ?? null };
  const risk = riskOfRelease(facts.releases, from, facts.quarantine, release);
  return { hash: release.hash, words: releaseWords(release, facts), risk };
}

/** An image by digest on the live template. Throws CommandError for a tag, and for an image that a known release has: that one brings back everything else too. */
export function imageDestination(facts: RollbackFacts, text: string): Destination {
  const wish = parseImageWish(text);
  if ("problem" in wish) throw badInput(`--to-image ${wish.problem}.`);
  const known = facts.releases.find(({ parts }) => parts.images.some(({ digest }) => digest === wish.digest));
  if (known !== undefined && known.hash !== newestRelease(facts.releases)?.hash) {
    throw badInput(`Release ${known.hash} has this image, with the configuration that belongs to it: use --to ${known.hash}.`);
  }
  const by = facts.quarantine.find(({ key }) => key === wish.digest)?.by;
  const container = wish.container === null ? "the first container" : `container ${wish.container}`;
  return {
    hash: null,
    words: [plainText(wish.image), `in ${container} of the live template; nothing is known of it as a release`],
    risk: by === undefined ? null : `${wish.digest} is quarantined by ${by}`,
  };
}

/** What a person reads before the question: service, cluster, what is live, where it goes, and what is known of that. */
export function confirmationLines(facts: RollbackFacts, destination: Destination): string {
  const { described, service, releases, observations } = facts;
  const where =
    described === null
      ? `${service}: no blueprint of this name is deployed`
      : `${service} on cluster ${described.cluster} (${described.kind} ${described.namespace}/${described.workload}), mode ${described.mode}${
          described.mode === "observe" || !described.enabled ? ": nothing is written to the cluster" : ""
        }`;
  const live = newestRelease(releases);
  const [observed] = [...observations].sort((a, b) => Date.parse(b.liveSince) - Date.parse(a.liveSince));
  const liveWords =
    live !== null
      ? releaseWords(live, facts)
      : observed === undefined
        ? ["unknown", "nothing was observed of it yet"]
        : [plainText(observed.image), `template ${observed.templateHash}, ${observed.verdict}`];
  const rows = [
    ["  live", ...liveWords],
    ["  goes to", ...destination.words],
  ];
  const risk = destination.risk === null ? [] : [`  against it: ${plainText(destination.risk)}`];
  return [plainText(where), table(rows), ...risk].join("\n");
}

/** Image; then hash, verdict, age and quarantine. */
function releaseWords(release: Release, { quarantine, now }: RollbackFacts): string[] {
  const { hash, verdict, verdictBy, liveSince, lastSeenAt, parts, irreversible } = release;
  const keys = new Set(quarantine.map(({ key }) => key));
  const ago = formatSeconds(Math.max(0, secondsBetween(lastSeenAt, now.toISOString())));
  const remarks = [
    `release ${hash}`,
    `${verdict}${verdictBy === null ? "" : ` by ${plainText(verdictBy)}`}`,
    `first live ${liveSince.slice(0, 16).replace("T", " ")} UTC, last seen ${ago} ago`,
    quarantineKeys(release).some((key) => keys.has(key)) ? "quarantined" : "not quarantined",
    ...(irreversible === null ? [] : [`one-way: ${plainText(irreversible)}`]),
  ];
  return [plainText(parts.images[0]?.image ?? "-"), remarks.join(", ")];
}
