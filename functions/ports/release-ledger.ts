import type { Quarantine, Release } from "../domain/release.ts";
import type { ReleaseObservation } from "../domain/release-observation.ts";

/** A person's verdict on a release. */
export interface ReleaseMark {
  readonly service: string;
  readonly hash: string;
  readonly verdict: "good" | "bad";
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** What was observed of a service's releases, and their snapshots. Throws `TransientUpstreamError` or `PermissionError`. */
export interface ReleaseLedger {
  /** Every observation of a service, most recently live first. */
  observations(service: string): Promise<readonly ReleaseObservation[]>;
  /** Replaces the item unless a verdict `bad` was written since `read` was read (a verdict is never lost to an observation). */
  save(observation: ReleaseObservation, read: ReleaseObservation | null): Promise<void>;
  /** Every release of a service, most recently seen first. Those that another version of Rollguard wrote in another shape are left out. */
  releases(service: string): Promise<readonly Release[]>;
  /**
   * Replaces the release unless its verdict was changed since `read` was read; notes when it went live, and the last good one. `template` is kept with it,
   * encrypted; null leaves the kept one alone. False when a verdict was in the way: the next look starts from it.
   */
  saveRelease(release: Release, read: Release | null, template: SealedTemplate | null): Promise<boolean>;
  /** The kept template; null when there is none. */
  sealedTemplate(service: string, hash: string): Promise<SealedTemplate | null>;
  /** A person's word counts against any earlier verdict, on the release and on the observation of its template; `good` also ends its quarantine. False when there is no such release. */
  mark(mark: ReleaseMark): Promise<boolean>;
  forget(service: string, hash: string): Promise<void>;
  /** What may not come back, of every service. */
  quarantine(): Promise<readonly Quarantine[]>;
}

/** A text under a data key of its own, which KMS alone can open. Base64 throughout. */
export interface SealedTemplate {
  readonly dataKey: string;
  readonly nonce: string;
  readonly sealed: string;
}
