import { whyKeepStrategy } from "./kept-strategy.ts";
import type { Plan, PlanStep, Progress } from "./rollback-document.ts";
import { inWords } from "./time.ts";
import type { WorkloadState, WriteResult } from "./workload.ts";

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
  /** What a person's word means for this step, see `whyControlled`. @default null: nobody has said anything */
  readonly controlled?: Pick<Progress, "outcome" | "reason"> | null;
}

/** Why a plan step is not applied now; null when it may be. Asked again before every step, since each answer can change while the plan runs. */
export function whyNotAct({
  leaseRenewed,
  switchState,
  ageSeconds,
  mode,
  stepId,
  liftsTooEarly,
  controlled = null,
}: ActFacts): Pick<Progress, "outcome" | "reason"> | null {
  if (!leaseRenewed) return { outcome: "lock-lost", reason: "the lock was lost: another execution acts on this service" };
  if (switchState.state === "off") return { outcome: "refused", reason: `the switch was turned off (${switchState.reason})` };
  if (ageSeconds > INCIDENT_DEADLINE_SECONDS) return { outcome: "refused", reason: `the incident is ${inWords(ageSeconds)} old` };
  if (controlled !== null) return controlled;
  if (liftsTooEarly === true)
    return { outcome: "refused", reason: "a maintenance is lifted only after a recovery was proven, or by a person" };
  return mode === "act" ? null : { outcome: "would-apply", reason: `observe mode: would have applied ${stepId}` };
}

/** Where nothing was proven the author's strategy may be worse than ours: a plan that only mends is made by whoever has looked at that. */
export function whyNotPutBack(live: WorkloadState | null): Pick<Progress, "outcome" | "reason"> | null {
  const reason = whyKeepStrategy(live);
  return reason === null ? null : { outcome: "refused", reason };
}

/**
 * The step whose dry run comes before this one: what prepares a release must not be written for a template that the server then refuses. Undefined where
 * the plan asks for no dry run, and for all other steps.
 */
export function rehearsedBefore(steps: readonly PlanStep[], { kind, target }: PlanStep): PlanStep | undefined {
  if ((kind !== "restore-config" && kind !== "restore-autoscaler") || target === null) return undefined;
  return steps.find((step) => step.kind === "restore-template" && step.dryRun === true && isSame(step.target, target));
}

function isSame(one: PlanStep["target"], other: NonNullable<PlanStep["target"]>): boolean {
  return one?.templateHash === other.templateHash && one.releaseHash === other.releaseHash;
}

/** What an answer to the dry run means for the step before it; null when it may be made. */
export function whyUnprepared({ outcome, reason }: Pick<WriteResult, "outcome" | "reason">): Pick<Progress, "outcome" | "reason"> | null {
  if (outcome === "applied" || outcome === "already-applied") return null;
  return { outcome, reason: `${reason}: nothing around the template is touched` };
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
