import { improvementChecks } from "./check-improvement.ts";
import { evaluateChecks, verdictOf } from "./checks.ts";
import { lookedSignal } from "./looks/check-look.ts";
import type { CheckResult, PlanStep, Verification } from "./rollback-document.ts";
import { podsOf } from "./rollout.ts";
import { inWords, isBefore, secondsBetween } from "./time.ts";
import { countFailure } from "./verify-failures.ts";
import { leave } from "./verify-left.ts";
import { afterAction, failStep, keepWatching, type Outcome, stop, told, unproven, type VerificationFacts } from "./verify-outcome.ts";
import { worseAlarms } from "./verify-share.ts";
import { expectedOf } from "./verify-step-target.ts";
import { whySuperseded, whyUnstable } from "./verify-watch.ts";
import type { WorkloadState } from "./workload.ts";

type Phase = "performance" | "business";

/**
 * A step that only watches. Without a phase the alarms alone are asked, until its time is over. With one its checks are asked on each look: two failed
 * looks in a row fail it, and where data is missing at the end it gets its time once more.
 */
export function watchOn(facts: VerificationFacts, step: PlanStep, workload: WorkloadState, base: Verification): Outcome {
  if (step.action?.kind !== "watch") return stop(`${step.id} does not say how long`);
  const restored = facts.plan.steps.find(({ id }) => id === base.restoringStepId);
  const superseded = restored === undefined ? null : whySuperseded(facts, restored, workload);
  if (superseded !== null) return leave(facts, step, base, `superseded: ${superseded}`);
  const worse = turnedRed(facts, base);
  if (worse.length > 0) return gotWorse(facts, step, base, `turned red in the watch: ${worse.join(", ")}`);
  const watched = secondsBetween(facts.progress.appliedAt, facts.now);
  const { seconds } = step.action;
  if (step.phase === "performance" || step.phase === "business") {
    const lookedAt = { step, phase: step.phase, seconds, watched };
    return conclude(facts, lookedAt, base, look(facts, step.phase, restored, workload));
  }
  if (watched < seconds) return keepWatching(`no alarm turned red in ${inWords(watched)} of ${seconds} s`);
  return { ...afterAction(facts, step.onPass, base), verdict: "pass", reason: told(base, `no alarm turned red in ${seconds} s`).reason };
}

/** Red now, and not since before the step (or the recovery that it looks at): it got worse. */
function turnedRed({ alarms, assessment, progress }: VerificationFacts, { recoveredAt }: Verification): readonly string[] {
  const from = recoveredAt ?? progress.appliedAt;
  const since = alarms.filter(({ state, since: at }) => state === "ALARM" && at !== undefined && !isBefore(at, from) && Date.parse(at) > 0);
  const older = new Set(alarms.filter(({ since: at }) => isBefore(at, from)).map(({ alarmName }) => alarmName));
  const fresh = worseAlarms(alarms, assessment).filter((name) => recoveredAt === null || !older.has(name));
  return [...new Set([...since.map(({ alarmName }) => alarmName), ...fresh])];
}

function gotWorse(facts: VerificationFacts, step: PlanStep, base: Verification, reason: string): Outcome {
  const label = step.onWorse ?? step.onFail;
  const why = `${step.id}: ${reason}`;
  if (base.recovery === "undecided") return { ...afterAction(facts, label, base), verdict: "fail", reason: why };
  return { ...failStep(facts, { ...step, onFail: label }, why), recoveredAt: null, recoverySeconds: null };
}

/** All checks of the phase, and whether what had breached became better. Pods that are not ready say more than any signal. */
function look(facts: VerificationFacts, phase: Phase, restored: PlanStep | undefined, workload: WorkloadState): readonly CheckResult[] {
  const { blueprint, assessment, trigger, readings } = facts;
  const expected =
    restored === undefined
      ? { templateHash: workload.templateHash, replicas: workload.replicas }
      : expectedOf(restored, workload, assessment.workload?.templateHash ?? null);
  const unstable = whyUnstable(workload, expected);
  const lost = 2 * podsOf(workload, workload.templateHash).ready < workload.replicas;
  const pods: readonly CheckResult[] =
    unstable === null
      ? []
      : [
          {
            check: "pods stay ready",
            expected: `${expected.replicas}`,
            actual: unstable,
            verdict: lost ? "fail" : "inconclusive",
            critical: true,
            rollbackTrigger: true,
            degradation: null,
            improvement: null,
          },
        ];
  const checks = evaluateChecks(
    {
      blueprint,
      workload,
      expected,
      readings,
      probes: facts.probes ?? [],
      incident: assessment.signals,
      alarms: [],
      alarmsHadTime: true,
    },
    phase,
  );
  const looked = lookedSignal(blueprint, trigger);
  const improved = improvementChecks(phase, {
    blueprint,
    assessment,
    firedAlarm: trigger.alarmName,
    ...(looked === undefined ? {} : { lookedSignal: looked }),
    readings,
  });
  return [...pods, ...checks, ...improved].map((check) => ({ ...check, phase }));
}

interface Watched {
  readonly step: PlanStep;
  readonly phase: Phase;
  readonly seconds: number;
  readonly watched: number;
}

function conclude(
  facts: VerificationFacts,
  { step, phase, seconds, watched }: Watched,
  base: Verification,
  results: readonly CheckResult[],
): Outcome {
  const { blueprint } = facts;
  const verdict = verdictOf(results, blueprint.rollback.triggerOnCriticalFailure);
  const checks = [...base.checks.filter((check) => check.phase !== phase), ...results];
  const open = results
    .filter((check) => check.verdict !== "pass")
    .map((check) => `${check.check} ${check.verdict}: expected ${check.expected}, is ${check.actual}`);
  const passed = results.length - open.length;
  const figures = [`${phase}: ${passed} of ${results.length} checks pass`, ...open].join("; ");
  if (verdict === "fail") {
    const { isNew, counted } = countFailure(facts, base, results);
    if (!isNew || counted.consecutiveFailures < blueprint.verification.phases.health.consecutiveFailures) {
      // the same values once more are no second verdict
      const look = isNew ? verdict : "inconclusive";
      return { ...keepWatching(`failing, looking once more: ${figures}`), verdict: look, checks, ...counted };
    }
    return { ...failStep(facts, step, figures), checks, ...counted, recoveredAt: null, recoverySeconds: null };
  }
  if (watched < seconds) return { ...keepWatching(`${inWords(watched)} of ${seconds} s: ${figures}`), checks, consecutiveFailures: 0 };
  if (verdict === "pass") {
    return { ...afterAction(facts, step.onPass, base), verdict, ...told(base, figures), checks, consecutiveFailures: 0 };
  }
  if (watched < 2 * seconds) return { ...keepWatching(`${phase} gets more time: ${figures}`), checks, consecutiveFailures: 0 };
  return { ...unproven(facts, step, base, { what: phase, why: figures }), checks, consecutiveFailures: 0 };
}
