import type { Incident, IncidentSeries } from "../../functions/domain/incident.ts";
import { incidentTimes } from "./incident-times.ts";

/** One signal in three numbers; null = no data. */
export interface SignalFigures {
  readonly before: number | null;
  readonly during: number | null;
  readonly after: number | null;
  /** Which side of the threshold is bad; null when there is no threshold or nothing to tell it from. */
  readonly breachSide: "above" | "below" | null;
}

/**
 * `before` and `during` are the assessment's own readings; where it has none they are means of the points. `after` is the mean of the points since the
 * rollout was stable (or, not recovered, since the write). The record does not carry the operator, so the bad side is the one where the usual value is not.
 */
export function signalFigures(incident: Incident, series: IncidentSeries): SignalFigures {
  const { record } = incident.meta;
  const times = incidentTimes(incident);
  const reading = record?.assessment?.signals.find((candidate) => candidate.signal === series.signal);
  const stableAt = times.recoveredAt === null ? null : (record?.verification?.stableSince ?? times.recoveredAt);
  const onset = times.onsetAt ?? times.triggeredAt;
  const afterFrom = stableAt ?? times.appliedAt;
  const before = reading?.before ?? meanBetween(series, null, earlier(times.changeAt, onset));
  const during = reading?.during ?? meanBetween(series, onset, times.appliedAt);
  const after = afterFrom === null ? null : meanBetween(series, afterFrom, null);
  return { before, during, after, breachSide: breachSide(series, before, during) };
}

/** What the judge said of the signal at the assessment; null where it was not asked. */
export function judgedSentence({ meta }: Incident, { signal }: IncidentSeries): string | null {
  return meta.record?.assessment?.signals.find((candidate) => candidate.signal === signal)?.judged ?? null;
}

/** The series of an incident, those that were on the bad side of their threshold during it first. */
export function seriesByConcern(incident: Incident): readonly IncidentSeries[] {
  const breached = (series: IncidentSeries) => {
    const { during, breachSide: side } = signalFigures(incident, series);
    return during !== null && isBreaching(during, series.threshold, side);
  };
  return [...incident.series].sort((a, b) => Number(breached(b)) - Number(breached(a)));
}

/** True when the value is on the bad side of the threshold. */
export function isBreaching(value: number, threshold: number | null, side: SignalFigures["breachSide"]): boolean {
  if (threshold === null || side === null) return false;
  return side === "above" ? value >= threshold : value <= threshold;
}

function breachSide({ threshold, points }: IncidentSeries, before: number | null, during: number | null): SignalFigures["breachSide"] {
  if (threshold === null) return null;
  const usual = before ?? points[0]?.value ?? null;
  if (usual !== null && usual !== threshold) return usual < threshold ? "above" : "below";
  return during === null || during === threshold ? null : during > threshold ? "above" : "below";
}

function earlier(a: string | null, b: string): string {
  return a !== null && Date.parse(a) < Date.parse(b) ? a : b;
}

function meanBetween(series: IncidentSeries, from: string | null, to: string | null): number | null {
  const values = series.points
    .filter(({ at }) => (from === null || Date.parse(at) >= Date.parse(from)) && (to === null || Date.parse(at) < Date.parse(to)))
    .map(({ value }) => value);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
