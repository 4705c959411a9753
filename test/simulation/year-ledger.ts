import type { Quarantine } from "../../functions/domain/release.ts";
import type { ReleaseObservation } from "../../functions/domain/release-observation.ts";
import { InMemoryReleaseLedger } from "../support/fakes/in-memory-release-ledger.ts";

/** So many observations of a service are kept: the rest is long out of the cluster, and copying a year of them at each look would take the test's time. */
const KEPT = 30;

/** The ledger of a whole year. */
export class YearLedger extends InMemoryReleaseLedger {
  private now: readonly Quarantine[] = [];
  private readonly snapshotted = new Set<string>();

  override async save(observation: ReleaseObservation, read: ReleaseObservation | null): Promise<void> {
    await super.save(observation, read);
    const items = Reflect.get(this, "items") as Map<string, ReleaseObservation>;
    const own = [...items].filter(([, { service }]) => service === observation.service);
    if (own.length <= KEPT) return;
    const [oldest] = own.sort(([, one], [, other]) => one.lastSeenAt.localeCompare(other.lastSeenAt));
    if (oldest !== undefined) items.delete(oldest[0]);
  }

  override async saveRelease(...parameters: Parameters<InMemoryReleaseLedger["saveRelease"]>): Promise<boolean> {
    const [{ service, parts }] = parameters;
    const saved = await super.saveRelease(...parameters);
    if (saved) this.snapshotted.add(`${service}/${parts.templateHash}`);
    return saved;
  }

  /** Has the digest of this template's image ever reached the ledger? */
  knows(service: string, templateHash: string): boolean {
    return this.snapshotted.has(`${service}/${templateHash}`);
  }

  override writeLedger(...parameters: Parameters<InMemoryReleaseLedger["writeLedger"]>): void {
    super.writeLedger(...parameters);
    void this.quarantine();
  }

  override async quarantine(): Promise<readonly Quarantine[]> {
    this.now = await super.quarantine();
    return this.now;
  }

  /** What is quarantined, without waiting. */
  quarantineNow(): readonly Quarantine[] {
    return this.now;
  }
}
