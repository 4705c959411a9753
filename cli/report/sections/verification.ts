import type { CheckResult, Verification } from "../../../functions/domain/rollback-document.ts";
import type { VerificationReport } from "../../../functions/domain/verification-report.ts";
import { dateTime, plural } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { analysisRows } from "../verification-words.ts";

/** Did it work: every check with expected and actual, and what got worse or better. */
export function verificationSection(verification: Verification | null, analysis: VerificationReport | null = null): Markup {
  if (verification === null) {
    return html`<section aria-labelledby="verification"><h2 id="verification">Did it work</h2><p class="none">Nothing was verified: no step was carried out.</p></section>`;
  }
  return html`<section aria-labelledby="verification"><h2 id="verification">Did it work</h2>
<p><span class="verdict ${verification.verdict}">${verification.verdict}</span> ${verification.reason}</p>
${verification.checks.length === 0 ? html`<p class="none">No check was run.</p>` : checkTable(verification.checks)}
${analysis === null ? null : analysisTable(analysis)}
<p class="note">${counts(verification.checks)} Last verified ${dateTime(verification.verifiedAt)}.</p>
</section>`;
}

function checkTable(checks: readonly CheckResult[]): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Verification checks"><table><caption>Checks after the last plan step</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Expected</th><th scope="col">Actual</th><th scope="col">Verdict</th></tr></thead>
<tbody>${checks.map(checkRow)}</tbody></table></div>`;
}

function analysisTable(analysis: VerificationReport): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Failure and recovery"><table><caption>Failure and recovery</caption>
<tbody>${analysisRows(analysis).map(({ about, text }) => html`<tr><th scope="row">${about}</th><td>${text}</td></tr>`)}</tbody></table></div>`;
}

function checkRow(check: CheckResult): Markup {
  return html`<tr><th scope="row">${check.check}${check.critical && html` <small>critical</small>`}${check.phase !== undefined && html` <small>${check.phase}</small>`}</th><td>${check.expected}</td><td>${check.actual}${
    check.degradation && html`<small class="worse">worse: ${check.degradation}</small>`
  }${check.improvement && html`<small class="better">better: ${check.improvement}</small>`}</td><td><span class="verdict ${check.verdict}">${check.verdict}</span></td></tr>`;
}

function counts(checks: readonly CheckResult[]): string {
  const number = (verdict: CheckResult["verdict"]) => checks.filter((check) => check.verdict === verdict).length;
  return `${plural(checks.length, "check")}: ${number("pass")} passed, ${number("fail")} failed, ${number("inconclusive")} inconclusive.`;
}
