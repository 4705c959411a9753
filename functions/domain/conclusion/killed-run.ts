import type { Blueprint } from "../blueprint.ts";
import type { EscalationNotice } from "../escalation.ts";
import { escalationsFor } from "../escalation-notices.ts";
import { isOnlyWatched } from "../escalation-situation.ts";
import type { GovernanceWrites } from "../governance.ts";
import type { IncidentMeta, TimelineEvent } from "../incident.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../rollback-policy.ts";

/**
 * Whom the end of a run calls that was stopped from outside: it could conclude nothing itself, so its timeline tells whether it had written anything.
 * `blueprint` is null where none is deployed for the service any more.
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

/**
 * What that end leaves for the rules of the service that fired: a failed rollback where the timeline tells of a write, else its place is given back. Nothing is frozen. Null where the
 * run only mended, or gave a hold back: that is no rollback.
 */
export function governanceOfKilledRun({ id, service, openedAt }: IncidentMeta, events: readonly TimelineEvent[]): GovernanceWrites | null {
  // in a group's timeline each member's event says whose it is
  const writes = events.filter((event) => hasWritten(event) && (event.data.service ?? service) === service);
  if (writes.length === 0) return { rollback: null, approved: false, freezes: [] };
  if (writes.every(({ data }) => MENDING.test(String(data.stepId)))) return null;
  const approval = events.find(({ type }) => type === "approval_approved");
  const rollback = { incidentId: id, service, at: approval?.at ?? openedAt, outcome: "failed" } as const;
  return { rollback, approved: approval !== undefined, freezes: [] };
}

/** Ids of steps that write nothing of the rollback, see `isWriting`. */
const NOT_WRITING = /^(hook|watch|analyse)-/;
/** Steps that a plan can consist of which takes nothing back. In a rollback others come before them. */
const MENDING = /^(restore-strategy|resume-gitops|release-)/;

/** Events of ExecuteStep say what became of a step. */
function hasWritten({ type, data }: TimelineEvent): boolean {
  if (type === "rollback_executed") return true;
  const isDone = type === "plan_step" && (data.outcome === "applied" || data.outcome === "already-applied");
  return isDone && !NOT_WRITING.test(String(data.stepId));
}
