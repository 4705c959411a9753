import type { EscalationNotice, EscalationTier } from "./escalation.ts";
import { dueWithin, toldOnce, topicOf, urgencyOf } from "./escalation-notices.ts";
import type { TimelineEvent } from "./incident.ts";
import { isRestoring } from "./plan-steps.ts";
import type { Plan, Progress } from "./rollback-document.ts";
import type { RollbackPolicy, StrategyClocks } from "./rollback-policy.ts";
import { inWords, secondsAfter, secondsBetween } from "./time.ts";
import type { Verification } from "./verification.ts";
import { isWriting } from "./written.ts";

/** What VerifyStep knows when it has looked. */
export interface PaceFacts {
  readonly incidentId: string;
  readonly service: string;
  readonly plan: Plan;
  readonly progress: Progress;
  /** The look before this one; null at the first. */
  readonly previous: Verification | null;
  readonly result: Verification;
  /** Since when the plan may be carried out. */
  readonly mayActSince: string;
  readonly policy: RollbackPolicy;
  readonly serviceTopicArn: string | null;
}

/** What a late rollback leaves: a line of the timeline, and calls. Both have ids made of the deadline, so that a repetition says nothing twice. */
export interface Late {
  readonly event: TimelineEvent;
  readonly notices: readonly EscalationNotice[];
}

/** When this run wrote to the cluster for the first time; null while it has not. */
export function firstWriteAt(plan: Plan, progress: Progress, previous: Verification | null): string | null {
  if (previous?.firstWriteAt) return previous.firstWriteAt;
  const step = plan.steps[progress.stepIndex];
  if (step === undefined || !isWriting(step)) return null;
  return progress.outcome === "applied" || progress.outcome === "already-applied" ? progress.appliedAt : null;
}

/**
 * Whom a run calls that takes too long, at the one look that passes the deadline. It goes on all the same: a plan that is stopped half-way is worse than a slow
 * one. Nobody is called for what is over: the end of the incident says more.
 */
export function lateness(facts: PaceFacts): readonly Late[] {
  const { result } = facts;
  if (result.next === "recovered" || result.next === "escalate" || result.next === "observed" || result.recovery === "recovered") return [];
  return [...timedOut(facts), ...slowWrite(facts)];
}

/** `rollback_timeout`: the whole rollback, from its first write. On-call and devops at once, product and the post-mortem in their time. */
function timedOut(facts: PaceFacts): readonly Late[] {
  const { plan, progress, policy, service, result } = facts;
  const since = result.firstWriteAt ?? null;
  if (since === null) return [];
  const limitSeconds = policy.clocks.rollbackTimeoutSeconds;
  const deadline = secondsAfter(since, limitSeconds);
  if (!passes(facts, deadline)) return [];
  const where = `step ${progress.stepId} (${progress.stepIndex + 1} of ${plan.steps.length}), ${result.reason}`;
  const message = `${service}: the rollback (${plan.strategy}) is not done ${inWords(secondsBetween(since, result.verifiedAt))} after its first write at ${since}, the limit is ${inWords(limitSeconds)}: ${where}. It goes on`;
  return [late(facts, deadline, "rollback_timeout", message, ["on-call", "devops", "product", "post-mortem"])];
}

/** The write that takes the change back, from the moment at which the plan might be carried out. */
function slowWrite(facts: PaceFacts): readonly Late[] {
  const { plan, progress, policy, service, mayActSince, result } = facts;
  const limitSeconds = writeClock(plan, policy.clocks);
  if (limitSeconds === null || progress.outcome === "paused") return [];
  const deadline = secondsAfter(mayActSince, limitSeconds);
  if (!passes(facts, deadline)) return [];
  const step = plan.steps[progress.stepIndex];
  const acted = progress.outcome === "applied" || progress.outcome === "already-applied";
  const inTime = step !== undefined && isRestoring(step) && acted && Date.parse(progress.appliedAt) <= Date.parse(deadline);
  if (inTime || plan.steps.slice(0, progress.stepIndex).some(isRestoring)) return [];
  const so = inWords(secondsBetween(mayActSince, result.verifiedAt));
  const message = `${service}: slow progress: the strategy ${plan.strategy} was to have its write read back within ${inWords(limitSeconds)}, and after ${so} it is at step ${progress.stepId}, ${progress.outcome}. It goes on`;
  return [late(facts, deadline, "slow_progress", message, ["devops"])];
}

/** Gradual and canary watch before they write: their steps have deadlines of their own. */
function writeClock({ strategy }: Plan, clocks: StrategyClocks): number | null {
  if (strategy === "immediate") return clocks.immediateSeconds;
  return strategy === "fast" ? clocks.fastSeconds : null;
}

/** Is this the first look after the deadline? A look that is repeated after a failure has the same one before it, and says the same. */
function passes({ previous, result }: PaceFacts, deadline: string): boolean {
  const at = Date.parse(deadline);
  return Date.parse(result.verifiedAt) >= at && (previous === null || Date.parse(previous.verifiedAt) < at);
}

const AT_ONCE: readonly EscalationTier[] = ["on-call", "devops"];

function late(facts: PaceFacts, deadline: string, type: string, message: string, tiers: readonly EscalationTier[]): Late {
  const { incidentId, service, policy, serviceTopicArn, result } = facts;
  const at = result.verifiedAt;
  const { productSeconds, postMortemSeconds } = policy.escalation;
  return {
    event: {
      id: `${deadline}#VerifyStep#${type}`,
      at,
      type,
      message,
      urgency: "quiet",
      data: { stepId: result.stepId, deadline },
    },
    notices: toldOnce(
      tiers.map(
        (tier): EscalationNotice => ({
          incidentId,
          service,
          tier,
          dueAt: AT_ONCE.includes(tier) ? deadline : dueWithin(deadline, tier === "product" ? productSeconds : postMortemSeconds),
          topicArn: topicOf(tier, policy.escalation, serviceTopicArn),
          urgency: urgencyOf(tier),
          message: `${message}. Watch: rollguard show ${incidentId}. Silence what follows: rollguard ack ${incidentId} --reason "..."`,
          state: "pending",
          settledAt: null,
          settledBy: null,
          settledReason: null,
        }),
      ),
      at,
    ),
  };
}
