import type { Target } from "../domain/blueprint.ts";
import type { ClusterAction, Confirmation } from "../domain/cluster-action.ts";
import type { WriteResult, WriteStamp } from "../domain/workload.ts";

/** Objects around the workload: owners, routes, autoscalers, configuration. A missing right is an answer (`refused`, `inconclusive`) that names the rule. Throws `TransientUpstreamError` or `UntrustedClusterError`. */
export interface ClusterActions {
  /** Re-reads, refuses when a later fence has written, writes at most once, reads the answer back. Safe to call twice. Actions that only watch answer `already-applied`. */
  apply(target: Target, action: ClusterAction, stamp: WriteStamp): Promise<WriteResult>;
  /** Reads only. `stamp`: whose effect is asked for; what another execution has left there proves nothing. */
  confirm(target: Target, action: ClusterAction, stamp: WriteStamp): Promise<Confirmation>;
}
