import { reapplies } from "./gitops.ts";
import type { AvailabilityPlan } from "./preflight.ts";
import type { WorkloadState, WorkloadWrite } from "./workload.ts";

/** What the guard must know of the live workload. A WorkloadState is one; a write of the template needs no list, so it passes `hpa: null`. */
export type GuardedWorkload = Pick<
  WorkloadState,
  "kind" | "uid" | "generation" | "templateHash" | "replicas" | "paused" | "stamps" | "hpa" | "owner" | "flagger"
> & {
  /** The write names the release that it replaces, and that one is still live. */
  readonly assessedIsLive?: boolean;
};

export type WriteDecision =
  | { readonly decision: "proceed"; readonly reason: string }
  | { readonly decision: "already-applied"; readonly reason: string }
  | { readonly decision: "superseded"; readonly reason: string }
  | { readonly decision: "refused"; readonly reason: string };

/**
 * May this write still be made? First the rules that say who owns the workload now (identity, fence), then whether the target is live already,
 * then whether it is the workload that was assessed, then what forbids a write. The order matters: our own retry finds a newer generation, its own.
 */
export function decideWrite(live: GuardedWorkload, write: WorkloadWrite): WriteDecision {
  return whoseWorkload(live, write) ?? targetIsLive(live, write) ?? sinceAssessed(live, write) ?? forbidden(live, write) ?? proceed(write);
}

function whoseWorkload(live: GuardedWorkload, { expect, stamp }: WorkloadWrite): WriteDecision | null {
  if (live.uid !== expect.uid) {
    return superseded(`the ${live.kind} was deleted and created again: assessed was uid ${expect.uid}, live is ${live.uid}`);
  }
  if (live.stamps.fence !== null && live.stamps.fence > stamp.fence) {
    return superseded(
      `a later run (fence ${live.stamps.fence}, ours is ${stamp.fence}) has written this workload; ` +
        "if the incident table was created anew since, remove annotation rollguard.dev/fence from it",
    );
  }
  return null;
}

/** A template that is live on a paused Deployment reaches no pod: without our own stamp that is not called applied. */
function targetIsLive(live: GuardedWorkload, write: WorkloadWrite): WriteDecision | null {
  const ours = live.stamps.execution === write.stamp.execution;
  const by = ours ? "by this execution" : "by somebody else";
  switch (write.kind) {
    case "restore-template":
      if (live.templateHash !== write.templateHash || (live.paused && !ours)) return null;
      return alreadyApplied(`template ${write.templateHash} is live already, restored ${by}`);
    case "restore-scale":
      if (live.replicas !== write.replicas) return null;
      return alreadyApplied(`${write.replicas} replicas are set already, ${by}`);
    case "restore-strategy":
      // a pause of ours may be there without one: nothing may be left so
      if (live.stamps.savedStrategy !== null || live.stamps.paused === true) return null;
      return alreadyApplied(`no saved strategy is left on the ${live.kind}`);
  }
}

function sinceAssessed(live: GuardedWorkload, write: WorkloadWrite): WriteDecision | null {
  // What restore-strategy puts back is our own mark, so it may follow any later change of others.
  if (write.kind === "restore-strategy" || live.generation === write.expect.generation) return null;
  // An autoscaler scales all the time, most of all under the bad release: no reason to leave that alive.
  if (write.kind === "restore-template" && live.assessedIsLive === true) return null;
  return superseded(
    `the ${live.kind} was changed since it was assessed: generation ${write.expect.generation} then, ${live.generation} now`,
  );
}

function forbidden(live: GuardedWorkload, write: WorkloadWrite): WriteDecision | null {
  // A controller that nobody has thought of: the strategy alone is our own mark, which it does not fight for.
  if (reapplies(live.owner) && write.kind !== "restore-strategy" && write.owned === undefined) {
    return refused(
      `the ${live.kind} is owned by ${live.owner.kind} (${live.owner.ref}), which would undo the write: roll back at its source`,
    );
  }
  if (live.flagger === "primary") {
    return refused("Flagger owns this copy and writes it back: the target of the Canary is what is rolled back, never its primary");
  }
  if (live.paused && write.kind !== "restore-strategy") {
    return refused(`the ${live.kind} is paused: the write would reach no pod; resume it (kubectl rollout resume) or roll back by hand`);
  }
  if (write.kind === "restore-scale" && live.kind === "DaemonSet") {
    return refused("a DaemonSet has one pod on each Node, and no replica count to restore");
  }
  if (write.kind === "restore-scale" && live.hpa !== null) {
    return refused(`HorizontalPodAutoscaler ${live.hpa} owns the replica count: raise its minReplicas instead`);
  }
  return null;
}

function proceed(write: WorkloadWrite): WriteDecision {
  switch (write.kind) {
    case "restore-template":
      return { decision: "proceed", reason: `restoring template ${write.templateHash} of ${write.replicaSet}` };
    case "restore-scale":
      return { decision: "proceed", reason: `restoring ${write.replicas} replicas` };
    case "restore-strategy":
      return { decision: "proceed", reason: "putting the saved strategy back" };
  }
}

export interface RolloutStrategyFacts {
  readonly type: string;
  readonly maxSurge: string;
  /** What two pods of the target template cannot share (a claimed volume, a host port, a node); null when nothing. */
  readonly exclusive: string | null;
}

/**
 * Replace the strategy by that of the plan (else surge 100 %, unavailable 0) in the same write? Yes, also for `Recreate`, whose full outage nobody wants during a rollback.
 * No where the author ruled out two pods side by side (`Recreate`, or a surge of 0) *and* the template says why: with a claimed volume or a
 * host port the surged pod would wait for the one it is to replace, for ever.
 */
export function decideStrategy(
  { type, maxSurge, exclusive }: RolloutStrategyFacts,
  wanted: Pick<AvailabilityPlan, "maxSurge" | "maxUnavailable"> = { maxSurge: "100%", maxUnavailable: "0" },
): {
  readonly replace: boolean;
  readonly reason: string;
} {
  const sideBySideRuledOut = type === "Recreate" || maxSurge === "0" || maxSurge === "0%";
  if (exclusive !== null && sideBySideRuledOut) {
    return { replace: false, reason: `strategy ${type} kept: pods cannot run side by side (${exclusive})` };
  }
  const spaced = (bound: string) => bound.replace("%", " %");
  return {
    replace: true,
    reason: `strategy RollingUpdate, surge ${spaced(wanted.maxSurge)}, unavailable ${spaced(wanted.maxUnavailable)}`,
  };
}

function superseded(reason: string): WriteDecision {
  return { decision: "superseded", reason };
}

function refused(reason: string): WriteDecision {
  return { decision: "refused", reason };
}

function alreadyApplied(reason: string): WriteDecision {
  return { decision: "already-applied", reason };
}
