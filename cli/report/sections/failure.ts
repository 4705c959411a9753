import type { IncidentRecord } from "../../../functions/domain/incident.ts";
import { html, type Markup } from "../html.ts";

/** What made the run itself fail; nothing when it did not. */
export function failureSection(failure: IncidentRecord["failure"]): Markup | null {
  if (failure === null) return null;
  return html`<section class="failure" aria-labelledby="failure"><h2 id="failure">What failed in the run</h2>
<p><code>${failure.error}</code></p>
<pre tabindex="0">${failure.cause}</pre>
</section>`;
}
