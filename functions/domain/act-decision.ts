import type { Plan, Progress } from "./rollback-document.ts";
import { inWords } from "./time.ts";
import type { WorkloadState } from "./workload.ts";

/** After this long an incident is history: a redriven execution must not roll back a service that moved on. */
export const INCIDENT_DEADLINE_SECONDS = 4 * 3600;

export interface ActFacts {
  readonly leaseRenewed: boolean;
  readonly switchState: { readonly state: "armed" | "off"; readonly reason: string };
  /** Since the incident was opened. */
  readonly ageSeconds: number;
  readonly mode: Plan["mode"];
  readonly stepId: string;
  /** The step lifts a maintenance, and the run has not proven a recovery. */
  readonly liftsTooEarly?: boolean;
}

/** Why a plan step is not applied now; null when it may be. Asked again before every step, since each answer can change while the plan runs. */
export function whyNotAct({
  leaseRenewed,
  switchState,
  ageSeconds,
  mode,
  stepId,
  liftsTooEarly,
}: ActFacts): Pick<Progress, "outcome" | "reason"> | null {
  if (!leaseRenewed) return { outcome: "lock-lost", reason: "the lock was lost: another execution acts on this service" };
  if (switchState.state === "off") return { outcome: "refused", reason: `the switch was turned off (${switchState.reason})` };
  if (ageSeconds > INCIDENT_DEADLINE_SECONDS) return { outcome: "refused", reason: `the incident is ${inWords(ageSeconds)} old` };
  if (liftsTooEarly === true)
    return { outcome: "refused", reason: "a maintenance is lifted only after a recovery was proven, or by a person" };
  return mode === "act" ? null : { outcome: "would-apply", reason: `observe mode: would have applied ${stepId}` };
}

/**
 * Why the configuration is left alone: another template than the assessed one is live, and what is around it belongs to that one now. Null when it may be
 * written; what this run has written itself is no other's.
 */
export function whyMovedOn(
  assessed: WorkloadState | null,
  live: WorkloadState | null,
  execution: string,
): Pick<Progress, "outcome" | "reason"> | null {
  if (!assessed?.templateHash || live === null || live.stamps.execution === execution) return null;
  if (live.uid === assessed.uid && live.templateHash === assessed.templateHash) return null;
  const now = `the live template is ${live.templateHash ?? "a new one"} (${live.image}), not the assessed ${assessed.templateHash}`;
  return { outcome: "superseded", reason: `${now}: its configuration is left alone` };
}
