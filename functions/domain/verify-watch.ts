import { evaluateChecks, verdictOf } from "./checks.ts";
import { lookedSignal } from "./looks/check-look.ts";
import { alarmClearSeconds, CONVERGENCE_SECONDS } from "./plan/step-clocks.ts";
import type { CheckResult, PlanStep, Verification } from "./rollback-document.ts";
import { podsOf, rolloutPhase, whatLacks } from "./rollout.ts";
import { inWords, secondsBetween } from "./time.ts";
import { countFailure } from "./verify-failures.ts";
import { leave } from "./verify-left.ts";
import { withoutTraffic } from "./verify-maintained.ts";
import { failStep, keepWatching, type Outcome, onward, recovered, strategyStepOr, type VerificationFacts } from "./verify-outcome.ts";
import { type ExpectedWorkload, expectedOf, readyOf, restoredHash } from "./verify-step-target.ts";
import type { WorkloadState } from "./workload.ts";

/** Until the controller has made its first pod, the Deployment may still carry the condition of the stuck rollout that was replaced. */
const LEFTOVER_CONDITION_SECONDS = 10;
/** A quota says no at once; Nodes may be on their way. */
const NO_ROOM_SECONDS = { quota: 10, nodes: 30 };
/** Pods that take longer to go than this are not waited for: they get no new traffic. */
const LEAVING_SECONDS = 60;
/** Later than this no other way is tried towards the same release: a run has an end. */
export const RELAX_WITHIN_SECONDS = 300;
/** Is the service back? Converged, then stable for its time, then by every check and alarm. */
export function watch(facts: VerificationFacts, step: PlanStep, workload: WorkloadState, base: Verification): Outcome {
  const { blueprint, now } = facts;
  const expected = expectedOf(step, workload, facts.assessment.workload?.templateHash ?? null);
  const superseded = whySuperseded(facts, step, workload);
  if (superseded !== null) return leave(facts, step, base, `superseded: ${superseded}`);
  // Flagger scales its target to 0 by itself once the primary has the traffic: the signals tell.
  if (expected.replicas === 0 && workload.flagger !== "target")
    return leave(facts, step, base, `the ${workload.kind} was scaled to 0: nothing can be proven`);
  const unstable = whyUnstable(workload, expected);
  if (unstable !== null) return unconverged(facts, step, workload, base, unstable);
  const leaving = workload.terminating ?? 0;
  if (leaving > 0 && base.stableSince === null && secondsBetween(facts.progress.appliedAt, now) < LEAVING_SECONDS) {
    return { ...keepWatching(`${leaving} pods of the replaced release are still on their way out`), stableSince: null };
  }
  const stableSince = base.stableSince ?? now;
  const stableSeconds = secondsBetween(stableSince, now);
  const { stabilizationSeconds } = blueprint.verification;
  if (stableSeconds < stabilizationSeconds) {
    return { ...keepWatching(`stable for ${inWords(stableSeconds)} of ${stabilizationSeconds} s`), stableSince };
  }
  const looked = lookedSignal(blueprint, facts.trigger);
  const asked = evaluateChecks({
    blueprint,
    workload,
    expected,
    readings: facts.readings,
    incident: facts.assessment.signals,
    probes: facts.probes ?? [],
    alarms: facts.alarms,
    alarmsHadTime: stableSeconds >= alarmClearSeconds(blueprint),
    firedAlarm: facts.trigger.alarmName,
    ...(looked === undefined ? {} : { lookedSignal: looked }),
    changeAt: facts.assessment.change?.earliestAt ?? null,
    maintained: base.maintained === true,
  });
  const checks = [...(base.maintained === true ? withoutTraffic(asked, facts) : asked)];
  return { stableSince, checks, ...conclude(facts, step, checks, base) };
}

/** Somebody has written over what this step restored: their change is not ours to judge. */
export function whySuperseded({ assessment, plan }: VerificationFacts, step: PlanStep, workload: WorkloadState): string | null {
  const suspect = step.action?.kind === "resume" ? step.action.templateHash : null;
  // Our restart makes a revision of the same template, whose hash nobody knows beforehand.
  const restarts = plan.steps.some(({ action }) => action?.kind === "restore-config" && action.restart);
  const before = assessment.workload;
  const assessed = restarts ? null : (before?.templateHash ?? null);
  const restored = step.target === null ? (suspect ?? assessed) : restoredHash(step, workload, before?.templateHash ?? null);
  if (restored !== null && workload.templateHash !== null && workload.templateHash !== restored) {
    const ours = step.target === null ? "assessed" : "restored";
    return `the live template is ${workload.templateHash} (${workload.image}), not the ${ours} ${restored}`;
  }
  if (restarts && step.target === null && before !== null && workload.image !== before.image) {
    return `the live template is ${workload.templateHash} (${workload.image}), not the ${before.image} whose pods were started anew`;
  }
  if (step.replicas === null || workload.replicas === step.replicas) return null;
  return `${workload.replicas} replicas are set, not the restored ${step.replicas}`;
}

/** A service that was stable and has most of its pods gets until the deadline: one pod that restarts is no reason to go back to an older release. */
function unconverged(facts: VerificationFacts, step: PlanStep, workload: WorkloadState, base: Verification, reason: string): Outcome {
  const { progress, now } = facts;
  const seconds = secondsBetween(progress.appliedAt, now);
  const mostlyReady = 2 * podsOf(workload, workload.templateHash).ready >= workload.replicas;
  const wasStable = mostlyReady && (base.stableSince !== null || base.checks.length > 0);
  const convergenceSeconds = Math.max(CONVERGENCE_SECONDS, workload.progressDeadlineSeconds);
  const lack = whatLacks(workload);
  const inTime = lack !== null && seconds >= NO_ROOM_SECONDS[lack.what] && seconds <= RELAX_WITHIN_SECONDS;
  const relaxed = inTime ? relaxStep(facts, step) : undefined;
  if (lack !== null && relaxed !== undefined) {
    return { verdict: "fail", next: "next-step", nextStepId: relaxed.id, reason: `no room: ${lack.reason}`, stableSince: null };
  }
  const overdue = Date.parse(now) >= Date.parse(progress.deadlineAt) || (!wasStable && seconds > convergenceSeconds);
  const gaveUp = rolloutPhase(workload).phase === "failed" && seconds >= LEFTOVER_CONDITION_SECONDS;
  if (overdue || gaveUp) {
    if (lack === null) return { ...failStep(facts, step, `not converged: ${reason}`), stableSince: null };
    const why = `not converged, and not for the release's fault: ${reason}${reason.includes(lack.reason) ? "" : ` (${lack.reason})`}`;
    return {
      ...onward(facts, strategyStepOr(facts), "escalate"),
      verdict: "fail",
      reason: why,
      recovery: "not-recovered",
      stableSince: null,
    };
  }
  return { ...keepWatching(`${wasStable ? "not stable any more" : "converging"}: ${reason}`), stableSince: null };
}

function conclude(facts: VerificationFacts, step: PlanStep, checks: readonly CheckResult[], base: Verification): Outcome {
  const { blueprint, progress, now } = facts;
  const verdict = verdictOf(checks, blueprint.rollback.triggerOnCriticalFailure);
  const open = checks
    .filter((check) => check.verdict !== "pass")
    .map((check) => `${check.check} ${check.verdict}: expected ${check.expected}, is ${check.actual}`);
  if (verdict === "pass") {
    const passed = checks.filter((check) => check.verdict === "pass").length;
    const reason = [`${passed} of ${checks.length} checks pass`, ...open].join("; ");
    return {
      ...recovered(facts),
      ...onward(facts, step.onPass, "recovered"),
      verdict,
      reason,
      finding: reason,
      consecutiveFailures: 0,
    };
  }
  if (verdict === "fail") {
    const { isNew, counted } = countFailure(facts, base, checks);
    if (isNew && counted.consecutiveFailures >= blueprint.verification.phases.health.consecutiveFailures)
      return { ...failStep(facts, step, open.join("; ")), ...counted };
    // the same values once more are no second verdict
    return { ...keepWatching(`failing, looking once more: ${open.join("; ")}`), verdict: isNew ? verdict : "inconclusive", ...counted };
  }
  if (Date.parse(now) < Date.parse(progress.deadlineAt))
    return { ...keepWatching(`no verdict yet: ${open.join("; ")}`), consecutiveFailures: 0 };
  const reason = `inconclusive at the deadline: ${open.join("; ")}`;
  const label = step.onInconclusive ?? strategyStepOr(facts);
  return { ...onward(facts, label, "escalate"), verdict, reason, finding: reason, recovery: "not-recovered" };
}

/** Why the workload is not what the step is to come to; null when it is. */
export function whyUnstable(workload: WorkloadState, expected: ExpectedWorkload): string | null {
  const phase = rolloutPhase(workload);
  const { replicaFailure } = workload.status;
  if (phase.phase !== "complete") return `${phase.reason}${replicaFailure === null ? "" : ` (${replicaFailure})`}`;
  const ready = readyOf(workload, expected);
  if (ready < expected.replicas) return `${ready} of ${expected.replicas} pods are ready`;
  return null;
}

/** The step that goes on without surge towards the same release; undefined when the plan has none, or this is it. */
function relaxStep({ plan }: VerificationFacts, step: PlanStep): PlanStep | undefined {
  if (step.kind === "relax-rollout" || step.target === null) return undefined;
  return plan.steps.find(({ kind, target }) => kind === "relax-rollout" && target?.templateHash === step.target?.templateHash);
}
