import { ESCALATION_TIERS, type EscalationNotice } from "../../functions/domain/escalation.ts";
import { clockTime, dateTime } from "./format.ts";
import type { Tone } from "./outcome.ts";

export interface EscalationWords {
  readonly tier: string;
  readonly state: string;
  readonly tone: Tone;
}

/** In the order in which people are called; of one time in the order of the tiers. */
export function inCallingOrder(notices: readonly EscalationNotice[]): readonly EscalationNotice[] {
  const rank = ({ dueAt, tier }: EscalationNotice) => `${dueAt}#${ESCALATION_TIERS.indexOf(tier)}`;
  return [...notices].sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}

/** Where a call stands, in words. */
export function escalationWords({ tier, state, dueAt, settledAt, settledBy, settledReason }: EscalationNotice): EscalationWords {
  switch (state) {
    case "pending":
      return { tier, state: `to be called after ${dateTime(dueAt)}`, tone: "warn" };
    case "sent":
      return { tier, state: `called at ${clockTime(settledAt ?? dueAt)}`, tone: "bad" };
    case "acknowledged":
      return { tier, state: `not called: acknowledged by ${settledBy} at ${clockTime(settledAt ?? "")}, ${settledReason}`, tone: "good" };
  }
}
