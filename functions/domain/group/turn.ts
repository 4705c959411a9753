import { isLeft } from "../lanes.ts";
import type { Progress, RollbackDocument, Verification } from "../rollback-document.ts";
import { laneOf, leftOf } from "./lane-document.ts";

/** Has the member come to its end, well or not? */
export function isOver(document: RollbackDocument, service: string): boolean {
  const next = verificationOf(document, service)?.next;
  return leftOf(document, service) !== null || next === "recovered" || next === "escalate" || next === "observed";
}

/** Members of the first wave that is not through; none at the end. */
export function currentWave(document: RollbackDocument): readonly string[] {
  return document.plan?.waves?.find((wave) => wave.some((service) => !isOver(document, service))) ?? [];
}

/** Is it ExecuteStep's turn? Whose step could not be looked at is looked at again first. */
export function needsStep(document: RollbackDocument, service: string): boolean {
  if (isOver(document, service) || document.verification?.again?.[service] !== undefined) return false;
  if (document.progress?.again?.[service] !== undefined) return true;
  const next = verificationOf(document, service)?.next;
  return next === undefined || next === "next-step" || next === "next-target";
}

/** Is it VerifyStep's turn? Not where the step was not made. */
export function needsLook(document: RollbackDocument, service: string): boolean {
  const isDone = progressOf(document, service) !== null && document.progress?.again?.[service] === undefined;
  return isDone && !isOver(document, service);
}

/** The member's last step; null while it has none. */
export function progressOf(document: RollbackDocument, service: string): Progress | null {
  const lane = laneOf(document, "progress", service);
  return lane === undefined || isLeft(lane) ? null : lane;
}

/** The last look at it; null while there was none. */
export function verificationOf(document: RollbackDocument, service: string): Verification | null {
  const lane = laneOf(document, "verification", service);
  return lane === undefined || isLeft(lane) ? null : lane;
}
