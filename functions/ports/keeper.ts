import type { ConfigRef } from "../domain/cluster-action.ts";

/** What one service's snapshot refers to and has no copy of yet, and which copies are still needed. Names and hashes only. */
export interface KeepRequest {
  readonly service: string;
  readonly copy: readonly Pick<ConfigRef, "kind" | "name" | "dataHash">[];
  /** Names of copies that kept releases refer to. */
  readonly needed: readonly string[];
}

/** Asks for copies of contents; the answer comes with a later snapshot, which sees them. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Keeper {
  ask(request: KeepRequest): Promise<void>;
}
