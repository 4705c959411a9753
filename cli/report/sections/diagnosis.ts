import type { Diagnosis } from "../../../functions/domain/rollback-document.ts";
import { html, type Markup } from "../html.ts";

/** The likely cause and what to do about it; nothing when the run did not come that far. */
export function diagnosisSection(diagnosis: Diagnosis | null): Markup | null {
  if (diagnosis === null) return null;
  return html`<section aria-labelledby="diagnosis"><h2 id="diagnosis">Likely cause and next steps</h2>
<p>${diagnosis.hypothesis} <span class="muted">(${diagnosis.class}, confidence ${diagnosis.confidence})</span></p>
${
  diagnosis.recommendations.length > 0 &&
  html`<ol class="recommendations">${diagnosis.recommendations.map(
    ({ priority, action, example }) =>
      html`<li><b>${action}</b> <small>${priority} priority</small>${example !== "" && html`<br><span class="muted">${example}</span>`}</li>`,
  )}</ol>`
}
</section>`;
}
