import type { Blueprint } from "../domain/blueprint.ts";
import type { GitopsOwner, GitopsState } from "../domain/gitops.ts";

/** Reads the object whose controller applies a workload's manifests. Throws `TransientUpstreamError` or `UntrustedClusterError`. */
export interface Gitops {
  /** A `problem` says why nothing can be held: no object is named, it is gone, or reading it is not allowed. */
  state(blueprint: Pick<Blueprint, "target" | "gitops">, owner: GitopsOwner): Promise<GitopsState | { readonly problem: string }>;
}
