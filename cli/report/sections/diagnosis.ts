import type { EvidenceSummary, Finding } from "../../../functions/domain/evidence.ts";
import type { Diagnosis } from "../../../functions/domain/rollback-document.ts";
import { plural } from "../format.ts";
import { html, type Markup } from "../html.ts";

/** The likely cause, what to do about it and what was found. Nothing when the run did not come that far and no evidence was gathered. */
export function diagnosisSection(diagnosis: Diagnosis | null, assessed: EvidenceSummary | undefined): Markup | null {
  const evidence = diagnosis?.evidence ?? assessed;
  const found = evidence === undefined ? null : evidenceOf(evidence);
  if (diagnosis === null) {
    return found === null ? null : html`<section aria-labelledby="diagnosis"><h2 id="diagnosis">What was found</h2>${found}</section>`;
  }
  return html`<section aria-labelledby="diagnosis"><h2 id="diagnosis">Likely cause and next steps</h2>
<p>${diagnosis.hypothesis} <span class="muted">(${diagnosis.class}${diagnosis.component !== undefined && html`, ${diagnosis.component}`}, confidence ${diagnosis.confidence})</span></p>
${
  diagnosis.recommendations.length > 0 &&
  html`<ol class="recommendations">${diagnosis.recommendations.map(
    ({ priority, action, example }) =>
      html`<li><b>${action}</b> <small>${priority} priority</small>${example !== "" && html`<br><span class="muted">${example}</span>`}</li>`,
  )}</ol>`
}
${found}
</section>`;
}

/** Null when there is nothing to tell: no finding, no gap. */
function evidenceOf({ findings, partial, archiveKey }: EvidenceSummary): Markup | null {
  if (findings.length === 0 && partial.length === 0) return null;
  return html`${findings.length > 0 && table(findings)}
${partial.length > 0 && html`<p>The evidence is partial:</p><ul class="reasons">${partial.map((gap) => html`<li>${gap}</li>`)}</ul>`}
${archiveKey !== null && html`<p class="muted">Pods, events and redacted log lines: <code>${archiveKey}</code> in the archive.</p>`}`;
}

function table(findings: readonly Finding[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Findings"><table><caption>What was found, the most telling first</caption>
<thead><tr><th scope="col">Finding</th><th scope="col">Template</th><th scope="col">Container</th><th scope="col" class="value">Pods</th><th scope="col">In its own words</th></tr></thead>
<tbody>${findings.map(
    ({ class: name, templateHash, container, pods, detail }) =>
      html`<tr><th scope="row">${name}</th><td>${templateHash === null ? "–" : html`<code>${templateHash}</code>`}</td><td>${container ?? "–"}</td><td class="value">${pods === 0 ? "–" : plural(pods, "pod")}</td><td><small>${detail}</small></td></tr>`,
  )}</tbody></table></div>`;
}
