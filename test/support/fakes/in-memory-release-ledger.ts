import type { Quarantine, Release } from "../../../functions/domain/release.ts";
import type { ReleaseObservation } from "../../../functions/domain/release-observation.ts";
import { quarantineKeys } from "../../../functions/domain/release-targets.ts";
import type { LedgerWrites, VerdictWrite } from "../../../functions/ports/incident-store.ts";
import type { ReleaseLedger, ReleaseMark, SealedTemplate } from "../../../functions/ports/release-ledger.ts";

/** Observations and releases in memory. Saves are conditional as on the table: a verdict written since the read wins. */
export class InMemoryReleaseLedger implements ReleaseLedger {
  private readonly items = new Map<string, ReleaseObservation>();
  private readonly snapshots = new Map<string, Release>();
  private readonly templates = new Map<string, SealedTemplate>();
  private readonly quarantined = new Map<string, Quarantine>();

  /** Puts observations without any condition, as a test's starting point. */
  seed(...observations: readonly ReleaseObservation[]): this {
    for (const observation of observations)
      this.items.set(keyOf(observation.service, observation.templateHash), structuredClone(observation));
    return this;
  }

  /** Puts releases without any condition, as a test's starting point. */
  seedReleases(...releases: readonly Release[]): this {
    for (const release of releases) this.snapshots.set(keyOf(release.service, release.hash), structuredClone(release));
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

  async releases(service: string): Promise<readonly Release[]> {
    return [...this.snapshots.values()]
      .filter((release) => release.service === service)
      .sort((one, other) => other.lastSeenAt.localeCompare(one.lastSeenAt))
      .map((release) => structuredClone(release));
  }

  async saveRelease(release: Release, read: Release | null, template: SealedTemplate | null): Promise<boolean> {
    const key = keyOf(release.service, release.hash);
    const stored = this.snapshots.get(key) ?? null;
    if (stored?.verdict !== read?.verdict || stored?.verdictBy !== read?.verdictBy) return false;
    this.snapshots.set(key, structuredClone(release));
    if (template !== null) this.templates.set(key, template);
    return true;
  }

  async sealedTemplate(service: string, hash: string): Promise<SealedTemplate | null> {
    return this.templates.get(keyOf(service, hash)) ?? null;
  }

  async mark({ service, hash, verdict, by, reason, at }: ReleaseMark): Promise<boolean> {
    const marked = this.snapshots.get(keyOf(service, hash));
    if (marked === undefined) return false;
    const verdictBy = `${by} at ${at}: ${reason}`;
    const { templateHash } = marked.parts;
    const goodElsewhere = (await this.releases(service)).some(
      (other) => other.hash !== hash && other.parts.templateHash === templateHash && other.verdict === "good",
    );
    this.snapshots.set(keyOf(service, hash), { ...marked, verdict, verdictBy });
    const observation = this.items.get(keyOf(service, templateHash));
    if (observation && (verdict === "good" || !goodElsewhere)) {
      this.items.set(keyOf(service, templateHash), { ...observation, verdict, verdictBy });
    }
    if (verdict === "good") for (const key of quarantineKeys(marked)) this.quarantined.delete(key);
    return true;
  }

  async forget(service: string, hash: string): Promise<void> {
    this.snapshots.delete(keyOf(service, hash));
    this.templates.delete(keyOf(service, hash));
  }

  async quarantine(): Promise<readonly Quarantine[]> {
    return [...this.quarantined.values()].sort((one, other) => one.key.localeCompare(other.key));
  }

  /** What a closing incident does to snapshots in its transaction. */
  writeLedger(service: string, { badRelease, quarantine }: LedgerWrites, by: string): void {
    const bad = badRelease === null ? undefined : this.snapshots.get(keyOf(service, badRelease));
    if (bad && bad.verdict !== "bad") this.snapshots.set(keyOf(service, bad.hash), { ...bad, verdict: "bad", verdictBy: by });
    for (const entry of quarantine) if (!this.quarantined.has(entry.key)) this.quarantined.set(entry.key, entry);
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
