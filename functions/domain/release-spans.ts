import type { Release } from "./release.ts";
import type { ReleaseObservation } from "./release-observation.ts";

/** One release (or, where no snapshot has named it yet, one pod template) and when it was live. ISO 8601 UTC. */
export interface ReleaseSpan {
  readonly id: string;
  readonly verdict: Release["verdict"];
  readonly liveSince: string;
  readonly lastSeenAt: string;
  readonly healthySince: string | null;
}

/** What the ledger knows of a service, newest live first. A template that a release names is that release. */
export function releaseSpans(releases: readonly Release[], observations: readonly ReleaseObservation[]): readonly ReleaseSpan[] {
  const named = new Set(releases.map(({ parts }) => parts.templateHash));
  const spans: ReleaseSpan[] = [
    ...releases.map(({ hash, verdict, liveSince, lastSeenAt, healthySince }) => ({
      id: hash,
      verdict,
      liveSince,
      lastSeenAt,
      healthySince,
    })),
    ...observations
      .filter(({ templateHash }) => !named.has(templateHash))
      .map(({ templateHash, verdict, liveSince, lastSeenAt, scales }) => ({
        id: templateHash,
        verdict,
        liveSince,
        lastSeenAt,
        healthySince: scales.toSorted((one, other) => one.lastSeenAt.localeCompare(other.lastSeenAt)).at(-1)?.healthySince ?? null,
      })),
  ];
  return spans.toSorted((one, other) => other.liveSince.localeCompare(one.liveSince) || other.lastSeenAt.localeCompare(one.lastSeenAt));
}
