import type { Incident, IncidentSeries } from "../../functions/domain/incident.ts";
import { incidentTimes } from "./incident-times.ts";
import { flagRows, type Mark, marks } from "./phases.ts";
import { linearScale, type Scale, timeTicks, valueAxis } from "./scale.ts";
import { isBreaching, type SignalFigures, signalFigures } from "./signal-figures.ts";

/** Height of the plot in pixels. Its width is whatever the page has, so x is always a percentage. */
export const PLOT_HEIGHT = 190;
/** Two flags closer than this many percent of the width would touch on a phone (300 px wide, flags of 18 px). */
const FLAG_GAP_PERCENT = 6.5;

export interface DrawnPoint {
  readonly at: string;
  readonly value: number;
  readonly x: number;
  readonly y: number;
  readonly breaching: boolean;
}

/** Everything the drawing of one signal needs: x in percent of the width, y in pixels from the top of the plot. */
export interface ChartModel {
  readonly series: IncidentSeries;
  readonly figures: SignalFigures;
  readonly points: readonly DrawnPoint[];
  /** Runs of points without a missing period between them. */
  readonly runs: readonly (readonly DrawnPoint[])[];
  readonly xTicks: readonly { readonly at: string; readonly x: number }[];
  readonly yTicks: readonly { readonly value: number; readonly y: number }[];
  /** The threshold's line, and the baseline of its label on the side where the first points leave more room. */
  readonly threshold: { readonly y: number; readonly labelY: number } | null;
  /** From onset to recovery, or to the end of the chart; null when there is no onset. */
  readonly during: { readonly x: number; readonly width: number } | null;
  readonly flags: readonly (Mark & { readonly x: number; readonly row: number })[];
  /** Moments that happened outside the chart's span. */
  readonly outside: readonly Mark[];
}

/** Lays out one signal; null when there is no point to draw. */
export function chartModel(incident: Incident, series: IncidentSeries): ChartModel | null {
  const times = incidentTimes(incident);
  const figures = signalFigures(incident, series);
  const allMarks = marks(times);
  const span = timeSpan(series, allMarks);
  if (span === null) return null;
  const x = linearScale(span, [0, 100]);
  const values = [...series.points.map((point) => point.value), ...(series.threshold === null ? [] : [series.threshold])];
  const axis = valueAxis(values, series.unit === "%" ? 100 : undefined);
  const y = linearScale(axis.domain, [PLOT_HEIGHT, 0]);
  const points = series.points.map(({ at, value }) => ({
    at,
    value,
    x: x(Date.parse(at)),
    y: y(value),
    breaching: isBreaching(value, series.threshold, figures.breachSide),
  }));
  const inside = allMarks.filter(({ at }) => Date.parse(at) >= span[0] && Date.parse(at) <= span[1]);
  const positions = inside.map(({ at }) => x(Date.parse(at)));
  const rows = flagRows(positions, FLAG_GAP_PERCENT);
  return {
    series,
    figures,
    points,
    runs: runsOf(points, series.periodSeconds),
    xTicks: timeTicks(span[0], span[1], 5).map((tick) => ({ at: new Date(tick).toISOString(), x: x(tick) })),
    yTicks: axis.ticks.map((value) => ({ value, y: y(value) })),
    threshold: series.threshold === null ? null : thresholdLine(y(series.threshold), points),
    during: duringBand(x, span, times.onsetAt, times.recoveredAt),
    flags: inside.map((mark, index) => ({ ...mark, x: positions[index] ?? 0, row: rows[index] ?? 0 })),
    outside: allMarks.filter((mark) => !inside.includes(mark)),
  };
}

/** First to last point and its period, widened by marks that are near (a change hours ago would squeeze the chart). */
function timeSpan(series: IncidentSeries, allMarks: readonly Mark[]): readonly [number, number] | null {
  const moments = series.points.map((point) => Date.parse(point.at)).filter((time) => !Number.isNaN(time));
  if (moments.length === 0) return null;
  const first = Math.min(...moments);
  const last = Math.max(...moments) + series.periodSeconds * 1000;
  const reach = (last - first) * 0.5;
  const near = allMarks.map(({ at }) => Date.parse(at)).filter((time) => time >= first - reach && time <= last + reach);
  return [Math.min(first, ...near), Math.max(last, ...near)];
}

function thresholdLine(y: number, points: readonly DrawnPoint[]): NonNullable<ChartModel["threshold"]> {
  const under = points.filter((point) => point.x < 35).map((point) => point.y);
  const room = (middle: number) => Math.min(...under.map((pointY) => Math.abs(pointY - middle)), PLOT_HEIGHT);
  const fitsBelow = y + 18 < PLOT_HEIGHT;
  return { y, labelY: fitsBelow && room(y + 12) > room(y - 11) ? y + 16 : y - 6 };
}

function duringBand(x: Scale, span: readonly [number, number], onsetAt: string | null, recoveredAt: string | null): ChartModel["during"] {
  if (onsetAt === null) return null;
  const from = Math.max(span[0], Date.parse(onsetAt));
  const to = Math.min(span[1], recoveredAt === null ? span[1] : Date.parse(recoveredAt));
  return to > from ? { x: x(from), width: x(to) - x(from) } : null;
}

function runsOf(points: readonly DrawnPoint[], periodSeconds: number): readonly (readonly DrawnPoint[])[] {
  const runs: DrawnPoint[][] = [];
  let previous: DrawnPoint | null = null;
  for (const point of points) {
    const gap = previous === null ? Number.POSITIVE_INFINITY : Date.parse(point.at) - Date.parse(previous.at);
    if (gap > periodSeconds * 1500) runs.push([]);
    runs.at(-1)?.push(point);
    previous = point;
  }
  return runs;
}
