import type { Incident, TimelineEvent } from "../../../functions/domain/incident.ts";
import { clockTime, offset } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { IncidentTimes } from "../incident-times.ts";

/** What happened, in order, and which alarms took part. */
export function timelineSection(incident: Incident, times: IncidentTimes): Markup {
  const from = times.onsetAt ?? times.triggeredAt;
  const events = [...incident.events].sort((a, b) => (a.id < b.id ? -1 : 1));
  return html`<section aria-labelledby="timeline"><h2 id="timeline">What happened</h2>
${events.length === 0 ? html`<p class="none">The timeline is empty.</p>` : html`<ol class="timeline">${events.map((event) => entry(event, from))}</ol>`}
<p class="note">Times in UTC; the second one counts from ${times.onsetAt === null ? "the request" : "the onset"}.</p>
${alarms(incident)}
</section>`;
}

function entry(event: TimelineEvent, from: string): Markup {
  return html`<li class="${event.urgency}"><span class="when"><time datetime="${event.at}">${clockTime(event.at)}</time> <span class="offset">${offset(event.at, from)}</span></span>
<span class="what">${event.message}${event.urgency === "page" && html` <b class="paged">paged a person</b>`}</span></li>`;
}

function alarms({ alarms, meta }: Incident): Markup | null {
  const listed = alarms.length > 0 ? alarms : meta.trigger.alarmName === null ? [] : [alarmOfTrigger(meta.trigger.alarmName, meta.trigger)];
  if (listed.length === 0)
    return html`<p class="note">Asked for by ${meta.trigger.requestedBy ?? meta.trigger.source}: ${meta.trigger.reason}</p>`;
  return html`<details><summary>Alarms (${listed.length})</summary><ul class="alarms">${listed.map(
    (alarm) => html`<li><code>${alarm.alarmName}</code> <time datetime="${alarm.at}">${clockTime(alarm.at)}</time><br>${alarm.reason}</li>`,
  )}</ul></details>`;
}

function alarmOfTrigger(alarmName: string, { at, reason }: { readonly at: string; readonly reason: string }) {
  return { alarmName, at, reason };
}
