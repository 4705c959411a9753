import type { EscalationNotice } from "../../functions/domain/escalation.ts";
import { escalationWords, inCallingOrder } from "../report/escalation-words.ts";
import { type Colours, plainText, toned } from "./colours.ts";
import { table } from "./layout.ts";

/** One line for each tier with its state; empty where nobody is called. */
export function escalationLines(notices: readonly EscalationNotice[], colours: Colours): string {
  const rows = inCallingOrder(notices).map((notice) => {
    const { tier, state, tone } = escalationWords(notice);
    return [`  ${toned(colours, tone, tier)}`, plainText(state)];
  });
  return rows.length === 0 ? "" : table(rows);
}
