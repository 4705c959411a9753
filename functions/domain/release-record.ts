import type { Sha256 } from "./execution-name.ts";
import { healthySince, longEnough, type ObserveReleaseFacts } from "./observe-release.ts";
import { type LiveRelease, RELEASE_SCHEMA, type Release, type Snapshot } from "./release.ts";
import { releaseHash, type TemplateJson } from "./release-content.ts";
import type { ReleaseObservation } from "./release-observation.ts";
import { later, secondsBetween } from "./time.ts";

export interface RecordReleaseFacts extends ObserveReleaseFacts {
  readonly snapshot: Snapshot;
  /** What is being saved about the live template in the same look. */
  readonly observation: ReleaseObservation;
  readonly releases: readonly Release[];
}

/**
 * The live release as the ledger should have it, or null when now is no time to name one: a rollback is at work (its own strategy, holds and half-way
 * states are nobody's release), or not every container has said what it runs. Verdicts follow the same rule as observations', for the whole content:
 * a configuration change with the same template earns its own.
 */
export function recordRelease(facts: RecordReleaseFacts, sha256: Sha256): Release | null {
  const { snapshot, releases, state, lockHeld, service } = facts;
  if (lockHeld || state.stamps.savedStrategy !== null || !snapshot.settled) return null;
  const hash = releaseHash(snapshot.parts, JSON.parse(snapshot.template) as TemplateJson, sha256);
  const now = facts.now.toISOString();
  const known = releases.find((release) => release.hash === hash) ?? null;
  const liveSince = whenLive(facts, hash, known, now);
  const since = healthySince(facts, known?.liveSince === liveSince ? known : undefined);
  const verdict = known === null || known.verdict === "candidate" ? verdictFor(facts, since) : known.verdict;
  return {
    schema: RELEASE_SCHEMA,
    service,
    hash,
    parts: snapshot.parts,
    // Annotations of the workload stay when its template goes back: what was first seen with this release is about it.
    source: {
      commit: known?.source.commit ?? snapshot.source.commit,
      branch: known?.source.branch ?? snapshot.source.branch,
      actor: known?.source.actor ?? snapshot.source.actor,
    },
    data: known?.data ?? snapshot.data,
    irreversible: irreversibleOf(snapshot, known, liveSince),
    irreversibleSeen: snapshot.irreversible,
    verdict,
    verdictBy: verdict === known?.verdict ? known.verdictBy : verdictGiver(facts, verdict),
    firstSeenAt: known?.firstSeenAt ?? now,
    liveSince,
    lastSeenAt: now,
    healthySince: since,
    archiveKey: known?.archiveKey ?? null,
    ...(facts.alarmsInAlarm.length > 0 ? { alarmAt: now } : known?.alarmAt === undefined ? {} : { alarmAt: known.alarmAt }),
  };
}

/**
 * A person may mark a release, or correct the mark, as long as it is live. What its objects said already when it came back stays with the release that it
 * came from: only a change since the last look of the same run counts.
 */
function irreversibleOf({ irreversible }: Snapshot, known: Release | null, liveSince: string): string | null {
  if (known === null) return irreversible;
  // Written before looks were noted: it is known only of a release that has never been away.
  const seenBefore =
    known.irreversibleSeen === undefined && known.liveSince <= known.firstSeenAt ? known.irreversible : known.irreversibleSeen;
  const changed = known.liveSince === liveSince && seenBefore !== undefined && irreversible !== seenBefore;
  return changed ? irreversible : known.irreversible;
}

/** What is live by one look, with the name that its release has or will get; no name while not every container has reported its image. */
export function liveRelease({ parts, template, irreversible, settled }: Snapshot, sha256: Sha256): LiveRelease {
  return { hash: settled ? releaseHash(parts, JSON.parse(template) as TemplateJson, sha256) : null, parts, irreversible };
}

/** A template that is known to be bad stays so under another configuration, until a person says otherwise. */
function verdictFor(facts: RecordReleaseFacts, since: string | null): Release["verdict"] {
  if (facts.observation.verdict === "bad") return "bad";
  return longEnough(facts, since) ? "good" : "candidate";
}

function verdictGiver({ observation }: RecordReleaseFacts, verdict: Release["verdict"]): string | null {
  if (verdict === "candidate") return null;
  return verdict === "bad" ? observation.verdictBy : "observe-releases";
}

/** Unchanged while it stays live. A new one went live with its template, unless another release was seen after that: then somewhere since that look. */
function whenLive({ releases, observation }: RecordReleaseFacts, hash: string, known: Release | null, now: string): string {
  const othersSeenAt = releases
    .filter((release) => release.hash !== hash)
    .map(({ lastSeenAt }) => lastSeenAt)
    .reduce((latest, at) => later(latest, at), new Date(0).toISOString());
  if (known !== null) return secondsBetween(othersSeenAt, known.lastSeenAt) >= 0 ? known.liveSince : now;
  return secondsBetween(othersSeenAt, observation.liveSince) >= 0 ? observation.liveSince : now;
}
