import type { Quarantine } from "../../functions/domain/release.ts";
import type { ReleaseObservation } from "../../functions/domain/release-observation.ts";
import { InMemoryReleaseLedger } from "../support/fakes/in-memory-release-ledger.ts";

/** So many observations of a service are read. The rest is long out of the cluster, and reading a year of them at each look would take the test's time. */
const READ = 40;

/** The ledger of a whole year. */
export class YearLedger extends InMemoryReleaseLedger {
  private now: readonly Quarantine[] = [];
  private readonly snapshotted = new Set<string>();

  override async observations(service: string): Promise<readonly ReleaseObservation[]> {
    return (await super.observations(service)).slice(0, READ);
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
