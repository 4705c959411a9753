import type { TimelineEvent } from "./incident.ts";

/** Whom an incident calls, and when: tiers of seed 003 (seed-figures, section 5). */
export const ESCALATION_TIERS = ["on-call", "management", "devops", "product", "security", "post-mortem"] as const;
export type EscalationTier = (typeof ESCALATION_TIERS)[number];

/** One call that is due at a time, kept in the table so that it survives the end of the execution. At most one for each tier of an incident. */
export interface EscalationNotice {
  readonly incidentId: string;
  readonly service: string;
  readonly tier: EscalationTier;
  readonly dueAt: string;
  /** Null = the topic of the service, or the stack's. */
  readonly topicArn: string | null;
  readonly urgency: "page" | "notice";
  readonly message: string;
  readonly state: "pending" | "sent" | "acknowledged";
  /** When it was sent or acknowledged; null while pending. */
  readonly settledAt: string | null;
  /** Who acknowledged it: a person, or `recovery`; null otherwise. */
  readonly settledBy: string | null;
  /** Why it was acknowledged; null otherwise. */
  readonly settledReason: string | null;
}

/** Prefix of the types of events that call somebody; the rest is the tier. */
export const ESCALATION_EVENT = "escalation_";

/** The notice as it is once its event is written. */
export function sentNotice(notice: EscalationNotice, at: string): EscalationNotice {
  return { ...notice, state: "sent", settledAt: at };
}

/** The notice that nobody has to hear of any more. */
export function acknowledgedNotice(notice: EscalationNotice, by: string, reason: string, at: string): EscalationNotice {
  return { ...notice, state: "acknowledged", settledAt: at, settledBy: by, settledReason: reason };
}

/** The outbox entry that carries a call to its people. `idAt` makes the id: the due time where the same call may be made twice, else the time of sending. */
export function escalationEvent(notice: EscalationNotice, at: string, idAt: string = at): TimelineEvent {
  const { tier, dueAt, message, urgency, service, topicArn } = notice;
  return {
    id: `${idAt}#Escalation#${tier}`,
    at,
    type: `${ESCALATION_EVENT}${tier.replace("-", "_")}`,
    message,
    urgency,
    data: { tier, dueAt },
    service,
    topicArn,
  };
}

/** What is told when somebody takes an incident on: the others need not be called. */
export function acknowledgedEvent(
  silenced: readonly EscalationNotice[],
  { by, reason, at, topicArn }: { readonly by: string; readonly reason: string; readonly at: string; readonly topicArn: string | null },
): TimelineEvent {
  const [first] = silenced;
  const tiers = silenced.map(({ tier }) => tier);
  return {
    id: `${at}#Escalation#acknowledged`,
    at,
    type: "escalation_acknowledged",
    message: `${first?.service ?? "the incident"}: acknowledged by ${by} (${reason}); not called any more: ${tiers.join(", ")}`,
    urgency: "notice",
    data: { by, reason, tiers },
    topicArn,
    ...(first === undefined ? {} : { service: first.service }),
  };
}
