import type { EscalationNotice, EscalationTier } from "../domain/escalation.ts";

/** Who silences, why and when, and where people of the service hear of it (null = in the stack's topic). */
export interface Acknowledgement {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly topicArn: string | null;
}

/**
 * Calls that are due at a time. They live in the table, not in an execution; what is sent is an event of the outbox, written in the same transaction.
 * Those of a closing incident go with `IncidentStore.close`. Throws `TransientUpstreamError` or `PermissionError`.
 */
export interface Escalations {
  /**
   * For a running incident: what is due by `at` is sent at once, the rest waits; a notice that is sent already is only noted. A call of one tier and one due time is made once, however often this is
   * called; a tier that waits already keeps its own time.
   */
  schedule(notices: readonly EscalationNotice[], at: string): Promise<void>;
  /** What is pending and due by `now`, soonest first; it may lag behind by a moment and show what was sent since. */
  due(now: string, limit: number): Promise<readonly EscalationNotice[]>;
  /** Everything that is pending, soonest first. */
  pending(limit: number): Promise<readonly EscalationNotice[]>;
  /** All tiers of one incident, whatever their state, in the order of their due times. */
  of(incidentId: string): Promise<readonly EscalationNotice[]>;
  /** Pending to sent, with its event; false when it was sent, silenced or replaced meanwhile. */
  send(notice: EscalationNotice, at: string): Promise<boolean>;
  /** Silences what is pending, with an event, and returns it. `tiers` are those meant. @default all */
  acknowledge(
    incidentId: string,
    acknowledgement: Acknowledgement,
    tiers?: readonly EscalationTier[],
  ): Promise<readonly EscalationNotice[]>;
}
