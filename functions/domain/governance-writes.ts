import type { Blueprint } from "./blueprint.ts";
import { isByHand } from "./governance/by-hand.ts";
import { ledTo, leftBehind } from "./governance/release-key.ts";
import type { Freeze, GovernanceWrites, PastRollback, ReserveLimits } from "./governance.ts";
import type { Plan, RollbackDocument } from "./rollback-document.ts";
import { later, secondsAfter } from "./time.ts";
import { mayHaveWritten } from "./written.ts";

/**
 * What the end of an incident leaves for the rules of the next one; null when that is nothing. `grave` is the freeze that the incident's gravity asks for,
 * whatever was done about it.
 */
export function governanceWrites(document: RollbackDocument, now: string, grave: Freeze | null): GovernanceWrites | null {
  const { plan, opening, assessment } = document;
  const blueprint = opening?.blueprint ?? null;
  const nothingDone = { rollback: null, approved: false, freezes: grave === null ? [] : [grave] };
  // SelectStrategy may have reserved, and broken after that
  if (plan === undefined) return grave !== null || assessment?.decision === "roll-back" ? nothingDone : null;
  if (blueprint === null || !isCounted(document)) return grave === null ? null : nothingDone;
  if (!hasWritten(document)) return nothingDone;
  const approval = document.approval?.state === "approved" ? document.approval : null;
  const outcome = document.verification?.recovery === "recovered" ? "recovered" : "failed";
  const undoes = document.trigger.request?.undoes !== undefined;
  const urgent = plan.strategy === "immediate" && !undoes ? freezeAfter(document, blueprint, now) : null;
  return {
    rollback: { ...beginning(document, approval?.decidedAt ?? plan.governance.at ?? opening?.openedAt ?? now), outcome },
    approved: approval !== null,
    freezes: merged(grave, urgent),
  };
}

/** One freeze an incident and scope: the stricter of two. */
function merged(grave: Freeze | null, urgent: Freeze | null): readonly Freeze[] {
  if (grave === null || urgent === null) return [grave ?? urgent].flatMap((freeze) => freeze ?? []);
  if (grave.scope !== urgent.scope || grave.name !== urgent.name) return [grave, urgent];
  return [{ ...grave, until: later(grave.until, urgent.until), security: grave.security || urgent.security }];
}

/** What SelectStrategy reserves for a plan that is carried out at once; null when it takes no release back, or nobody carries it out yet. */
export function reservationFor(
  document: Pick<RollbackDocument, "incidentId" | "trigger" | "assessment">,
  plan: Plan,
  blueprint: Blueprint,
  at: string,
): { readonly rollback: PastRollback; readonly limits: ReserveLimits | null } | null {
  if (plan.mode !== "act" || plan.governance.verdict !== "allowed" || !isCounted({ ...document, plan })) return null;
  const { maxPerHour, maxPerHourAll } = blueprint.policy.governance;
  return { rollback: beginning({ ...document, plan }, at), limits: isByHand(document.trigger) ? null : { maxPerHour, maxPerHourAll } };
}

type Begun = Pick<RollbackDocument, "incidentId" | "trigger" | "assessment" | "plan">;

/** Mending what a killed run left and giving a hold back are no rollbacks. */
function isCounted({ plan, assessment }: Begun): boolean {
  const kind = assessment?.change?.kind;
  return plan?.mode === "act" && kind !== "leftover" && kind !== "held";
}

function beginning({ incidentId, trigger, assessment, plan }: Begun, at: string): PastRollback {
  const change = assessment?.change;
  return { incidentId, service: trigger.service, at, outcome: "open", from: leftBehind(change), to: ledTo(change, plan?.steps ?? []) };
}

/** Was the plan carried out, and anything written by it? */
function hasWritten(document: RollbackDocument): boolean {
  const mayAct = document.plan?.governance.verdict === "allowed" || document.approval?.state === "approved";
  return mayAct && mayHaveWritten(document);
}

function freezeAfter({ trigger, assessment, incidentId }: RollbackDocument, { policy, service }: Blueprint, now: string): Freeze {
  const { group, clocks } = policy;
  return {
    ...(group === null ? { scope: "service", name: service } : { scope: "group", name: group.name }),
    since: now,
    until: secondsAfter(now, clocks.freezeSeconds),
    reason: `immediate rollback of ${trigger.service}`,
    by: "rollguard",
    incidentId,
    security: assessment?.classes.includes("security") ?? false,
  };
}
