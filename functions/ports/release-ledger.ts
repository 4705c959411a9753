import type { ReleaseObservation } from "../domain/release-observation.ts";

/** What was observed of a service's releases. Throws `TransientUpstreamError` or `PermissionError`. */
export interface ReleaseLedger {
  /** Every observation of a service, most recently live first. */
  observations(service: string): Promise<readonly ReleaseObservation[]>;
  /** Replaces the item unless a verdict `bad` was written since `read` was read (a verdict is never lost to an observation). */
  save(observation: ReleaseObservation, read: ReleaseObservation | null): Promise<void>;
}
