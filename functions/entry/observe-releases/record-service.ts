import { type Blueprint, keepsSecrets } from "../../domain/blueprint.ts";
import { copyName } from "../../domain/config-copy-name.ts";
import type { Sha256 } from "../../domain/execution-name.ts";
import type { ObserveReleaseFacts } from "../../domain/observe-release.ts";
import type { Release, Snapshot } from "../../domain/release.ts";
import type { ReleaseObservation } from "../../domain/release-observation.ts";
import { recordRelease } from "../../domain/release-record.ts";
import { pruningDue, releasesToForget } from "../../domain/release-retention.ts";
import { newestRelease, quarantinedIn } from "../../domain/release-targets.ts";
import { sealedCopiesOf } from "../../domain/sealed-secret.ts";
import { secondsBetween } from "../../domain/time.ts";
import type { Archive } from "../../ports/archive.ts";
import type { Keeper } from "../../ports/keeper.ts";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import type { Seal } from "../../ports/seal.ts";
import type { SnapshotPass } from "../../ports/snapshots.ts";
import type { StepLogger } from "../../runtime/logger.ts";
import { type PlanLooksPorts, planLooks } from "./plan-looks.ts";

/** Copies of Secrets cannot be seen here, so they are asked for while the release is new, then once an hour; asking twice copies once. */
const ASK_FOR_SECRETS_SECONDS = 600;
const FIRST_MINUTE_OF_HOUR = /T\d\d:00:/;

export interface RecordServicePorts extends PlanLooksPorts {
  readonly ledger: ReleaseLedger;
  readonly seal: Seal;
  readonly archive: Archive;
  readonly keeper: Keeper;
  readonly sha256: Sha256;
}

/** What became of one service's snapshot. */
export interface RecordedService {
  readonly service: string;
  /** Null when the release cannot be named now. */
  readonly hash: string | null;
  readonly isNew: boolean;
  readonly notes: readonly string[];
  /** The service's releases as they are after this look; empty when the live one cannot be named now. */
  readonly releases: readonly Release[];
}

/** Takes the snapshot of one service, keeps it with its template and its verdict, asks for copies of its configuration, and forgets what is too old. */
export async function recordService(
  ports: RecordServicePorts,
  pass: SnapshotPass,
  blueprint: Blueprint,
  facts: ObserveReleaseFacts & { readonly observation: ReleaseObservation },
  logger: StepLogger,
): Promise<RecordedService> {
  const { service } = blueprint;
  const unnamed = (...notes: string[]): RecordedService => ({ service, hash: null, isNew: false, notes, releases: [] });
  if (facts.lockHeld) return unnamed("an incident is being handled: what is live meanwhile is nobody's release");
  const [releases, snapshot] = await Promise.all([ports.ledger.releases(service), pass.take(blueprint, facts.state)]);
  if (snapshot === null) return unnamed("the workload runs no revision yet");
  const release = recordRelease({ ...facts, snapshot, releases }, ports.sha256);
  if (release === null)
    return unnamed(...snapshot.notes, "not every container has reported its image yet, or a rollback's strategy is set");
  const read = releases.find(({ hash }) => hash === release.hash) ?? null;
  // Before it is kept: a look that breaks off here finds the release as new once more.
  const barred = facts.observation.verdict === "bad" ? null : await quarantinedAgain(ports.ledger, release, read);
  if (barred !== null) logger.warn("what is quarantined is live again", { service, release: release.hash, barred });
  const saved = await keep(ports, blueprint, release, read, snapshot, logger);
  if (!saved)
    return {
      ...{ service, hash: release.hash, isNew: false, releases: [] },
      notes: ["its verdict was changed meanwhile: the next look starts from that"],
    };

  const all = [release, ...releases.filter(({ hash }) => hash !== release.hash)];
  const gone = releasesToForget({ releases: all, inOpenIncident: [], now: release.lastSeenAt });
  const kept = all.filter((one) => !gone.includes(one));
  for (const old of gone) await forget(ports, old, kept, logger);
  const looks = { service, lookedAt: newestRelease(releases)?.lastSeenAt ?? null, now: release.lastSeenAt };
  await askForCopies(ports.keeper, blueprint, release, { kept, prune: pruningDue(looks, ports.sha256), sha256: ports.sha256 });
  const { templateHash } = facts.observation;
  const othersKnown = all.length > 1 || facts.observations.some((other) => other.templateHash !== templateHash);
  await planLooks(ports, blueprint, { read, release, othersKnown }, logger);
  return { service, hash: release.hash, isNew: read === null, notes: [...snapshot.notes, ...(barred ?? [])], releases: kept };
}

/**
 * An image that was proven bad, back under a template that nobody has judged: told at the first look at it, since nothing in the cluster keeps it out. The
 * next alarm takes it back. (A template that is bad itself is told at every look.) Null when there is nothing to tell.
 */
async function quarantinedAgain(ledger: ReleaseLedger, release: Release, read: Release | null): Promise<readonly string[] | null> {
  const cameLive = read === null || read.liveSince !== release.liveSince;
  if (!cameLive) return null;
  const found = quarantinedIn(release, await ledger.quarantine());
  return found === null ? null : [`it holds ${found.key}, which was proven bad in ${found.by}`];
}

/** The archive is for people, off the way of a rollback: when it is away, the release is kept all the same and the next look tries again. */
async function keep(
  { ledger, seal, archive }: RecordServicePorts,
  { service, target }: Blueprint,
  release: Release,
  read: Release | null,
  snapshot: Snapshot,
  logger: StepLogger,
): Promise<boolean> {
  const templateIsNew = read === null || read.parts.templateHash !== release.parts.templateHash;
  const context = { cluster: target.cluster, namespace: target.namespace, service };
  const sealed = templateIsNew ? await seal.close(snapshot.template, context) : null;
  let { archiveKey } = release;
  if (archiveKey === null) {
    const key = `snapshots/${service}/${release.hash}.json`;
    try {
      await archive.put(key, snapshot.full, "application/json");
      archiveKey = key;
    } catch (error) {
      logger.warn("a snapshot could not be archived", { service, release: release.hash, error });
    }
  }
  return ledger.saveRelease({ ...release, archiveKey }, read, sealed);
}

/**
 * First its snapshot, and the sealed contents of Secrets that no kept release had: where the archive is away, the release stays in the ledger, and the next
 * look tries all of it again.
 */
async function forget({ ledger, archive }: RecordServicePorts, old: Release, kept: readonly Release[], logger: StepLogger): Promise<void> {
  const { service, hash, archiveKey } = old;
  const needed = sealedCopiesOf(kept);
  const gone = [...(archiveKey === null ? [] : [archiveKey]), ...[...sealedCopiesOf([old])].filter((key) => !needed.has(key))];
  try {
    for (const key of gone) await archive.remove(key);
  } catch (error) {
    logger.warn("what the archive has of a release that nobody needs could not be removed", { service, release: hash, error });
    return;
  }
  await ledger.forget(service, hash);
}

/** Also without anything to copy once a day: then what no kept release needs any more goes. */
async function askForCopies(
  keeper: Keeper,
  { service, restore }: Blueprint,
  release: Release,
  { kept, prune, sha256 }: { readonly kept: readonly Release[]; readonly prune: boolean; readonly sha256: Sha256 },
): Promise<void> {
  const young = secondsBetween(release.liveSince, release.lastSeenAt) < ASK_FOR_SECRETS_SECONDS;
  const due = young || FIRST_MINUTE_OF_HOUR.test(release.lastSeenAt);
  const copy = release.parts.configs.filter(({ kind, dataHash, immutable, copy: existing }) => {
    if (dataHash === null || immutable) return false;
    return kind === "ConfigMap" ? restore.configMaps && existing === null : keepsSecrets(restore) && due;
  });
  const copies = restore.configMaps || restore.secrets === "copies";
  if (copy.length === 0 && !(prune && copies)) return;
  // By name too: nobody sees copies of Secrets here, nor one that was made a moment ago.
  const needed = kept.flatMap(({ parts }) =>
    parts.configs.flatMap(({ name, dataHash, immutable, copy: seen }) => [
      ...(seen === null ? [] : [seen]),
      ...(dataHash === null || immutable ? [] : [copyName({ service, name, dataHash }, sha256)]),
    ]),
  );
  await keeper.ask({
    service,
    copy: copy.map(({ kind, name, dataHash }) => ({ kind, name, dataHash })),
    needed: [...new Set(needed)].sort(),
  });
}
