import type { Incident, IncidentSeries } from "../../../functions/domain/incident.ts";
import { type ChartModel, chartModel } from "../chart-model.ts";
import { chartSvg } from "../chart-svg.ts";
import { clockTime, dateTime, formatNumber, formatValue, offset, plural } from "../format.ts";
import { html, type Markup } from "../html.ts";
import { incidentTimes } from "../incident-times.ts";
import { marks } from "../phases.ts";
import { judgedSentence, type SignalFigures, seriesByConcern, signalFigures } from "../signal-figures.ts";

/** One chart per signal with its points as a table, and the marked moments once for all charts. */
export function signalsSection(incident: Incident): Markup {
  const charts = seriesByConcern(incident).map((series, index) => signal(incident, series, `signal-${index}`));
  return html`<section aria-labelledby="signals"><h2 id="signals">Signals</h2>
${charts.length === 0 ? html`<p class="none">No series was recorded with this incident.</p>` : [moments(incident), charts]}
</section>`;
}

function moments(incident: Incident): Markup {
  const times = incidentTimes(incident);
  const from = times.onsetAt ?? times.triggeredAt;
  return html`<ol class="moments">${marks(times).map(
    (mark) =>
      html`<li><span class="number ${mark.tone}" aria-hidden="true">${mark.number}</span> ${mark.name} <time datetime="${mark.at}">${clockTime(mark.at)}</time>${mark.at !== from && html` <span class="offset">${offset(mark.at, from)}</span>`}</li>`,
  )}</ol>`;
}

function signal(incident: Incident, series: IncidentSeries, id: string): Markup {
  const model = chartModel(incident, series);
  const judged = judgedSentence(incident, series);
  return html`<article class="signal"><h3>${series.signal}</h3>
${figureRow(series, model?.figures ?? signalFigures(incident, series))}
${judged !== null && html`<p class="note">Judge: ${judged}.</p>`}
${model === null ? html`<p class="none">No data: CloudWatch had no point of this signal.</p>` : chartWithTable(model, id)}
</article>`;
}

function chartWithTable(model: ChartModel, id: string): Markup {
  const { series, outside } = model;
  return html`${chartSvg(model, id)}
${outside.length > 0 && html`<p class="note">Outside this chart: ${outside.map((mark) => `${mark.number} ${mark.name}, ${dateTime(mark.at)}`).join("; ")}.</p>`}
<details><summary>${plural(series.points.length, "point")} as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Points of ${series.signal}"><table><caption>${series.signal}, every ${formatNumber(series.periodSeconds)} s</caption>
<thead><tr><th scope="col">Time (UTC)</th><th scope="col" class="value">Value</th><th scope="col">Threshold</th></tr></thead>
<tbody>${model.points.map(
    (point) =>
      html`<tr><td>${clockTime(point.at)}</td><td class="value">${formatValue(point.value, series.unit)}</td><td>${point.breaching ? "breached" : ""}</td></tr>`,
  )}</tbody></table></div></details>`;
}

function figureRow({ unit, threshold }: IncidentSeries, figures: SignalFigures): Markup {
  const entries: readonly (readonly [string, number | null])[] = [
    ["before", figures.before],
    ["during", figures.during],
    ["after", figures.after],
  ];
  return html`<dl class="figures">${entries.map(
    ([name, value]) => html`<div class="${name}"><dt>${name}</dt><dd>${formatValue(value, unit)}</dd></div>`,
  )}<div><dt>threshold</dt><dd>${threshold === null ? "none" : formatValue(threshold, unit)}</dd></div></dl>`;
}
