import type { IncidentSeries } from "../../functions/domain/incident.ts";
import { valueAxis } from "../report/scale.ts";
import { isBreaching, type SignalFigures } from "../report/signal-figures.ts";
import type { Colours } from "./colours.ts";

const BLOCKS = "▁▂▃▄▅▆▇█";

/**
 * A signal in one line of at most `columns` blocks, each the worst point of its share of the time; red where the threshold is breached, a dot
 * where there is no data.
 */
export function sparkline(series: IncidentSeries, side: SignalFigures["breachSide"], columns: number, colours: Colours): string {
  const { points, periodSeconds, threshold } = series;
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return "";
  const from = Date.parse(first.at);
  const slots = Math.round((Date.parse(last.at) - from) / (periodSeconds * 1000)) + 1;
  const cells = Math.max(1, Math.min(columns, slots));
  const worst: (number | null)[] = Array.from({ length: cells }, () => null);
  for (const { at, value } of points) {
    const slot = Math.round((Date.parse(at) - from) / (periodSeconds * 1000));
    const cell = Math.min(cells - 1, Math.floor((slot * cells) / slots));
    const known = worst[cell] ?? null;
    worst[cell] = known === null ? value : side === "below" ? Math.min(known, value) : Math.max(known, value);
  }
  const { domain } = valueAxis([...points.map((point) => point.value), ...(threshold === null ? [] : [threshold])]);
  return worst
    .map((value) => (value === null ? colours.dim("·") : block(value, domain, isBreaching(value, threshold, side), colours)))
    .join("");
}

function block(value: number, [low, high]: readonly [number, number], breaching: boolean, colours: Colours): string {
  const index = Math.min(BLOCKS.length - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * BLOCKS.length)));
  const text = BLOCKS[index] ?? "";
  return breaching ? colours.red(text) : colours.blue(text);
}
