import { lastLookAtMember } from "../group/last-look.ts";
import type { IncidentAlarm } from "../incident.ts";
import type { Outcome, RollbackDocument } from "../rollback-document.ts";
import { secondsBetween } from "../time.ts";
import { mayHaveWritten } from "../written.ts";

/** How it ended, by the slices alone; a missing slice is an error. */
export function outcomeOf({ failure, assessment, plan, approval, verification }: RollbackDocument): Outcome {
  // The state that waits for an approval ends by itself long after the approval's own deadline: then nobody answered, and nothing broke.
  const unanswered = failure?.Error === "States.Timeout" && isUnapproved({ plan, approval });
  if (failure !== undefined && !unanswered) return "error";
  if (assessment === undefined) return "error";
  if (assessment.decision === "stand-down") return "stand-down";
  if (assessment.decision !== "roll-back" || plan === undefined || plan.mode === "none") return "escalated";
  if (approval?.state === "denied") return "denied";
  if (approval !== undefined && approval.state !== "approved") return "escalated";
  if (verification?.next === "observed") return "observed";
  if (verification?.next === "recovered") return "recovered";
  return verification?.recovery === "not-recovered" ? "not-recovered" : "escalated";
}

/** Outcomes after which nobody would look again. */
export function allIsWell(outcome: Outcome): boolean {
  return outcome === "recovered" || outcome === "stand-down";
}

/** Transitions are known to the second, so one in the second of the last look may have been missed by it. Each member of a group has its own last look. */
export function unseenAlarms(document: RollbackDocument, outcome: Outcome, joined: readonly IncidentAlarm[]): readonly string[] {
  const { assessment, verification } = document;
  const lastLookAt = (alarmName: string) =>
    lastLookAtMember(document, alarmName) ?? (outcome === "recovered" ? verification?.recoveredAt : assessment?.assessedAt);
  const isUnseen = ({ alarmName, at }: IncidentAlarm) => {
    const lookedAt = lastLookAt(alarmName);
    return lookedAt ? secondsBetween(lookedAt, at) > -1 : false;
  };
  return joined.filter(isUnseen).map(({ alarmName }) => alarmName);
}

/**
 * Was every release that was tried as bad as the one it replaced? Seed 002: then nothing more is tried, and the service stays on what protects it best. A
 * restored release that could not run for want of room, or of which nobody could tell, is not called bad.
 */
export function areBothBad({ assessment, verification }: RollbackDocument, outcome: Outcome): boolean {
  const kind = assessment?.change?.kind;
  if (outcome !== "not-recovered" || verification?.verdict !== "fail" || (kind !== "deploy" && kind !== "config")) return false;
  return (
    verification.reason.startsWith("not converged: ") || verification.checks.some(({ verdict, critical }) => verdict === "fail" && critical)
  );
}

/** `unproven`: something was or may have been written to take a change back, and no recovery was proven. */
export function rollbackOf(document: RollbackDocument): "not-begun" | "proven" | "unproven" {
  const { plan, verification, assessment } = document;
  const kind = assessment?.change?.kind;
  if (plan?.mode !== "act" || kind === "held" || kind === "leftover") return "not-begun";
  if (isUnapproved(document)) return "not-begun";
  if (verification?.recovery === "recovered") return "proven";
  return mayHaveWritten(document) ? "unproven" : "not-begun";
}

/** A plan that nobody has approved was never begun. */
export function isUnapproved({ plan, approval }: Pick<RollbackDocument, "plan" | "approval">): boolean {
  return plan?.governance.verdict === "needs-approval" && approval?.state !== "approved";
}
