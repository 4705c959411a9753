import type { Release } from "./release.ts";
import type { ReleaseObservation } from "./release-observation.ts";
import { later, secondsBetween } from "./time.ts";
import { replicasOwner } from "./workload.ts";

/** What the ledger knows of a service: templates and replica counts that were seen live, and releases (configuration and traffic too). */
export interface ServiceHistory {
  readonly observations: readonly ReleaseObservation[];
  readonly releases: readonly Pick<Release, "liveSince">[];
}

/** What was live at a time, as far as anybody saw; null where nothing was seen by then. A release that came later is not it. */
export function liveAt({ observations }: Pick<ServiceHistory, "observations">, at: string): ReleaseObservation | null {
  const known = observations.filter(({ liveSince }) => secondsBetween(liveSince, at) >= 0);
  return known.reduce<ReleaseObservation | null>(
    (newest, one) => (newest === null || secondsBetween(newest.liveSince, one.liveSince) > 0 ? one : newest),
    null,
  );
}

/** The newest good release that was live before another one; null when there is none. */
export function goodBefore({ observations }: Pick<ServiceHistory, "observations">, live: ReleaseObservation): ReleaseObservation | null {
  const good = observations.filter(({ templateHash, verdict }) => templateHash !== live.templateHash && verdict === "good");
  const before = good.filter(({ liveSince }) => secondsBetween(liveSince, live.liveSince) >= 0);
  return before.reduce<ReleaseObservation | null>(
    (newest, one) => (newest === null || secondsBetween(newest.liveSince, one.liveSince) > 0 ? one : newest),
    null,
  );
}

/** When the service was changed last before a time: its template, its configuration, its traffic or, where nothing moves it by itself, its replica count. Null: nobody knows. */
export function lastChangeBefore(history: ServiceHistory, at: string): string | null {
  const live = liveAt(history, at);
  const scales = live === null || (live.workload !== undefined && replicasOwner(live.workload) !== null) ? [] : live.scales;
  return newestBefore(
    [
      ...history.observations.map(({ liveSince }) => liveSince),
      ...history.releases.map(({ liveSince }) => liveSince),
      ...scales.map(({ since }) => since),
    ],
    at,
  );
}

/** When the service was looked at last before a time; null: never. */
export function lastSeenBefore({ observations }: Pick<ServiceHistory, "observations">, at: string): string | null {
  // One that was seen later too was live all the time since.
  const seen = observations.flatMap(({ liveSince, lastSeenAt }) =>
    secondsBetween(lastSeenAt, at) >= 0 ? [lastSeenAt] : secondsBetween(liveSince, at) >= 0 ? [at] : [],
  );
  return newestBefore(seen, at);
}

function newestBefore(times: readonly string[], at: string): string | null {
  return times
    .filter((time) => secondsBetween(time, at) >= 0)
    .reduce<string | null>((newest, time) => (newest === null ? time : later(newest, time)), null);
}
