import type { LiveRelease, Release } from "./release.ts";
import type { ReleaseObservation } from "./release-observation.ts";
import type { Change, RollbackTrigger } from "./rollback-document.ts";
import { describeChange } from "./suspect-change.ts";
import type { WorkloadState } from "./workload.ts";

/** What is known when a person has named where to go. */
export interface RequestFacts {
  readonly trigger: RollbackTrigger;
  readonly workload: WorkloadState;
  readonly observations: readonly ReleaseObservation[];
  readonly releases: readonly Release[];
  readonly live: LiveRelease | null;
  /** The newest change, whatever its time; null when none is known. */
  readonly newest: Change | null;
  readonly now: string;
}

/**
 * What a request takes back that names its target. The newest deploy or configuration is the suspect, so that it counts as bad once the service has recovered
 * without it; where that is a good release (a rollback is undone, somebody moves on), it is left without blame: such a change has no hash to be marked.
 */
export function requestedChange(facts: RequestFacts): { readonly change: Change; readonly reasons: readonly string[] } {
  const { trigger, newest, workload, live, now } = facts;
  const { to, toImage, undoes } = trigger.request ?? {};
  const goal = toImage === undefined ? `release ${to}` : `image ${toImage}`;
  const by = trigger.requestedBy ?? "a person";
  const why = undoes === undefined ? `${by} asked for ${goal}` : `${by} asked to undo ${undoes}, which means ${goal}`;
  const blamed = newest?.kind === "deploy" || newest?.kind === "config" ? newest : null;
  if (blamed !== null && undoes === undefined && !isGood(facts)) {
    return { change: blamed, reasons: [why, `${describeChange(blamed)} is the newest change`] };
  }
  const since = facts.releases.find(({ hash }) => hash === live?.hash)?.liveSince ?? now;
  const change: Change = {
    kind: "deploy",
    earliestAt: since,
    startedAt: since,
    fromHash: null,
    toHash: null,
    fromReplicas: null,
    toReplicas: null,
    image: workload.image,
  };
  return { change, reasons: [why, `what is live (${workload.image}) gets no verdict by that`] };
}

function isGood({ releases, observations, live, workload }: RequestFacts): boolean {
  const release = releases.find(({ hash }) => hash === live?.hash);
  const observation = observations.find(({ templateHash }) => templateHash === workload.templateHash);
  return (release ?? observation)?.verdict === "good";
}
