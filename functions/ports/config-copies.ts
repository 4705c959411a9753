import type { Target } from "../domain/blueprint.ts";
import type { ConfigRef } from "../domain/cluster-action.ts";

/**
 * Where the copy of a content is kept: `namespace` is an immutable object beside the original, `archive` an object of the archive, sealed, which is for
 * Secrets alone.
 */
export type CopyPlace = "namespace" | "archive";

/** Copies of ConfigMaps and Secrets. Throws `TransientUpstreamError` or `PermissionError`. */
export interface ConfigCopies {
  /** Copies the content if it still is the one that the hash names, and reads the copy back. The same content twice is one copy. `place`: @default namespace */
  copy(
    target: Target,
    service: string,
    ref: Pick<ConfigRef, "kind" | "name" | "dataHash">,
    place?: CopyPlace,
  ): Promise<{ readonly outcome: "copied" | "there" | "moved-on" | "refused"; readonly reason: string }>;
  /** Removes copies of a service in its namespace that nobody needs: neither named nor younger than a day. Answers the names of those removed. */
  prune(target: Target, service: string, kinds: readonly ConfigRef["kind"][], needed: readonly string[]): Promise<readonly string[]>;
}
