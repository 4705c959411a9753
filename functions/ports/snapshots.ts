import type { Blueprint } from "../domain/blueprint.ts";
import type { Snapshot } from "../domain/release.ts";
import type { WorkloadState } from "../domain/workload.ts";

/** One pass over the services: what is listed for one of them serves the others of its namespace. Throws `TransientUpstreamError` or `PermissionError`. */
export interface SnapshotPass {
  /** Null when the workload does not exist, runs no revision yet, or is not as `state` says any more. What a Role withholds is left out, and noted. */
  take(blueprint: Blueprint, state: WorkloadState): Promise<Snapshot | null>;
}

/** Reads everything restorable of a service; writes nothing. */
export interface Snapshots {
  /** `lists`: one paged list per kind and namespace, for many services. `single`: only what one service names. */
  pass(scope: "lists" | "single"): SnapshotPass;
}
