import type { AvailabilityPlan, Preflight } from "../../../functions/domain/preflight.ts";
import { formatSeconds, plural } from "../format.ts";
import { html, type Markup } from "../html.ts";

/** What was looked at before the first write, and how the rollout was to go. Nothing when the plan wrote no template. */
export function preflightPart(preflight: Preflight | undefined): Markup | null {
  if (preflight === undefined) return null;
  const { checks, availability } = preflight;
  return html`<h3>Preflight</h3>
<p>${rolloutWords(availability)} <span class="muted">${availability.reason}</span></p>
${
  checks.length > 0 &&
  html`<div class="scroll" tabindex="0" role="region" aria-label="Preflight"><table><caption>What was looked at before the first write</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Outcome</th><th scope="col">Release</th><th scope="col">Found</th><th scope="col">What to do</th></tr></thead>
<tbody>${checks.map(
    ({ check, outcome, target, observed, fix }) =>
      html`<tr><th scope="row">${check}</th><td><span class="verdict ${outcome}">${outcome}</span></td><td>${target === null ? "–" : html`<code>${target}</code>`}</td><td>${observed}</td><td>${fix === "" ? "–" : fix}</td></tr>`,
  )}</tbody></table></div>`
}`;
}

/** `Surge 100%, unavailable 0: about 4 s, no pod missing.` */
export function rolloutWords({ maxSurge, maxUnavailable, predictedSeconds, predictedLoss }: AvailabilityPlan): string {
  const loss = predictedLoss === 0 ? "no pod missing" : `at most ${plural(predictedLoss, "pod")} missing`;
  return `Surge ${maxSurge}, unavailable ${maxUnavailable}: about ${formatSeconds(predictedSeconds)} until all pods are available, ${loss}.`;
}
