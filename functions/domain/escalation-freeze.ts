import { type EscalationFacts, isUrgent, situationsOf } from "./escalation-situation.ts";
import type { Freeze } from "./governance.ts";
import type { Group } from "./rollback-policy.ts";
import { secondsAfter } from "./time.ts";

/**
 * No releases after what calls at once; null otherwise. Seed 003 freezes everything: here that is kept for a critical security breach, since a delivery that
 * stands still for one service's failed rollback is an outage too (docs/decisions/0020). A rollback is never denied by a freeze.
 */
export function freezeAfter(facts: EscalationFacts, group: Group | null, freezeSeconds: number): Freeze | null {
  const situations = situationsOf(facts);
  if (!isUrgent(situations)) return null;
  const breach = situations.includes("security-breach");
  const all = breach && facts.severity === "critical";
  const scope = all ? "all" : group === null ? "service" : "group";
  return {
    scope,
    name: scope === "all" ? null : scope === "group" ? (group?.name ?? null) : facts.service,
    since: facts.now,
    until: secondsAfter(facts.now, freezeSeconds),
    reason: `${situations.map((situation) => situation.replaceAll("-", " ")).join(", ")}: ${facts.summary}`,
    by: "rollguard",
    incidentId: facts.incidentId,
    security: breach,
  };
}
