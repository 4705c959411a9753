import type { Blueprint } from "../blueprint.ts";
import type { EscalationNotice } from "../escalation.ts";
import { escalationsFor } from "../escalation-notices.ts";
import { isOnlyWatched } from "../escalation-situation.ts";
import type { IncidentMeta, TimelineEvent } from "../incident.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../rollback-policy.ts";

/**
 * Whom the end of a run calls that was stopped from outside: it could conclude nothing itself, so its timeline tells whether it had written anything.
 * `blueprint` is null where none is deployed for the service any more. Nothing is frozen: the rollback it had reserved stays open, and counts as failed.
 */
export function callsOfKilledRun(
  meta: IncidentMeta,
  page: TimelineEvent,
  events: readonly TimelineEvent[],
  blueprint: Blueprint | null,
): readonly EscalationNotice[] {
  if (isOnlyWatched(blueprint)) return [];
  const trigger = blueprint?.triggers.find(({ alarmName }) => alarmName === meta.trigger.alarmName);
  return escalationsFor({
    incidentId: meta.id,
    service: meta.service,
    outcome: "error",
    severity: meta.severity ?? trigger?.severity ?? null,
    classes: trigger === undefined ? [] : [trigger.class],
    strategy: null,
    rollback: events.some(hasWritten) ? "unproven" : "not-begun",
    openedAt: meta.openedAt,
    summary: page.message,
    policy: (blueprint?.policy ?? DEFAULT_ROLLBACK_POLICY).escalation,
    serviceTopicArn: meta.topicArn,
    closing: page.urgency,
    now: page.at,
  });
}

/** Events of ExecuteStep say what became of a step. */
function hasWritten({ type, data }: TimelineEvent): boolean {
  return type === "rollback_executed" || (type === "plan_step" && (data.outcome === "applied" || data.outcome === "already-applied"));
}
