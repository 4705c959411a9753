import { driftOf } from "./gitops-drift.ts";
import { RELEASED, RELEASED_AFTER_FAILURE } from "./plan/autoscaler-steps.ts";
import { FINISH } from "./plan/chain.ts";
import { plainRestore } from "./plan/share-steps.ts";
import { RUN_SECONDS } from "./plan/step-clocks.ts";
import { isRestoring } from "./plan-steps.ts";
import type { PlanStep, Verification } from "./rollback-document.ts";
import { inWords, secondsBetween, unreachable } from "./time.ts";
import { analysed } from "./verify-analyse.ts";
import { controlled } from "./verify-controlled.ts";
import { decisiveAnswer, decisiveRefusal } from "./verify-decisive.ts";
import { leave, leftOf, withLeft } from "./verify-left.ts";
import { maintainedOf } from "./verify-maintained.ts";
import { afterAction, failStep, keepWatching, type Outcome, recovered, stop, type VerificationFacts } from "./verify-outcome.ts";
import { watchOn } from "./verify-phase.ts";
import { worseAlarms } from "./verify-share.ts";
import { watch, whySuperseded } from "./verify-watch.ts";
import type { WorkloadState } from "./workload.ts";

export type { VerificationFacts } from "./verify-outcome.ts";

/** One step is applied again this often at most, beyond once for every pod. */
const MOST_REPEATS = 20;

/** Three-valued verdict on the last plan step and what comes next. `keep-watching` goes back to Bake until the step's deadline. */
export function verify(facts: VerificationFacts): Verification {
  const { plan, progress, previous, now } = facts;
  const step = plan.steps.find((candidate) => candidate.id === progress.stepId);
  const sameStep = previous?.stepId === progress.stepId ? previous : null;
  // what the restoring step found is carried through the steps that clean up after it
  const carries = step !== undefined && !isRestoring(step);
  const found = carries ? previous : sameStep;
  // what is judged is judged anew, also where an earlier step of the same release had passed: under a maintenance page, say
  const anew = step !== undefined && !carries && sameStep === null;
  const base: Verification = {
    stepId: progress.stepId,
    verdict: "inconclusive",
    next: "escalate",
    nextStepId: null,
    reason: "",
    checks: found?.checks ?? [],
    stableSince: found?.stableSince ?? null,
    consecutiveFailures: sameStep?.consecutiveFailures ?? 0,
    recovery: anew ? "undecided" : (previous?.recovery ?? "undecided"),
    recoveredAt: anew ? null : (previous?.recoveredAt ?? null),
    recoverySeconds: anew ? null : (previous?.recoverySeconds ?? null),
    restoringStepId: carries
      ? (previous?.restoringStepId ?? (step.kind === "restore-strategy" ? (previous?.stepId ?? null) : null))
      : progress.stepId,
    ...heldOf(facts),
    ...maintainedOf(facts, step),
    ...leftOf(facts, step),
    ...(previous?.notes === undefined ? {} : { notes: previous.notes }),
    ...(carries && previous?.finding !== undefined ? { finding: previous.finding } : {}),
    ...(carries && previous?.unjudged !== undefined ? { unjudged: previous.unjudged } : {}),
    verifiedAt: now,
  };
  return withLeft({ ...base, ...(step === undefined ? stop(`plan step ${progress.stepId} does not exist`) : decide(facts, step, base)) });
}

/** Whether the GitOps controller is held, by the last step that looked. */
function heldOf({ confirmation, previous }: VerificationFacts): Pick<Verification, "held"> {
  const held = confirmation?.held ?? previous?.held;
  return held === undefined ? {} : { held };
}

function decide(facts: VerificationFacts, step: PlanStep, base: Verification): Outcome {
  const { progress, workload } = facts;
  if (!facts.leaseRenewed) return stop("the lock was lost: another execution acts on this service");
  const byPerson = controlled(facts, step, base);
  if (byPerson !== null) return byPerson;
  if (progress.outcome === "would-apply") {
    return { verdict: "inconclusive", next: "observed", nextStepId: null, reason: `observe mode: would have applied ${step.id}` };
  }
  const plain = progress.outcome === "refused" ? plainRestore(facts.plan.steps, step) : undefined;
  if (plain !== undefined) {
    return { verdict: "fail", next: "next-step", nextStepId: plain.id, reason: `${step.id}: ${progress.reason}` };
  }
  const denied = progress.outcome === "refused" ? decisiveRefusal(facts, step, base) : null;
  if (denied !== null) return denied;
  if (step.action !== undefined && (progress.outcome === "refused" || isCleanUpInVain(facts, step, base))) {
    return failAction(facts, step, base, progress.reason);
  }
  if (step.kind === "restore-strategy" && progress.outcome === "refused") return strategyStays(facts, base);
  if (progress.outcome !== "applied" && progress.outcome !== "already-applied") {
    // whoever ends the pause by hand must know where it goes on to: nothing of it is touched any more
    const paused = stillPaused(facts, step);
    const reason = `${progress.reason}${halfDone(facts, step)}${paused}`;
    return paused === "" ? leave(facts, step, base, reason) : stop(reason);
  }
  if (workload === null) return stop(`the ${facts.blueprint.target.kind} no longer exists`);
  if (step.kind === "watch" && !isRestoring(step)) return watchOn(facts, step, workload, base);
  if (step.kind === "analyse") return analysed(facts, step, base);
  if (step.kind === "restore-strategy") return confirmStrategy(facts, workload, base);
  const handsOver = step.judged === false || following(facts, step)?.kind === "replace-pods";
  if (step.action === undefined && handsOver) return handOver(facts, step, workload, base);
  return step.action === undefined ? watch(facts, step, workload, base) : confirmAction(facts, step, workload, base);
}

/** Objects around the workload: who else writes them keeps nobody from taking the change back. The template has a guard of its own. */
const AROUND: readonly PlanStep["kind"][] = ["set-weights", "maintenance", "hold-autoscaler", "release-autoscaler"];

/** Somebody has written what was to be moved meanwhile, or tidied up after the proven recovery: that is theirs, and takes nothing back of it. */
function isCleanUpInVain({ progress }: VerificationFacts, step: PlanStep, { recovery }: Verification): boolean {
  return progress.outcome === "superseded" && !isRestoring(step) && (recovery === "recovered" || AROUND.includes(step.kind));
}

/** A person must know first that the configuration is of another release than the template by now. */
function halfDone({ plan }: VerificationFacts, { kind, target }: PlanStep): string {
  const hash = target?.releaseHash;
  if (kind !== "restore-template" || !hash) return "";
  const restored = plan.steps.flatMap(({ action, target: of }) =>
    of?.releaseHash === hash && action?.kind === "restore-config" ? action.configs : [],
  );
  if (restored.length === 0) return "";
  const names = restored.map((config) => `${config.kind} ${config.name}`).join(", ");
  return `; the earlier content of ${names} is back already, and the template that belongs to it is not`;
}

/** A pause of ours that could not be ended either way: until somebody ends it no rollout goes on. */
function stillPaused({ plan, previous, blueprint }: VerificationFacts, step: PlanStep): string {
  const before = plan.steps.find(({ id }) => id === previous?.stepId);
  if (before === undefined || plainRestore(plan.steps, before) !== step) return "";
  const { namespace, name } = blueprint.target;
  const is = before.kind === "resume" ? "is still paused" : "may have been paused by this run";
  return `; the Deployment ${is}: kubectl rollout resume deployment/${name} -n ${namespace} goes on towards ${step.target?.image}`;
}

/** The next step belongs to the same release, and is judged: it replaces the pods that the controller leaves, or brings the replicas back. */
function handOver(facts: VerificationFacts, step: PlanStep, workload: WorkloadState, base: Verification): Outcome {
  const superseded = whySuperseded(facts, step, workload);
  if (superseded !== null) return leave(facts, step, base, `superseded: ${superseded}`);
  if (workload.observedGeneration >= workload.generation && workload.templateHash !== null) {
    return { verdict: "inconclusive", next: "next-step", nextStepId: step.onPass, reason: `${step.id} is observed` };
  }
  const reason = `generation ${workload.generation} is not observed yet (${workload.observedGeneration})`;
  return Date.parse(facts.now) < Date.parse(facts.progress.deadlineAt) ? keepWatching(reason) : failStep(facts, step, reason);
}

function following({ plan }: VerificationFacts, { onPass }: PlanStep): PlanStep | undefined {
  return plan.steps.find(({ id }) => id === onPass);
}

/** An action is done when it is read back; one that restores is then watched like a restored release. */
function confirmAction(facts: VerificationFacts, step: PlanStep, workload: WorkloadState, base: Verification): Outcome {
  const { confirmation, progress, now } = facts;
  if (confirmation === null) return stop(`${step.id} was not read back`);
  const { verdict, reason } = (step.action?.kind === "watch-drift" ? driftOf(step.action, workload) : null) ?? confirmation;
  const worse = step.action?.kind === "pause-at-share" ? worseAlarms(facts.alarms, facts.assessment) : [];
  const decided = decisiveAnswer(facts, step, base, { verdict, reason });
  if (decided !== null) return decided;
  if (worse.length > 0) return failAction(facts, step, base, `worse while both versions run: ${worse.join(", ")}`);
  switch (verdict) {
    case "proven": {
      if (isRestoring(step)) return watch(facts, step, workload, base);
      if (step.kind === "resume-gitops") return { ...recovered(facts), verdict: "pass", next: "recovered", nextStepId: null, reason };
      const watchedSeconds = secondsBetween(progress.appliedAt, now);
      const lastingSeconds = step.action !== undefined && "seconds" in step.action ? step.action.seconds : 0;
      if (watchedSeconds < lastingSeconds) {
        return keepWatching(`${reason}, for ${inWords(watchedSeconds)} of ${lastingSeconds} s`);
      }
      return { ...afterAction(facts, step.onPass, base), verdict: carriedVerdict(facts, base), reason: reasonAfter(facts, base, reason) };
    }
    case "again":
      if (
        progress.attempt > MOST_REPEATS + workload.replicas ||
        secondsBetween(facts.actsSince ?? facts.assessment.assessedAt, now) > RUN_SECONDS
      )
        return failAction(facts, step, base, `${progress.attempt} times, and ${reason}`);
      return { verdict: "inconclusive", next: "next-step", nextStepId: step.id, reason };
    case "lost":
      return failAction(facts, step, base, reason);
    case "not-yet":
    case "inconclusive":
      if (Date.parse(now) < Date.parse(progress.deadlineAt)) return keepWatching(reason);
      return { ...failAction(facts, step, base, `${verdict} at the deadline: ${reason}`), verdict: "inconclusive" };
    default:
      return unreachable(verdict);
  }
}

/** A restored release that did not stay is no recovery, whatever its checks had said. */
function failAction(facts: VerificationFacts, step: PlanStep, base: Verification, reason: string): Outcome {
  const drift = step.action?.kind === "watch-drift" && facts.workload !== null ? driftOf(step.action, facts.workload) : null;
  const lost = step.action?.kind === "watch-drift" && (drift ?? facts.confirmation)?.verdict === "lost";
  const why = `${step.id}: ${reason}`;
  // Nothing is cleaned up after a release that did not stay.
  if (lost) return { verdict: "fail", next: "escalate", nextStepId: null, reason: why, recovery: "not-recovered" };
  const notes = base.recovery === "recovered" ? { notes: [...(base.notes ?? []), why] } : {};
  return { ...afterAction(facts, step.onFail, base), ...notes, verdict: "fail", reason: reasonAfter(facts, base, why) };
}

/** The run was given up before anything was proven, and gives back what is ours: why stays the first that people read. */
function isGivenUp({ progress }: VerificationFacts, { recovery, finding }: Verification): boolean {
  const givesBack = progress.stepId === RELEASED || progress.stepId === RELEASED_AFTER_FAILURE;
  return givesBack && recovery === "undecided" && finding !== undefined;
}

/** Cleaning up well makes nothing better that was not proven. */
function carriedVerdict(facts: VerificationFacts, base: Verification): Verification["verdict"] {
  const { previous } = facts;
  return base.recovery === "not-recovered" || (base.unjudged ?? []).length > 0 || isGivenUp(facts, base)
    ? (previous?.verdict ?? "inconclusive")
    : "pass";
}

/** What was found of the recovery stays the first that people read. */
function reasonAfter(facts: VerificationFacts, base: Verification, reason: string): string {
  const known = base.finding ?? facts.previous?.reason;
  return (base.recovery === "undecided" && !isGivenUp(facts, base)) || known === undefined ? reason : `${known}; ${reason}`;
}

/** What the restored release came to is what people must know first; that its strategy is not back comes after it. */
function strategyStays({ previous, progress }: VerificationFacts, { recovery }: Verification): Outcome {
  if (previous === null || recovery === "recovered") return stop(progress.reason);
  return { verdict: previous.verdict, next: "escalate", nextStepId: null, reason: `${previous.reason}; ${progress.reason}` };
}

function confirmStrategy(facts: VerificationFacts, workload: WorkloadState, base: Verification): Outcome {
  if (workload.stamps.savedStrategy !== null) return { ...stop(`the saved strategy is still on the ${workload.kind}`), verdict: "fail" };
  if (workload.stamps.paused === true) return { ...stop(`the pause of this run is still on the ${workload.kind}`), verdict: "fail" };
  const onlyStep = facts.plan.steps.length === 1;
  const { onPass } = facts.plan.steps[facts.progress.stepIndex] ?? { onPass: FINISH };
  if (onlyStep)
    return {
      ...recovered(facts),
      verdict: "pass",
      next: "recovered",
      nextStepId: null,
      reason: `the ${workload.kind}'s own strategy is back`,
    };
  if (base.recovery === "recovered")
    return {
      ...afterAction(facts, onPass, base),
      verdict: carriedVerdict(facts, base),
      reason: `${facts.previous?.reason ?? ""}; the ${workload.kind}'s own strategy is back`,
    };
  // Nobody could tell: that the strategy is back proves nothing either way.
  const verdict = facts.previous?.verdict === "inconclusive" ? "inconclusive" : "fail";
  return { verdict, next: "escalate", nextStepId: null, reason: facts.previous?.reason ?? "not recovered" };
}
