import type { ReleaseObservation } from "../../functions/domain/release-observation.ts";
import type { ReleaseLedger } from "../../functions/ports/release-ledger.ts";
import type { DeploymentFacts } from "./demo-cluster.ts";

/**
 * What `observe-releases` would have written if the release had been live and well since then: a demo cannot wait as long as it takes to
 * know a release as good.
 */
export function goodSince(service: string, facts: DeploymentFacts, since: Date, now: Date): ReleaseObservation {
  const from = since.toISOString();
  const at = now.toISOString();
  return {
    service,
    templateHash: facts.replicaSet.templateHash,
    replicaSet: facts.replicaSet.name,
    image: facts.image,
    firstSeenAt: from,
    liveSince: from,
    lastSeenAt: at,
    verdict: "good",
    verdictBy: "observe-releases",
    scales: [{ replicas: facts.replicas, since: from, lastSeenAt: at, healthySince: from, verdict: "good" }],
  };
}

/** Writes the observations of seeded services. */
export async function seedLedger(
  ledger: ReleaseLedger,
  seeded: ReadonlyMap<string, DeploymentFacts>,
  since: Date,
  now: Date,
): Promise<void> {
  await Promise.all([...seeded].map(([service, facts]) => ledger.save(goodSince(service, facts, since, now), null)));
}
