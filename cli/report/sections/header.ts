import type { Incident } from "../../../functions/domain/incident.ts";
import { dateTime, formatSeconds, shorten } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { IncidentTimes } from "../incident-times.ts";
import { outcomeWords, whatToDo } from "../outcome.ts";

/** A longer summary would push what to do off a phone's screen; "Names and ids" has it whole. */
export const SUMMARY_LENGTH = 280;

/** Outcome, service, what to do, and how long it took: all that a person reads first. */
export function headerSection(incident: Incident, times: IncidentTimes): Markup {
  const { meta } = incident;
  const words = outcomeWords(meta.outcome);
  const facts: readonly string[] = [
    meta.severity === null ? "" : `severity ${meta.severity}`,
    meta.record?.mode ? `mode ${meta.record.mode}` : "",
    dateTime(times.triggeredAt).replace(/:\d\d UTC$/, " UTC"),
  ].filter((fact) => fact !== "");
  return html`<header class="${words.tone}">
<p class="outcome"><span class="badge"><span aria-hidden="true">${words.mark}</span> ${words.label}</span> <span class="facts">${facts.join(" · ")}</span></p>
<h1>${meta.service}</h1>
<p class="summary">${shorten(meta.summary, SUMMARY_LENGTH)}</p>
<p class="todo">${whatToDo(incident)}</p>
${clock(incident, times)}
</header>`;
}

function clock({ meta }: Incident, times: IncidentTimes): Markup {
  const { kind, finding, look } = meta.trigger;
  const noAlarm = kind !== "alarm";
  const opener = finding ? "finding" : look ? "look" : "request";
  const figures: readonly { name: string; value: number | null; otherwise: string; from: string }[] = [
    {
      name: "Detection",
      value: times.detectionSeconds,
      otherwise: noAlarm ? `by ${opener}` : "not known",
      from: "onset to alarm",
    },
    {
      name: "Reaction",
      value: times.reactionSeconds,
      otherwise: "nothing written",
      from: `${noAlarm ? opener : "alarm"} to accepted write`,
    },
    {
      name: "Recovery",
      value: times.recoverySeconds,
      otherwise: meta.outcome === null ? "not yet" : "not verified",
      from: times.onsetAt === null ? `${opener} to verified recovery` : "onset to verified recovery",
    },
  ];
  return html`<dl class="clock">${figures.map(
    ({ name, value, otherwise, from }) =>
      html`<div class="${value === null ? "none" : "known"}"><dt>${name}</dt><dd><b>${value === null ? otherwise : formatSeconds(value)}</b><span>${from}</span></dd></div>`,
  )}</dl>${bar(times)}`;
}

/** Detection, reaction and the rest of the recovery, to scale. The numbers above say the same, so readers of the screen skip it. */
function bar({ detectionSeconds, reactionSeconds, recoverySeconds }: IncidentTimes): Markup | null {
  if (detectionSeconds === null || reactionSeconds === null || recoverySeconds === null || recoverySeconds <= 0) return null;
  const rest = Math.max(0, recoverySeconds - detectionSeconds - reactionSeconds);
  const part = (name: string, seconds: number) => html`<span class="${name}" style="flex-grow:${Number(seconds.toFixed(3))}"></span>`;
  return html`<div class="bar" aria-hidden="true">${part("detection", detectionSeconds)}${part("reaction", reactionSeconds)}${part("recovery", rest)}</div>
<p class="bar-key" aria-hidden="true"><span class="detection">detecting</span><span class="reaction">deciding and writing</span><span class="recovery">coming back, checking</span></p>`;
}
