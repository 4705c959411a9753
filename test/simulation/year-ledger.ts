import type { Quarantine } from "../../functions/domain/release.ts";
import type { ReleaseObservation } from "../../functions/domain/release-observation.ts";
import { InMemoryReleaseLedger } from "../support/fakes/in-memory-release-ledger.ts";

/** So many observations of a service are read. The rest is long out of the cluster, and reading a year of them at each look would take the test's time. */
const READ = 40;

/** The ledger of a whole year. */
export class YearLedger extends InMemoryReleaseLedger {
  private now: readonly Quarantine[] = [];

  override async observations(service: string): Promise<readonly ReleaseObservation[]> {
    return (await super.observations(service)).slice(0, READ);
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
