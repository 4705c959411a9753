import type { ConfigRef } from "../domain/cluster-action.ts";

/** What one service's snapshot refers to and has no copy of yet, which may be nothing, and which copies are still needed. Names and hashes only. */
export interface KeepRequest {
  readonly service: string;
  readonly copy: readonly Pick<ConfigRef, "kind" | "name" | "dataHash">[];
  /** Names that copies for kept releases have, or would have. */
  readonly needed: readonly string[];
}

/** Asks for copies of contents; the answer comes with a later snapshot, which sees them. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Keeper {
  ask(request: KeepRequest): Promise<void>;
}
