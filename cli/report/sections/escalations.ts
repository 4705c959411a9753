import type { EscalationNotice } from "../../../functions/domain/escalation.ts";
import { escalationWords, inCallingOrder } from "../escalation-words.ts";
import { html, type Markup } from "../html.ts";

/** Who was called, is to be called, or need not be any more; nothing where nobody is. */
export function escalationsSection(notices: readonly EscalationNotice[] = []): Markup | null {
  if (notices.length === 0) return null;
  return html`<section aria-labelledby="escalations"><h2 id="escalations">Who was called</h2>
<table><thead><tr><th scope="col">Who</th><th scope="col">How it stands</th></tr></thead><tbody>${inCallingOrder(notices).map(row)}</tbody></table>
</section>`;
}

function row(notice: EscalationNotice): Markup {
  const { tier, state } = escalationWords(notice);
  return html`<tr><th scope="row">${tier}</th><td>${state}</td></tr>`;
}
