import type { PastRollback } from "../governance.ts";
import type { Release } from "../release.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import { isBefore } from "../time.ts";

/** The ledger as the rules need it: who called what good. */
export interface Verdicts {
  readonly releases: readonly Pick<Release, "hash" | "parts" | "verdict" | "verdictBy">[];
  readonly observations: readonly Pick<ReleaseObservation, "templateHash" | "verdict" | "verdictBy">[];
}

/**
 * Was what this rollback led away from found to be good since? Either a later rollback led to it and recovered (so does an undo), or a person has called it
 * good later. That the observer calls it good proves nothing: it may have done so before.
 */
export function isAcquitted(one: PastRollback, rollbacks: readonly PastRollback[], { releases, observations }: Verdicts): boolean {
  const { from, at } = one;
  if (from === undefined || from === null) return false;
  if (rollbacks.some((later) => later.to === from && later.outcome === "recovered" && isBefore(at, later.at))) return true;
  const verdicts = [
    ...releases.filter(({ hash, parts }) => from === `release ${hash}` || from === `template ${parts.templateHash}`),
    ...observations.filter(({ templateHash }) => from === `template ${templateHash}`),
  ];
  return verdicts.some(({ verdict, verdictBy }) => {
    const markedAt = verdict === "good" ? saidAt(verdictBy) : null;
    return markedAt !== null && isBefore(at, markedAt);
  });
}

/** When a person said so: a mark is kept as `ada at 2026-11-20T03:12:40.820Z: why`. Null for the observer's verdict and an incident's. */
function saidAt(verdictBy: string | null): string | null {
  return / at (\d{4}-\d\d-\d\dT[\d:.]+Z): /.exec(verdictBy ?? "")?.[1] ?? null;
}
