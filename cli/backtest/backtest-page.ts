import type { Backtest } from "../../functions/domain/backtest/backtest.ts";
import type { DeployRates } from "../../functions/domain/backtest/deploy-outcomes.ts";
import type { IncidentSeries } from "../../functions/domain/incident.ts";
import { formatNumber } from "../report/format.ts";
import { embeddedJson, html, type Markup } from "../report/html.ts";
import { pageHead } from "../report/page-head.ts";
import { linearScale, valueAxis } from "../report/scale.ts";
import { dataWords } from "./data-words.ts";
import type { GatheredData } from "./gathered-data.ts";
import { delayWords, rateWords } from "./rate-words.ts";
import { triggerWords } from "./trigger-words.ts";
import { worstPoints } from "./worst-points.ts";

const CELLS = 480;
const HEIGHT = 120;

/** A backtest as one HTML file that needs nothing else: no network (its own policy forbids it), no script. The figures are in `#backtest` as JSON too. */
export function backtestPage(result: Backtest, gathered: GatheredData): string {
  return html`<!doctype html>
<html lang="en">
${pageHead(`Backtest of ${result.service}`)}
<body>
<main>
<header class="calm"><h1>Backtest of ${result.service}</h1>
<ul class="reasons">${dataWords(gathered).map((words) => html`<li>${words}</li>`)}</ul></header>
<section aria-labelledby="rules"><h2 id="rules">Rules side by side</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Rules"><table>
<caption>Share of deploys, with the interval of 95 %. False: fired on the points as they were. Found: fired within the hour when the signal was made so many times as bad.</caption>
<thead><tr>${["Rule", "False in 1 h", "False in 24 h", "Found at 1.5x", "Found at 2x", "Found at 3x", "Delay at 2x (median/90th)", "Deploys"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${[
    ...result.triggers.map((one) => row(one.trigger, one)),
    row("any trigger", result.family.triggers),
    ...result.judge.map((one) => row(`release judge on ${one.signal}`, one)),
    row("any of the judges", result.family.judge),
  ]}</tbody></table></div></section>
${result.triggers.map((trigger) => triggerSection(trigger, gathered))}
</main>
<footer>Backtest by Rollguard. All times UTC.</footer>
<script type="application/json" id="backtest">${embeddedJson(result)}</script>
</body>
</html>
`.markup;
}

function row(name: string, { falseInHour, falseInDay, found }: DeployRates): Markup {
  const [, twice] = found;
  return html`<tr><th scope="row">${name}</th><td>${rateWords(falseInHour)}</td><td>${rateWords(falseInDay)}</td>${found.map(({ rate }) => html`<td>${rateWords(rate)}</td>`)}<td>${twice === undefined ? "-" : delayWords(twice)}</td><td>${falseInHour.of}</td></tr>`;
}

function triggerSection(trigger: Backtest["triggers"][number], { blueprint, data, report, deploys }: GatheredData): Markup {
  const signal = blueprint.signals.find((one) => one.name === trigger.signal);
  const threshold = blueprint.triggers.find((one) => one.name === trigger.trigger)?.rule?.threshold ?? null;
  const series = signal === undefined ? null : worstPoints(signal, data, report, CELLS, threshold);
  const times = deploys.map(({ atEpochSeconds }) => atEpochSeconds * 1000);
  return html`<section aria-label="${trigger.trigger}"><h2>${trigger.trigger}</h2>
${series !== null && series.points.length > 0 && chart(series, report, times, trigger.alarms.map(Date.parse))}
<dl class="names">${triggerWords(trigger).map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl></section>`;
}

/** The worst point of each share of the time; below it deploys, and where the alarm fired. */
function chart(
  series: IncidentSeries,
  span: { readonly from: string; readonly to: string },
  deploys: readonly number[],
  alarms: readonly number[],
): Markup {
  const { domain, ticks } = valueAxis([
    ...series.points.map(({ value }) => value),
    ...(series.threshold === null ? [] : [series.threshold]),
  ]);
  const y = linearScale(domain, [HEIGHT, 0]);
  const x = linearScale([Date.parse(span.from), Date.parse(span.to)], [0, 1000]);
  const line = series.points.map(({ at, value }) => `${x(Date.parse(at)).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const mark = (tone: string) => (at: number) =>
    html`<line class="mark ${tone}" x1="${x(at).toFixed(1)}" x2="${x(at).toFixed(1)}" y1="0" y2="${HEIGHT}"/>`;
  const highest = formatNumber(ticks.at(-1) ?? 0);
  return html`<div class="chart"><svg class="plot" width="100%" height="${HEIGHT + 10}" viewBox="0 0 1000 ${HEIGHT + 10}" preserveAspectRatio="none" role="img"><title>${series.signal} over the whole time, ${deploys.length} deploys, fired ${alarms.length} times</title>
${deploys.map(mark("act"))}${alarms.map(mark("bad"))}
${series.threshold !== null && html`<line class="threshold" x1="0" x2="1000" y1="${y(series.threshold).toFixed(1)}" y2="${y(series.threshold).toFixed(1)}"/>`}
<polyline class="line" points="${line}"/></svg></div>
<p class="note">${series.signal}, the worst of every ${formatNumber(Math.round(series.periodSeconds / 60))} min, from 0 to ${highest} ${series.unit}. Violet: deploys. Red: the alarm fired.</p>`;
}
