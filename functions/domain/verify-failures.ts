import { watchedPeriodSeconds } from "./alarms/signal-rule.ts";
import type { CheckResult, Verification } from "./rollback-document.ts";
import { secondsBetween } from "./time.ts";
import type { VerificationFacts } from "./verify-outcome.ts";

/** A failed look as it counts: the same values seen twice are one failure. */
export interface CountedFailure {
  readonly isNew: boolean;
  readonly counted: Pick<Verification, "consecutiveFailures" | "failedAt">;
}

/**
 * Counts a failed look only once new values can have come since the last one that counted, and at the deadline at the latest. `results`: all of the look.
 * The shortest of what failed tells how long that takes: two things that fail are not waited for longer than one.
 */
export function countFailure(facts: VerificationFacts, base: Verification, results: readonly CheckResult[]): CountedFailure {
  const { progress, previous, now } = facts;
  const failedAt = base.consecutiveFailures > 0 && previous?.stepId === progress.stepId ? previous.failedAt : undefined;
  const isNew =
    failedAt === undefined ||
    secondsBetween(failedAt, now) >= freshSeconds(facts, results) ||
    Date.parse(now) >= Date.parse(progress.deadlineAt);
  if (!isNew) return { isNew, counted: { consecutiveFailures: base.consecutiveFailures, failedAt } };
  return { isNew, counted: { consecutiveFailures: base.consecutiveFailures + 1, failedAt: now } };
}

/** A pause between two looks, or the period of the signal that failed. A service that is stable after less than such a pause is not made to wait for one. */
function freshSeconds({ blueprint }: VerificationFacts, results: readonly CheckResult[]): number {
  const { stabilizationSeconds, phases } = blueprint.verification;
  const pauseSeconds = Math.min(phases.health.intervalSeconds, stabilizationSeconds);
  const decisive = results.filter(
    ({ verdict, critical, rollbackTrigger }) =>
      verdict === "fail" && (rollbackTrigger || (critical && blueprint.rollback.triggerOnCriticalFailure)),
  );
  const periods = decisive.map(({ measured }) => (measured === undefined ? 0 : periodSeconds(blueprint, measured.signal)));
  return Math.max(pauseSeconds, periods.length === 0 ? 0 : Math.min(...periods));
}

/** Of the signal's alarms the shortest, as it is read; without one, what it comes in. */
function periodSeconds({ triggers, signals }: VerificationFacts["blueprint"], signal: string): number {
  return watchedPeriodSeconds(triggers, signal, null) ?? signals.find(({ name }) => name === signal)?.resolutionSeconds ?? 0;
}
