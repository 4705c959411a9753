import type { Incident } from "../../functions/domain/incident.ts";
import { html } from "./html.ts";
import { incidentTimes } from "./incident-times.ts";
import { outcomeWords } from "./outcome.ts";
import { pageHead } from "./page-head.ts";
import { diagnosisSection } from "./sections/diagnosis.ts";
import { escalationsSection } from "./sections/escalations.ts";
import { failureSection } from "./sections/failure.ts";
import { headerSection } from "./sections/header.ts";
import { planSection } from "./sections/plan.ts";
import { recordSection } from "./sections/record.ts";
import { signalsSection } from "./sections/signals.ts";
import { timelineSection } from "./sections/timeline.ts";
import { verificationSection } from "./sections/verification.ts";
import { whySection } from "./sections/why.ts";
import { analysisOf } from "./verification-words.ts";

/**
 * The incident report: one HTML file that needs nothing else. No network (its own policy forbids it), no script; light and dark as the reader's
 * system asks; the incident itself is in `<script type="application/json" id="record">`.
 */
export function renderReport(incident: Incident): string {
  const { meta } = incident;
  const record = meta.record;
  const times = incidentTimes(incident);
  return html`<!doctype html>
<html lang="en">
${pageHead(`${meta.service}: ${outcomeWords(meta.outcome).label} (${meta.id})`)}
<body>
<main>
${headerSection(incident, times)}
${failureSection(record?.failure ?? null)}
${signalsSection(incident)}
${timelineSection(incident, times)}
${escalationsSection(incident.escalations)}
${whySection(record?.assessment ?? null)}
${planSection(incident)}
${verificationSection(record?.verification ?? null, analysisOf(record))}
${diagnosisSection(record?.diagnosis ?? null, record?.assessment?.evidence)}
${recordSection(incident)}
</main>
<footer>Incident report by Rollguard. All times UTC.</footer>
</body>
</html>
`.markup;
}
