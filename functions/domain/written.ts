import { laneDocument, laneOf, servicesOf } from "./group/lane-document.ts";
import { currentWave } from "./group/turn.ts";
import { isLeft } from "./lanes.ts";
import type { PlanStep, PlanStepKind, RollbackDocument } from "./rollback-document.ts";

/** Kinds of steps that only look, or do something outside of the cluster. */
const NOT_WRITING: readonly PlanStepKind[] = ["watch", "analyse", "watch-drift", "invoke-hook"];

/** Does this step write to the cluster for the rollback's sake? A hook may be a Job, and that is none of the rollback's writes. */
export function isWriting({ id, kind }: Pick<PlanStep, "id" | "kind">): boolean {
  return !id.startsWith("hook-") && !NOT_WRITING.includes(kind);
}

/** May anything have been written to the cluster, as far as the document tells; of a group, for any member? A step that broke off may have written. */
export function mayHaveWritten(document: RollbackDocument): boolean {
  if (document.progress?.lanes === undefined) return wroteAlone(document);
  return servicesOf(document).some((service) => wroteAlone(ownDocument(document, service)));
}

/**
 * The document of one member, see `laneDocument`, with what broke off for this member alone as the failure. A run that broke off before the member's turn came
 * has not failed for it: that failure is left out.
 */
export function ownDocument(document: RollbackDocument, service: string): RollbackDocument {
  const lane = laneDocument(document, service);
  const broke = laneOf(document, "progress", service);
  if (isLeft(broke) && broke.left === "failed") return { ...lane, failure: { Error: "LaneFailed", Cause: broke.reason } };
  if (document.progress === undefined || broke !== undefined || currentWave(document).includes(service)) return lane;
  const { failure: _ofOthers, ...own } = lane;
  return own;
}

/** The document holds the last step alone: those before it were made, it may have been tried before, and the one after it may have broken off. */
function wroteAlone({ plan, progress, verification, failure }: RollbackDocument): boolean {
  if (plan === undefined) return false;
  if (progress === undefined) return failure !== undefined;
  const { stepId, stepIndex, outcome, attempt } = progress;
  const reached = outcome === "applied" || outcome === "already-applied" || attempt > 1 ? stepIndex + 1 : stepIndex;
  if (plan.steps.slice(0, reached).some(isWriting)) return true;
  const isThrough = verification?.stepId === stepId && (verification.next === "next-step" || verification.next === "next-target");
  const begun = failure !== undefined && isThrough ? plan.steps.find(({ id }) => id === verification.nextStepId) : undefined;
  return begun !== undefined && isWriting(begun);
}
