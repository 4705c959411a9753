import type { Assessment, Change } from "../../../functions/domain/rollback-document.ts";
import type { PodGroup } from "../../../functions/domain/workload.ts";
import { dateTime, offset, plural } from "../format.ts";
import { html, type Markup } from "../html.ts";

const EVIDENCE: Readonly<Record<Assessment["podEvidence"], string>> = {
  "only-new": "Only pods of the new template fail: strong evidence for the change.",
  both: "Pods of the new and of the old template fail: evidence against the change.",
  "only-old": "Only pods of the old template fail: evidence against the change.",
  none: "No pod fails: the pods say nothing for or against the change.",
};

/** The assessment: the decision, its reasons in numbers, the suspected change and what the pods say. */
export function whySection(assessment: Assessment | null): Markup {
  if (assessment === null) {
    return html`<section aria-labelledby="why"><h2 id="why">Why</h2><p class="none">The run ended before an assessment was made.</p></section>`;
  }
  return html`<section aria-labelledby="why"><h2 id="why">Why</h2>
<p>Decision: <b>${assessment.decision}</b>, severity ${assessment.severity}${assessment.classes.length > 0 && html`, class ${assessment.classes.join(", ")}`}${assessment.attempt > 1 && html`, assessment ${assessment.attempt}`}.</p>
<ul class="reasons">${assessment.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
${change(assessment)}
<h3>Pods</h3><p>${EVIDENCE[assessment.podEvidence]}</p>
${pods(assessment)}
</section>`;
}

function change({ change: suspect, onsetAt, workload }: Assessment): Markup {
  if (suspect === null) return html`<h3>Suspected change</h3><p>None.</p>`;
  const relation =
    onsetAt === null
      ? ""
      : `, ${offset(suspect.startedAt, onsetAt)
          .replace(/^− (.*)$/, "$1 before the onset")
          .replace(/^\+ (.*)$/, "$1 after the onset")}`;
  return html`<h3>Suspected change</h3><p>${describeChange(suspect, workload?.kind ?? "workload")}${suspect.kind !== "leftover" && html`, <time datetime="${suspect.startedAt}">${dateTime(suspect.startedAt)}</time>${relation}`}.</p>`;
}

function describeChange(suspect: Change, kind: string): Markup {
  switch (suspect.kind) {
    case "deploy":
      return html`Deploy of <code>${suspect.image}</code> (template <code>${suspect.fromHash ?? "unknown"}</code> → <code>${suspect.toHash ?? "unknown"}</code>)`;
    case "scale":
      return html`Scale from ${suspect.fromReplicas ?? "unknown"} to ${suspect.toReplicas ?? "unknown"} replicas of <code>${suspect.image}</code>`;
    case "config":
      return html`Change of ${suspect.parts?.join(", ") ?? "the configuration"} of <code>${suspect.image}</code>`;
    case "traffic":
      return html`Shift of ${suspect.parts?.join(", ") ?? "the traffic"} of <code>${suspect.image}</code>`;
    case "held":
      return html`A rollback holds the GitOps controller`;
    case "leftover":
      return html`An earlier run left its update strategy on the ${kind}`;
  }
}

function pods({ workload }: Assessment): Markup | null {
  if (workload === null) return html`<p class="none">The workload could not be read, or does not exist.</p>`;
  if (workload.pods.length === 0) return html`<p class="none">There were no pods.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Pods"><table><caption>Pods when the incident was assessed, by template</caption>
<thead><tr><th scope="col">Template</th><th scope="col" class="value">Ready</th><th scope="col" class="value">Failing</th><th scope="col" class="value">Restarts</th><th scope="col">Reason</th></tr></thead>
<tbody>${workload.pods.map((group) => podRow(group, workload.templateHash))}</tbody></table></div>`;
}

function podRow(group: PodGroup, liveHash: string | null): Markup {
  return html`<tr><th scope="row"><code>${group.templateHash}</code>${group.templateHash === liveHash && html` <small>live</small>`}</th><td class="value">${group.ready} of ${group.total}</td><td class="value">${group.failing}</td><td class="value">${group.restarts}</td><td>${
    group.reasons.length === 0
      ? "–"
      : group.reasons.map((cause) => html`<div>${cause.reason}, ${plural(cause.pods, "pod")}<br><small>${cause.message}</small></div>`)
  }</td></tr>`;
}
