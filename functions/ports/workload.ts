import type { Target } from "../domain/blueprint.ts";
import type { WorkloadState, WorkloadWrite, WriteResult } from "../domain/workload.ts";

/** A Deployment on a Kubernetes API. Throws `TransientUpstreamError`, `PermissionError` or `UntrustedClusterError`. */
export interface Workload {
  /** Null when the Deployment does not exist. A namespace that does not exist is a `PermissionError`: RBAC answers before it looks. */
  read(target: Target): Promise<WorkloadState | null>;
  /** Re-reads, decides with `decideWrite`, writes at most once and reads the answer back. Safe to call twice. */
  apply(target: Target, write: WorkloadWrite): Promise<WriteResult>;
}
