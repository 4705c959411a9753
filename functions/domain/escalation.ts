/** Whom an incident calls, and when: tiers of seed 003 (seed-figures, section 5). */
export const ESCALATION_TIERS = ["on-call", "management", "devops", "product", "security", "post-mortem"] as const;
export type EscalationTier = (typeof ESCALATION_TIERS)[number];

/** One call that is due at a time, kept in the table so that it survives the end of the execution. */
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
}
