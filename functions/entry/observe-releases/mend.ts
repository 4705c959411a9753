import { incidentIdOf, mendExecutionName, type Sha256 } from "../../domain/execution-name.ts";
import type { RollbackInput } from "../../domain/rollback-document.ts";
import type { WorkloadState } from "../../domain/workload.ts";

/**
 * The execution that puts a saved strategy back and ends a pause of ours, or null when neither is left behind. While any run holds the lock it waits: its start would merge into
 * that run, and an execution name can be used once only.
 */
export function mendInput(
  facts: { readonly service: string; readonly stamps: WorkloadState["stamps"]; readonly lockHeld: boolean; readonly now: Date },
  sha256: Sha256,
): RollbackInput | null {
  const { service, stamps, lockHeld, now } = facts;
  if ((stamps.savedStrategy === null && stamps.paused !== true) || lockHeld) return null;
  const stampedExecution = stamps.execution ?? "unknown";
  const name = mendExecutionName({ service, stampedExecution, at: now.toISOString() }, sha256);
  return {
    execution: { name },
    incidentId: incidentIdOf(name),
    trigger: {
      kind: "mend",
      source: "observe-releases",
      service,
      at: now.toISOString(),
      reason: `execution ${stampedExecution} ended and left ${stamps.savedStrategy === null ? "the rollout paused" : "the rollout strategy that it had saved"}`,
      alarmName: null,
      alarmArn: null,
      requestedBy: null,
      datapoints: [],
      threshold: null,
    },
  };
}
