import type { Target } from "../domain/blueprint.ts";
import type { ConfigRef } from "../domain/cluster-action.ts";

/** Immutable copies of ConfigMaps and Secrets in their own namespace. Throws `TransientUpstreamError` or `PermissionError`. */
export interface ConfigCopies {
  /** Copies the content if it still is the one that the hash names. The same content twice is one copy. */
  copy(
    target: Target,
    service: string,
    ref: Pick<ConfigRef, "kind" | "name" | "dataHash">,
  ): Promise<{ readonly outcome: "copied" | "there" | "moved-on" | "refused"; readonly reason: string }>;
  /** Removes copies of a service that nobody needs: neither named nor among the newest of their source. Answers the names of those removed. */
  prune(target: Target, service: string, kinds: readonly ConfigRef["kind"][], needed: readonly string[]): Promise<readonly string[]>;
}
