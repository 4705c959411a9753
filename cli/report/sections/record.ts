import type { Incident } from "../../../functions/domain/incident.ts";
import { dateTime } from "../format.ts";
import { embeddedJson, html, type Markup } from "../html.ts";
import { SUMMARY_LENGTH } from "./header.ts";

/** Names and ids to search for elsewhere, and the whole incident as JSON (`#record`) for programs. */
export function recordSection(incident: Incident): Markup {
  const { meta } = incident;
  const target = meta.record?.target;
  const { finding } = meta.trigger;
  const entries: readonly (readonly [string, string])[] = [
    ["incident", meta.id],
    ["execution", meta.execution],
    [
      "started by",
      `${meta.trigger.kind}, ${meta.trigger.source}${meta.trigger.requestedBy === null ? "" : `, ${meta.trigger.requestedBy}`}`,
    ],
    ["reason", meta.trigger.reason],
    ...(finding ? [["finding", `${finding.id}, first seen ${dateTime(finding.firstSeenAt)}`] as const] : []),
    ...(finding?.imageDigest ? [["image", finding.imageDigest] as const] : []),
    ...(meta.summary.length > SUMMARY_LENGTH ? [["summary", meta.summary] as const] : []),
    ...(target ? [[target.kind, `${target.namespace}/${target.name} on cluster ${target.cluster}`] as const] : []),
    ["opened", dateTime(meta.openedAt)],
    ["closed", meta.closedAt === null ? "still open" : dateTime(meta.closedAt)],
    ...Object.entries(meta.record?.displayIds ?? {}),
  ];
  return html`<section aria-labelledby="names"><h2 id="names">Names and ids</h2>
<dl class="names">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</section>
<script type="application/json" id="record">${embeddedJson(incident)}</script>`;
}
