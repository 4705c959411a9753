import { callsOf } from "./conclusion/calls.ts";
import { type LedgerConclusion, ledgerOf, verdictsOf } from "./conclusion/ledger-writes.ts";
import { allIsWell, areBothBad, outcomeOf, unseenAlarms } from "./conclusion/outcome.ts";
import { recordOf } from "./conclusion/record.ts";
import { summarise } from "./conclusion/summary.ts";
import type { EscalationNotice } from "./escalation.ts";
import type { Freeze } from "./governance.ts";
import { firedAlone, groupOf } from "./group/member-ends.ts";
import { membersInWords, summariseGroup } from "./group/summary.ts";
import type { IncidentAlarm, IncidentMeta, TimelineEvent } from "./incident.ts";
import type { Outcome, RollbackDocument } from "./rollback-document.ts";

export interface Conclusion extends LedgerConclusion {
  readonly outcome: Outcome;
  readonly summary: string;
  readonly meta: IncidentMeta;
  readonly event: TimelineEvent;
  /** Who is called, now or later; with `acknowledged`, who need not be called any more. */
  readonly escalations: readonly EscalationNotice[];
  /** No releases after what is grave; null when all may go on. */
  readonly freeze: Freeze | null;
}

/** What was left beside the document while it flowed. */
export interface Beside {
  /** Alarms that joined the incident: one that came after the last look at alarms was judged by nobody, so all is not well. */
  readonly joined: readonly IncidentAlarm[];
  /** Calls that the run has made or left to be made. */
  readonly called: readonly EscalationNotice[];
}

/** Reads the whole document and says how the incident ended. Works with any slice missing: it is reached from every Catch. */
export function conclude(document: RollbackDocument, now: string, { joined, called }: Beside = { joined: [], called: [] }): Conclusion {
  const judged = outcomeOf(document);
  const unseen = allIsWell(judged) ? unseenAlarms(document, judged, joined) : [];
  const outcome = unseen.length > 0 ? "escalated" : judged;
  const late = unseen.length === 0 ? "" : `; it needs a human all the same: ${unseen.join(", ")} joined after the last look`;
  const members = membersInWords(document);
  const summary = `${summariseGroup(document, judged) ?? summarise(document, judged)}${late}${members === "" ? "" : `; ${members}`}`;
  const { incidentId, trigger, opening, assessment, execution } = document;
  const meta: IncidentMeta = {
    id: incidentId,
    service: trigger.service,
    execution: execution.name,
    status: "closed",
    outcome,
    severity: areBothBad(document, outcome) ? "critical" : (assessment?.severity ?? null),
    summary,
    openedAt: opening?.openedAt ?? now,
    closedAt: now,
    topicArn: opening?.blueprint?.notificationTopicArn ?? null,
    trigger,
    record: recordOf(document, now),
    ...groupOf(document),
  };
  const event = closingEvent(document, outcome, summary, now);
  return {
    outcome,
    summary,
    meta,
    event,
    verdicts: verdictsOf(firedAlone(document)),
    ledger: ledgerOf(firedAlone(document), now),
    ...callsOf(document, meta, event, called),
  };
}

function closingEvent(document: RollbackDocument, outcome: Outcome, summary: string, now: string): TimelineEvent {
  const kind = document.assessment?.change?.kind;
  const mended = kind === "leftover" || kind === "held";
  // whoever let an approval expire was paged by that
  const page = (outcome === "escalated" && document.approval?.state !== "expired") || outcome === "not-recovered" || outcome === "error";
  return {
    id: `${now}#RecordIncident#closed`,
    at: now,
    type:
      outcome === "recovered" && !mended ? "rollback_verified" : outcome === "not-recovered" ? "verification_failed" : "incident_closed",
    message: summary,
    urgency: page ? "page" : outcome === "stand-down" ? "quiet" : "notice",
    data: { outcome, service: document.trigger.service, decision: document.assessment?.decision ?? null },
  };
}
