import type { IncidentMember } from "../incident.ts";
import type { Outcome, RollbackDocument } from "../rollback-document.ts";
import { inWords } from "../time.ts";
import { memberEnds } from "./member-ends.ts";

/** How a group's incident ended, in one sentence; null where one of a service alone is as good: without a group, or when no member's turn came. */
export function summariseGroup(document: RollbackDocument, outcome: Outcome): string | null {
  const { trigger, opening, verification, plan } = document;
  const group = opening?.group?.name;
  if (group === undefined || verification === undefined || !plan?.waves?.length) return null;
  const of = `${trigger.service}: group ${group}`;
  switch (outcome) {
    case "recovered":
      return `${of} recovered ${inWords(verification.recoverySeconds ?? 0)} after the onset`;
    case "observed":
      return `${of}: observe mode, nothing was written`;
    case "not-recovered":
      return `${of} did not recover: ${verification.reason}`;
    case "escalated":
      return `${of} needs a human: ${verification.reason}`;
    default:
      return null;
  }
}

/** `2 of 3 members of group shop restored: db to demo/db:v1, ...; failed: cart (...); skipped: search (...)`; empty for a service alone, or when no member's turn came. */
export function membersInWords(document: RollbackDocument): string {
  const ends = Object.entries(memberEnds(document) ?? {});
  if (ends.length === 0 || !document.plan?.waves?.length) return "";
  const named = (state: IncidentMember["state"]) => {
    const some = ends.filter(([, end]) => end.state === state).map(([service, { reason }]) => `${service} (${reason})`);
    return some.length === 0 ? "" : `; ${state}: ${some.join(", ")}`;
  };
  const restored = ends.filter(([, { state }]) => state === "restored").map(([service, { target }]) => `${service} to ${target}`);
  const who = restored.length === 0 ? "" : `: ${restored.join(", ")}`;
  return `${restored.length} of ${ends.length} members of group ${document.opening?.group?.name} restored${who}${named("failed")}${named("planned")}${named("skipped")}`;
}
