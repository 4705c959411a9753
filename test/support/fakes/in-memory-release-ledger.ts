import type { ReleaseObservation } from "../../../functions/domain/release-observation.ts";
import type { VerdictWrite } from "../../../functions/ports/incident-store.ts";
import type { ReleaseLedger } from "../../../functions/ports/release-ledger.ts";

/** Observations in memory. `save` is conditional as on the table: a verdict `bad` written since the read wins. */
export class InMemoryReleaseLedger implements ReleaseLedger {
  private readonly items = new Map<string, ReleaseObservation>();

  /** Puts observations without any condition, as a test's starting point. */
  seed(...observations: readonly ReleaseObservation[]): this {
    for (const observation of observations)
      this.items.set(keyOf(observation.service, observation.templateHash), structuredClone(observation));
    return this;
  }

  async observations(service: string): Promise<readonly ReleaseObservation[]> {
    return [...this.items.values()]
      .filter((item) => item.service === service)
      .sort((one, other) => other.liveSince.localeCompare(one.liveSince))
      .map((item) => structuredClone(item));
  }

  async save(observation: ReleaseObservation, read: ReleaseObservation | null): Promise<void> {
    const key = keyOf(observation.service, observation.templateHash);
    const stored = this.items.get(key);
    if (stored !== undefined && verdictsMoved(stored, observation, read)) return;
    this.items.set(key, structuredClone(observation));
  }

  /** What a closing incident does to an observation in its transaction. */
  writeVerdict(service: string, write: VerdictWrite, by: string, at: string): void {
    const key = keyOf(service, write.templateHash);
    const item = this.items.get(key) ?? unseen(service, write.templateHash, at);
    this.items.set(key, write.replicas === null ? withVerdict(item, write, by) : withScaleVerdict(item, write, write.replicas, at));
  }
}

function keyOf(service: string, templateHash: string): string {
  return `${service}#${templateHash}`;
}

function verdictsMoved(stored: ReleaseObservation, next: ReleaseObservation, read: ReleaseObservation | null): boolean {
  if ((stored.verdict === "bad") !== (read?.verdict === "bad")) return true;
  const counts = new Set([...next.scales, ...(read?.scales ?? [])].map(({ replicas }) => replicas));
  return [...counts].some((replicas) => scaleIsBad(stored, replicas) !== scaleIsBad(read, replicas));
}

function scaleIsBad(observation: ReleaseObservation | null, replicas: number): boolean {
  return observation?.scales.some((scale) => scale.replicas === replicas && scale.verdict === "bad") ?? false;
}

function unseen(service: string, templateHash: string, at: string): ReleaseObservation {
  return {
    service,
    templateHash,
    replicaSet: "",
    image: "",
    firstSeenAt: at,
    liveSince: at,
    lastSeenAt: at,
    verdict: "candidate",
    verdictBy: null,
    scales: [],
  };
}

function withVerdict(item: ReleaseObservation, write: VerdictWrite, by: string): ReleaseObservation {
  return item.verdict === "bad" ? item : { ...item, verdict: write.verdict, verdictBy: by };
}

function withScaleVerdict(item: ReleaseObservation, write: VerdictWrite, replicas: number, at: string): ReleaseObservation {
  const known = item.scales.some((scale) => scale.replicas === replicas);
  const scales = known
    ? item.scales
    : [...item.scales, { replicas, since: at, lastSeenAt: at, healthySince: null, verdict: "candidate" as const }];
  return {
    ...item,
    scales: scales.map((scale) => (scale.replicas === replicas && scale.verdict !== "bad" ? { ...scale, verdict: write.verdict } : scale)),
  };
}
