import { describeObject, type GitopsOwner, type GitopsState, reapplies } from "./gitops.ts";
import type { ReleaseObservation } from "./release-observation.ts";

/**
 * Why the workload may not be given back to its controller yet; null when it may. What is not known is not held against a person who asks: only a
 * source that is known to want a bad release is refused.
 */
export function whyNotResume(gitops: GitopsState, observations: readonly ReleaseObservation[]): string | null {
  const { wanted, held, heldBy } = gitops;
  const object = describeObject(gitops.object);
  if (!held) return `${object} is not held: there is nothing to resume`;
  if (heldBy === null) return `${object} was not held by Rollguard: whoever suspended it knows why`;
  // An image that a good release runs too says nothing: what was bad there was something else.
  const trusted = new Set(observations.flatMap(({ verdict, image }) => (verdict === "good" ? [image] : [])));
  const bad = observations.find(({ verdict, image }) => verdict === "bad" && wanted.images.includes(image) && !trusted.has(image));
  if (bad !== undefined) return `${object} still sets image ${bad.image}, a release with the verdict bad`;
  if (wanted.sameAsLive === true) return null;
  if (wanted.revision !== null && wanted.revision === wanted.atHold) {
    return `the source (${gitops.source}) is still at revision ${wanted.revision}, which brought the release that was rolled back: commit what is to run first, and let ${object} see it (a refresh)`;
  }
  return null;
}

/** What is known about what will happen after a resume, for the record. */
export function whatFollowsResume({ wanted, source }: GitopsState): string {
  if (wanted.sameAsLive === true) return `${source} wants what is live`;
  if (wanted.revision === null) return `what ${source} wants is not known: watch the next sync`;
  return `${source} is at revision ${wanted.revision} now (${wanted.atHold ?? "unknown"} when it was held): its next sync brings that`;
}

/** What a person has to commit, and then to call, so that the rolled-back service has its controller again. */
export function adviceToResume(facts: {
  readonly service: string;
  readonly owner: GitopsOwner | null;
  readonly gitops: GitopsState | null;
  /** Does the hold stand? Null when nothing was held. */
  readonly held: boolean | null;
  /** What is to be committed: an image or a replica count. */
  readonly goal: string;
}): string | null {
  const { service, owner, gitops, held, goal } = facts;
  if (owner === null) return null;
  if (!reapplies(owner)) return `Helm release ${owner.ref} knows nothing of this: set ${goal} in its values before the next upgrade`;
  if (gitops === null) return `owned by ${owner.kind} (${owner.ref}), which was not held: commit ${goal} at its source`;
  const object = describeObject(gitops.object);
  if (held !== true) return `${object} is not held and may bring the bad version back: commit ${goal} to ${gitops.source}`;
  const parent = gitops.parent === null ? "" : ` (${gitops.parent} may undo that)`;
  return `${object} is held${parent}: commit ${goal} to ${gitops.source}, then run rollguard resume ${service}`;
}
