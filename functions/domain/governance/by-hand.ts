import type { RollbackTrigger } from "../rollback-document.ts";

type Trigger = Pick<RollbackTrigger, "kind" | "request">;

/** A person decided already, here or when the run was started whose leftovers are mended. */
export function isByHand({ kind }: Trigger): boolean {
  return kind === "manual" || kind === "mend" || kind === "resume";
}

/** The person named where to go, and knows that rules speak against it: an image, an incident that is undone, a release with `acceptRisk`. */
export function namesTarget({ kind, request }: Trigger): boolean {
  if (kind !== "manual" || request === undefined) return false;
  return request.toImage !== undefined || request.undoes !== undefined || (request.to !== undefined && request.acceptRisk === true);
}

/** What a passing check says where it would have failed without the person. */
export function decidedByHand(observed: string, { kind }: Trigger): string {
  return `${observed}; passed: ${kind === "manual" ? "asked for by hand" : `part of a ${kind}`}`;
}
