import { MAXIMUM_GAP_SECONDS } from "./observe-release.ts";
import type { LiveRelease, Release } from "./release.ts";
import type { ReleaseObservation } from "./release-observation.ts";
import type { Change } from "./rollback-document.ts";
import { isReturnToGoodRelease, lastConfigChange, lastTrafficChange, releaseFactsOf } from "./suspect-release.ts";
import { inWords, later, secondsAfter, secondsBetween } from "./time.ts";
import { replicasOwner, type WorkloadState } from "./workload.ts";

export interface SuspicionFacts {
  readonly workload: WorkloadState;
  readonly observations: readonly ReleaseObservation[];
  /** When the symptom began; null for a manual request, which suspects the newest change whatever its time. */
  readonly onsetAt: string | null;
  readonly now: string;
  readonly windowHours: number;
  /** One period of the trigger: an onset cannot be known more exactly. */
  readonly toleranceSeconds: number;
  /** Snapshots, and what is live by its own. @default none: then only deploys and scales are seen */
  readonly releases?: readonly Release[];
  readonly live?: LiveRelease | null;
}

export interface Suspicion {
  /** The newest change that began before the onset and inside the window. */
  readonly change: Change | null;
  readonly reasons: readonly string[];
}

/** Kubernetes gives creation times in whole seconds: another release seen live within this of one may have been seen before it. */
const CREATION_SECONDS = 1;
/** So many differences are named in a sentence; the record has all. */
const MOST_PARTS = 4;

/** Asks "did a change cause this?": finds the change whose start precedes the onset within the suspicion window. A first release is no change. */
export function suspectChange(facts: SuspicionFacts): Suspicion {
  const candidates = [lastDeploy(facts), lastConfigChange(byRelease(facts)), lastTrafficChange(byRelease(facts)), lastScale(facts)].filter(
    (change) => change !== null,
  );
  if (candidates.length === 0) {
    return { change: null, reasons: ["no change is known: neither a deploy nor a change of the configuration nor a scale was seen"] };
  }
  const judged = candidates.map((change) => ({ change, ...judge(change, facts) }));
  const suspects = judged.filter((candidate) => candidate.suspect);
  suspects.sort((a, b) => Date.parse(b.change.startedAt) - Date.parse(a.change.startedAt));
  return { change: suspects[0]?.change ?? null, reasons: judged.map((candidate) => candidate.reason) };
}

function judge(change: Change, facts: SuspicionFacts): { suspect: boolean; reason: string } {
  const what = describeChange(change);
  if (facts.onsetAt === null) return { suspect: true, reason: `${what} is the newest change` };
  // Pods that were started anew after their configuration came back have a template of their own: the release tells.
  const byContent = change.kind === "traffic" ? "config" : change.kind;
  const returned = (byContent === "deploy" || byContent === "config") && isReturnToGoodRelease(byRelease(facts), byContent);
  if (returned || (change.kind === "deploy" && isReturnToGood(facts))) {
    return { suspect: false, reason: `${what} is a return to a release that was observed good before, so it is not suspected` };
  }
  const startedAfterOnset = secondsBetween(facts.onsetAt, change.startedAt) > facts.toleranceSeconds;
  if (startedAfterOnset && secondsBetween(change.earliestAt, change.startedAt) > MAXIMUM_GAP_SECONDS) {
    return {
      suspect: false,
      reason: `${what} happened some time between ${change.earliestAt} and then, while nobody looked: it may have been an answer to the onset at ${facts.onsetAt}, so it is not taken back`,
    };
  }
  // People scale up because of an incident: that one must have been seen before the onset.
  const up = change.kind === "scale" && (change.toReplicas ?? 0) > (change.fromReplicas ?? 0);
  const afterOnset = secondsBetween(facts.onsetAt, up ? change.startedAt : change.earliestAt);
  if (afterOnset > facts.toleranceSeconds) {
    return { suspect: false, reason: `${what} began ${inWords(afterOnset)} after the onset at ${facts.onsetAt}, so it is not the cause` };
  }
  const age = secondsBetween(change.startedAt, facts.onsetAt);
  if (age > facts.windowHours * 3600) {
    return {
      suspect: false,
      reason: `${what} began ${inWords(age)} before the onset, outside the suspicion window of ${facts.windowHours} h`,
    };
  }
  return {
    suspect: true,
    reason: `${what} began ${inWords(age)} ${age < 0 ? "after (within one period of)" : "before"} the onset at ${facts.onsetAt}`,
  };
}

/** A rollback is a change too, but not one to be taken back: without this, the next unrelated alarm would go one release further back. */
function isReturnToGood({ workload, observations }: SuspicionFacts): boolean {
  const live = workload.replicaSets.find((replicaSet) => replicaSet.templateHash === workload.templateHash);
  const observed = observations.find((observation) => observation.templateHash === workload.templateHash);
  if (!live || observed?.verdict !== "good") return false;
  return observations.some(
    (other) =>
      other.templateHash !== observed.templateHash &&
      Date.parse(other.firstSeenAt) > Date.parse(observed.firstSeenAt) &&
      Date.parse(other.lastSeenAt) > Date.parse(live.createdAt),
  );
}

/** One phrase for people: `the deploy of demo/checkout:v2 at ...`. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case "deploy":
      return `the deploy of ${change.image} at ${change.startedAt}${whatChanged(change)}`;
    case "scale":
      return `the scale from ${change.fromReplicas} to ${change.toReplicas} replicas at ${change.startedAt}`;
    case "config":
      return `the change of ${change.parts?.join(", ") ?? "its configuration"} at ${change.startedAt}`;
    case "traffic":
      return `the shift of ${change.parts?.join(", ") ?? "the traffic"} at ${change.startedAt}`;
    case "held":
      return "the hold that a rollback put on its GitOps controller";
    case "leftover":
      return "the strategy that an interrupted rollback left behind";
  }
}

/** The newest few of what differs, where snapshots tell. */
function whatChanged({ parts = [] }: Change): string {
  if (parts.length === 0) return "";
  const rest = parts.length > MOST_PARTS ? ` and ${parts.length - MOST_PARTS} more` : "";
  return ` (changed: ${parts.slice(0, MOST_PARTS).join(", ")}${rest})`;
}

function byRelease({ releases = [], live = null, workload, now }: SuspicionFacts) {
  return { releases, live, image: workload.image, now };
}

function lastDeploy(facts: SuspicionFacts): Change | null {
  const { workload, observations, now } = facts;
  const live = workload.replicaSets.find((replicaSet) => replicaSet.templateHash === workload.templateHash);
  if (!live) return null;
  const earlierSets = workload.replicaSets.filter((replicaSet) => replicaSet.templateHash !== live.templateHash);
  const others = observations.filter((observation) => observation.templateHash !== live.templateHash);
  if (earlierSets.length === 0 && others.length === 0) return null;
  // A ReplicaSet that is used again keeps its old creation time: then only the observations know when it became live.
  const lastOtherSeenAt = others.map((observation) => observation.lastSeenAt).reduce(laterOrNull, null);
  const observedLive = observations.find((observation) => observation.templateHash === live.templateHash);
  let earliestAt = live.createdAt;
  let startedAt = live.createdAt;
  if (lastOtherSeenAt !== null && secondsBetween(live.createdAt, lastOtherSeenAt) >= CREATION_SECONDS) {
    earliestAt = lastOtherSeenAt;
    const seen = observedLive !== undefined && Date.parse(observedLive.liveSince) >= Date.parse(lastOtherSeenAt);
    startedAt = seen ? observedLive.liveSince : now;
  }
  const from = previousHash(workload, live.revision, others);
  const byTemplate = { fromHash: from, toHash: live.templateHash, image: workload.image };
  return { ...noNumbers, kind: "deploy", earliestAt, startedAt, ...byTemplate, ...releaseFactsOf(byRelease(facts)) };
}

function previousHash(workload: WorkloadState, liveRevision: number, others: readonly ReleaseObservation[]): string | null {
  const earlier = workload.replicaSets.filter((replicaSet) => replicaSet.revision < liveRevision).sort((a, b) => b.revision - a.revision);
  return earlier[0]?.templateHash ?? others[0]?.templateHash ?? null;
}

function lastScale({ workload, observations, now }: SuspicionFacts): Change | null {
  if (replicasOwner(workload) !== null) return null;
  const live = observations.find((observation) => observation.templateHash === workload.templateHash);
  const before = live?.scales.findLast((scale) => scale.replicas !== workload.replicas);
  if (!live || !before) return null;
  const current = live.scales.findLast((scale) => scale.replicas === workload.replicas);
  if (before.verdict === "bad" && current?.verdict === "good") return null; // taken back already
  const seenSince = current && Date.parse(current.since) > Date.parse(before.lastSeenAt);
  return {
    ...noNumbers,
    kind: "scale",
    earliestAt: before.lastSeenAt,
    startedAt: seenSince ? current.since : later(now, secondsAfter(before.lastSeenAt, 0)),
    fromHash: live.templateHash,
    toHash: live.templateHash,
    fromReplicas: before.replicas,
    toReplicas: workload.replicas,
    image: workload.image,
  };
}

const noNumbers = { fromReplicas: null, toReplicas: null } as const;

function laterOrNull(latest: string | null, candidate: string): string {
  return latest === null ? candidate : later(latest, candidate);
}
