import { observedWorkload, type ReleaseObservation, type ScaleObservation } from "./release-observation.ts";
import { podsOf, rolloutPhase } from "./rollout.ts";
import { earlier, later, secondsBetween } from "./time.ts";
import { replicasOwner, type WorkloadState } from "./workload.ts";

/** Two healthy observations farther apart than this are no unbroken run: nobody knows what was in between. */
export const MAXIMUM_GAP_SECONDS = 900;
const MAXIMUM_SCALES = 10;

export interface ObserveReleaseFacts {
  readonly service: string;
  /** The workload's own. @default the service's */
  readonly name?: string;
  readonly state: WorkloadState;
  readonly observations: readonly ReleaseObservation[];
  /** Names of the service's alarms that are in ALARM now. */
  readonly alarmsInAlarm: readonly string[];
  /** The service should have alarms, and none of them exists and has data: no sign of trouble is no sign of health then. */
  readonly withoutData: boolean;
  /** An incident of the service is being handled: nothing is called good meanwhile. */
  readonly lockHeld: boolean;
  /** How long an unbroken run of healthy observations must be. */
  readonly goodAfterSeconds: number;
  readonly now: Date;
}

/**
 * What an observer should save about the live release, or null when there is nothing to name (the controller has not made its ReplicaSet yet).
 * A release, and a replica count of it, becomes `good` after a long enough unbroken run of healthy observations. `bad` stays until a person clears it.
 */
export function observeRelease(facts: ObserveReleaseFacts): ReleaseObservation | null {
  const { state, observations, service } = facts;
  const { templateHash } = state;
  if (templateHash === null) return null;
  const now = facts.now.toISOString();
  const known = observations.find((observation) => observation.templateHash === templateHash) ?? null;
  const liveSince = whenLive(facts, templateHash, known, now);
  const scales = observedScales(facts, known, liveSince, now);
  const good = scales.at(-1)?.verdict !== "bad" && longEnough(facts, scales.at(-1)?.healthySince ?? null);
  const verdict = known?.verdict === "candidate" || known === null ? (good ? "good" : "candidate") : known.verdict;
  return {
    service,
    templateHash,
    replicaSet: state.replicaSets.find((replicaSet) => replicaSet.templateHash === templateHash)?.name ?? known?.replicaSet ?? "",
    image: state.image,
    firstSeenAt: known?.firstSeenAt ?? now,
    liveSince,
    lastSeenAt: now,
    verdict,
    verdictBy: verdict === known?.verdict ? known.verdictBy : verdict === "good" ? "observe-releases" : null,
    ...lastAlarm(facts, known, now),
    workload: observedWorkload(facts.name ?? service, state),
    scales,
  };
}

/** While an incident is being handled, the alarm may be about the release before. */
function lastAlarm({ alarmsInAlarm, lockHeld }: ObserveReleaseFacts, known: ReleaseObservation | null, now: string) {
  const alarmAt = alarmsInAlarm.length > 0 && !lockHeld ? now : known?.alarmAt;
  return alarmAt === undefined ? {} : { alarmAt };
}

/**
 * When this release became the live one, as exactly as it can be known: unchanged while it stays live; the ReplicaSet's creation for one that is new,
 * but not before another release was last seen live (a ReplicaSet that is used again keeps its old creation time).
 */
function whenLive(
  { state, observations }: ObserveReleaseFacts,
  templateHash: string,
  known: ReleaseObservation | null,
  now: string,
): string {
  const others = observations.filter((observation) => observation.templateHash !== templateHash);
  const othersSeenAt = others.map(({ lastSeenAt }) => lastSeenAt).reduce((latest, at) => later(latest, at), new Date(0).toISOString());
  if (known !== null) return secondsBetween(othersSeenAt, known.lastSeenAt) >= 0 ? known.liveSince : now;
  const createdAt = state.replicaSets.find((replicaSet) => replicaSet.templateHash === templateHash)?.createdAt ?? now;
  const isoCreatedAt = new Date(createdAt).toISOString();
  return secondsBetween(othersSeenAt, isoCreatedAt) >= 0 ? earlier(isoCreatedAt, now) : now;
}

function observedScales(facts: ObserveReleaseFacts, known: ReleaseObservation | null, liveSince: string, now: string): ScaleObservation[] {
  const { replicas } = facts.state;
  const before = known?.scales ?? [];
  const last = before.at(-1);
  const sameCount = last?.replicas === replicas;
  // An autoscaler changes the count all the time, as Nodes that come and go do: that breaks no release's run.
  const stayed = (sameCount || replicasOwner(facts.state) !== null) && known?.liveSince === liveSince;
  const earlierEntry = before.findLast((scale) => scale.replicas === replicas);
  const current: ScaleObservation = {
    replicas,
    // A release goes live with some replica count, so its first count is as old as its being live; one that comes back with its last count was not scaled.
    since: sameCount ? last.since : before.length === 0 ? liveSince : now,
    lastSeenAt: now,
    healthySince: healthySince(facts, stayed ? last : undefined),
    verdict: earlierEntry?.verdict ?? "candidate",
  };
  const ownRun = current.healthySince === null ? null : later(current.healthySince, current.since);
  const verdict = current.verdict === "candidate" && longEnough(facts, ownRun) ? "good" : current.verdict;
  return trimmed([...before.filter((scale) => scale.replicas !== replicas), { ...current, verdict }]);
}

/** Start of the unbroken run of healthy observations that ends now; `last` is the observation before, unless it was of something else. */
export function healthySince(
  facts: ObserveReleaseFacts,
  last: Pick<ScaleObservation, "lastSeenAt" | "healthySince"> | undefined,
): string | null {
  if (!isHealthy(facts)) return null;
  const now = facts.now.toISOString();
  const unbroken = last !== undefined && secondsBetween(last.lastSeenAt, now) <= MAXIMUM_GAP_SECONDS;
  return (unbroken ? last.healthySince : null) ?? now;
}

/** Rolled out, every pod ready, no alarm; a workload scaled to nothing proves nothing. */
function isHealthy({ state, alarmsInAlarm, withoutData }: ObserveReleaseFacts): boolean {
  const pods = podsOf(state, state.templateHash);
  const settled = state.hpa === null ? isComplete(state) : isCompleteButForNewPods(state);
  return state.replicas > 0 && settled && pods.failing === 0 && alarmsInAlarm.length === 0 && !withoutData;
}

function isComplete(state: WorkloadState): boolean {
  return rolloutPhase(state).phase === "complete" && state.status.readyReplicas === state.replicas;
}

/** Pods that an autoscaler has just added are starting; the rollout is over when none of the old is left. */
function isCompleteButForNewPods({ status, generation, observedGeneration }: WorkloadState): boolean {
  const { replicas, updatedReplicas, readyReplicas, progressDeadlineExceeded } = status;
  return observedGeneration >= generation && !progressDeadlineExceeded && replicas === updatedReplicas && readyReplicas > 0;
}

/** Has the healthy run lasted long enough to call it good? Never while an incident is being handled. */
export function longEnough({ lockHeld, goodAfterSeconds, now }: ObserveReleaseFacts, since: string | null): boolean {
  return !lockHeld && since !== null && secondsBetween(since, now.toISOString()) >= goodAfterSeconds;
}

/** Newest last; the oldest that is not bad goes first. */
function trimmed(scales: ScaleObservation[]): ScaleObservation[] {
  while (scales.length > MAXIMUM_SCALES) {
    const forgettable = scales.findIndex(({ verdict }) => verdict !== "bad");
    scales.splice(Math.max(forgettable, 0), 1);
  }
  return scales;
}
