import type { EscalationNotice } from "../../domain/escalation.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Escalations } from "../../ports/escalations.ts";

export interface SweepEscalationsPorts {
  readonly escalations: Pick<Escalations, "due" | "send">;
  readonly clock: Clock;
}

/** Of one pass, one after the other; what is left is due in the next one. */
const MOST_AT_A_PASS = 200;

/** What a pass did. */
export interface SweptEscalations {
  readonly due: number;
  readonly sent: number;
  /** Sent or silenced by somebody else since the index showed them. */
  readonly settled: number;
  /** Reasons of those that stay due, since something failed. */
  readonly failures: readonly unknown[];
}

/**
 * Calls whoever is due, soonest first and in that order: a sweep that comes late calls them all the same. A call is sent by one write that also
 * ends its waiting, so that a pass that dies in between loses none and repeats none. One failure does not stop the others.
 */
export async function sweepEscalations({ escalations, clock }: SweepEscalationsPorts): Promise<SweptEscalations> {
  const due = await escalations.due(clock.now().toISOString(), MOST_AT_A_PASS);
  const failures: unknown[] = [];
  let sent = 0;
  for (const notice of due) {
    try {
      if (await escalations.send(notice, clock.now().toISOString())) sent += 1;
    } catch (error) {
      failures.push(withName(error, notice));
    }
  }
  return { due: due.length, sent, settled: due.length - sent - failures.length, failures };
}

/** The log must say who was not called. */
function withName(error: unknown, { incidentId, tier }: EscalationNotice): unknown {
  if (error instanceof Error) error.message = `${tier} of ${incidentId}: ${error.message}`;
  return error;
}
