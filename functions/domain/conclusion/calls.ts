import { acknowledgedNotice, type EscalationNotice } from "../escalation.ts";
import { freezeAfter } from "../escalation-freeze.ts";
import { escalationsFor } from "../escalation-notices.ts";
import { type EscalationFacts, isOnlyWatched } from "../escalation-situation.ts";
import type { Freeze } from "../governance.ts";
import type { IncidentMeta, TimelineEvent } from "../incident.ts";
import type { RollbackDocument } from "../rollback-document.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../rollback-policy.ts";
import { inWords, secondsBetween } from "../time.ts";
import { rollbackOf } from "./outcome.ts";

/** Who acknowledges what a recovery makes needless. */
const RECOVERY = "recovery";
/** A recovery answers neither: what was learned is still to be written down, and a breach is one all the same. */
const BEYOND_RECOVERY: readonly EscalationNotice["tier"][] = ["post-mortem", "security"];

/** What the end calls, silences and freezes. */
export interface Calls {
  readonly escalations: readonly EscalationNotice[];
  readonly freeze: Freeze | null;
}

/** `called` are the notices that the run itself has left so far. */
export function callsOf(document: RollbackDocument, meta: IncidentMeta, event: TimelineEvent, called: readonly EscalationNotice[]): Calls {
  const blueprint = document.opening?.blueprint ?? null;
  if (isOnlyWatched(blueprint)) return { escalations: [], freeze: null };
  const policy = blueprint?.policy ?? DEFAULT_ROLLBACK_POLICY;
  const now = event.at;
  const facts: EscalationFacts = {
    incidentId: meta.id,
    service: meta.service,
    outcome: meta.outcome ?? "error",
    severity: meta.severity,
    classes: document.assessment?.classes ?? [],
    strategy: document.plan?.strategy ?? null,
    rollback: rollbackOf(document),
    openedAt: meta.openedAt,
    summary: meta.summary,
    policy: policy.escalation,
    serviceTopicArn: meta.topicArn,
    // whoever let an approval expire was paged by that
    closing: document.approval?.state === "expired" ? "page" : event.urgency,
    now,
  };
  const notices = escalationsFor(facts);
  return {
    escalations: [...notices, ...silenced(facts, notices, called)],
    freeze: freezeAfter(facts, policy.group, policy.clocks.freezeSeconds),
  };
}

/** One item is written once in a transaction: a tier that is called anew is not silenced besides. */
function silenced(
  { outcome, openedAt, now }: EscalationFacts,
  notices: readonly EscalationNotice[],
  called: readonly EscalationNotice[],
): readonly EscalationNotice[] {
  if (outcome !== "recovered") return [];
  const reason = `the service recovered, ${inWords(secondsBetween(openedAt, now))} after the incident was opened`;
  return called
    .filter(({ state, tier }) => state === "pending" && !BEYOND_RECOVERY.includes(tier) && !notices.some((notice) => notice.tier === tier))
    .map((notice) => acknowledgedNotice(notice, RECOVERY, reason, now));
}
