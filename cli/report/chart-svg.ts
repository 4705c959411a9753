import { type ChartModel, PLOT_HEIGHT } from "./chart-model.ts";
import { clockTime, dateTime, formatNumber, formatValue } from "./format.ts";
import { html, type Markup } from "./html.ts";

const FLAG_ROW = 20;
const TIME_LABELS = 24;
const AXIS_WIDTH = 54;

/**
 * Draws a chart without a fixed width: circles, lines and texts stand at percentages, and only the line is stretched (without its stroke), so text is as
 * large on a phone as on a desk. Each circle carries its point in `data-at` and `data-value`.
 */
export function chartSvg(model: ChartModel, id: string): Markup {
  const top = FLAG_ROW * Math.max(1, ...model.flags.map((flag) => flag.row + 1)) + 6;
  const height = top + PLOT_HEIGHT + TIME_LABELS;
  const { unit } = model.series;
  return html`<div class="chart">
<svg class="axis" width="${AXIS_WIDTH}" height="${height}" aria-hidden="true" focusable="false">
<g transform="translate(0 ${top})">${model.yTicks.map(
    ({ value, y }) => html`<text x="${AXIS_WIDTH - 8}" y="${px(y + 4)}" text-anchor="end">${formatNumber(value)}</text>`,
  )}</g>
<text x="${AXIS_WIDTH - 8}" y="12" text-anchor="end" class="unit">${unit === "per-second" ? "per s" : unit}</text>
</svg>
<svg class="plot" width="100%" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${model.series.signal} against its threshold</title>
<desc id="${id}-desc">${describe(model)}</desc>
<svg y="${top}" width="100%" height="${PLOT_HEIGHT}" overflow="visible">${plot(model)}</svg>
${model.flags.map(
  (flag) =>
    html`<line class="mark ${flag.tone}" x1="${pct(flag.x)}" x2="${pct(flag.x)}" y1="${flag.row * FLAG_ROW + 17}" y2="${top + PLOT_HEIGHT}"/>`,
)}
${model.flags.map(
  (flag) =>
    html`<svg x="${pct(flag.x)}" y="${flag.row * FLAG_ROW + 9}" overflow="visible"><rect class="flag ${flag.tone}" x="-8" y="-8" width="16" height="16" rx="8"/><text class="flag-number" y="4" text-anchor="middle">${flag.number}</text></svg>`,
)}
${model.xTicks.map(
  ({ at, x }, index) =>
    html`<text class="${index % 2 === 1 ? "time minor" : "time"}" x="${pct(x)}" y="${height - 6}" text-anchor="${x < 4 ? "start" : x > 96 ? "end" : "middle"}">${tickText(at)}</text>`,
)}
</svg>
</div>`;
}

function plot(model: ChartModel): Markup {
  const radius = model.points.length > 120 ? 1.6 : 2.4;
  const { unit, signal, threshold } = model.series;
  return html`${model.during && html`<rect class="during" x="${pct(model.during.x)}" width="${pct(model.during.width)}" y="0" height="${PLOT_HEIGHT}"/>`}
${model.yTicks.map(({ y, value }) => html`<line class="${value === 0 ? "base" : "grid"}" x1="0" x2="100%" y1="${px(y)}" y2="${px(y)}"/>`)}
${
  model.threshold &&
  html`<line class="threshold" x1="0" x2="100%" y1="${px(model.threshold.y)}" y2="${px(model.threshold.y)}"/>
<text class="threshold-label" x="4" y="${px(model.threshold.labelY)}">threshold ${formatValue(threshold, unit)}</text>`
}
<svg viewBox="0 0 1000 ${PLOT_HEIGHT}" width="100%" height="${PLOT_HEIGHT}" preserveAspectRatio="none" overflow="visible">${model.runs
    .filter((run) => run.length > 1)
    .map((run) => html`<polyline class="line" points="${run.map(({ x, y }) => `${px(x * 10)},${px(y)}`).join(" ")}"/>`)}</svg>
<g data-signal="${signal}">${model.points.map(
    ({ at, value, x, y, breaching }) =>
      html`<circle class="${breaching ? "point over" : "point"}" cx="${pct(x)}" cy="${px(y)}" r="${radius}" data-at="${at}" data-value="${value}"><title>${dateTime(at)}: ${formatValue(value, unit)}</title></circle>
`,
  )}</g>`;
}

function describe({ series, figures, points, flags }: ChartModel): string {
  const { unit, threshold } = series;
  const over = points.filter((point) => point.breaching).length;
  return [
    `${points.length} points, one every ${formatNumber(series.periodSeconds)} s.`,
    `Before ${formatValue(figures.before, unit)}, during ${formatValue(figures.during, unit)}, after ${formatValue(figures.after, unit)}.`,
    threshold === null ? "No threshold." : `Threshold ${formatValue(threshold, unit)}; ${over} points on the wrong side of it.`,
    ...flags.map((flag) => `${flag.name} at ${clockTime(flag.at)} UTC.`),
  ].join(" ");
}

/** `03:12`, or `03:12:30` where the minute is not whole. */
function tickText(at: string): string {
  const time = clockTime(at);
  return time.endsWith(":00") ? time.slice(0, 5) : time;
}

function pct(value: number): string {
  return `${Number(value.toFixed(3))}%`;
}

function px(value: number): string {
  return String(Number(value.toFixed(2)));
}
