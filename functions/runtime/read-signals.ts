import { signalRules, watchedPeriodSeconds } from "../domain/alarms/signal-rule.ts";
import type { Blueprint } from "../domain/blueprint.ts";
import type { IncidentSeries } from "../domain/incident.ts";
import type { RollbackTrigger } from "../domain/rollback-trigger.ts";
import type { Signal } from "../domain/signal.ts";
import type { SignalData } from "../domain/signal-readings.ts";
import { leafMetrics, signalSeries } from "../domain/signal-series.ts";
import type { MetricSource } from "../ports/metric-source.ts";

/** Points that the record keeps of one signal. */
const RECORD_POINTS = 240;

/**
 * Reads every signal of a blueprint over [from, to) in one call, in the period of its alarm (of the trigger that fired, if it watches several).
 * Existing alarms have no series and are left out.
 */
export async function readSignals(
  metrics: Pick<MetricSource, "series">,
  blueprint: Blueprint,
  triggerName: string | null,
  from: Date,
  to: Date,
): Promise<SignalData[]> {
  const signals = blueprint.signals.filter((signal) => leafMetrics(signal).length > 0);
  const queries = signals.flatMap((signal) => {
    const periodSeconds = periodOf(signal, blueprint, triggerName);
    return leafMetrics(signal).map((metric) => ({ metric, periodSeconds }));
  });
  const leaves = queries.length === 0 ? [] : await metrics.series(queries, from, to);
  let next = 0;
  return signals.map((signal) => {
    const count = leafMetrics(signal).length;
    const read = leaves.slice(next, next + count);
    next += count;
    const [part, total] = signal.source.kind === "ratio" ? read : [];
    const counted = part === undefined || total === undefined ? {} : { counted: { part, total } };
    return { signal, series: signalSeries(signal, read), ...counted };
  });
}

/** Only the alarm's own period is comparable with its threshold. */
function periodOf({ name, resolutionSeconds }: Signal, { triggers }: Blueprint, triggerName: string | null): number {
  return watchedPeriodSeconds(triggers, name, triggerName) ?? resolutionSeconds;
}

/** The points that the incident keeps, with the threshold that people compare them with; a tuned one is what the alarm said that fired. */
export function incidentSeries(
  blueprint: Blueprint,
  data: readonly SignalData[],
  fired: Pick<RollbackTrigger, "alarmName" | "threshold">,
): IncidentSeries[] {
  return data.map(({ signal, series }) => {
    const [rule] = signalRules(blueprint.triggers, signal.name, fired);
    const check = blueprint.verification.checks.find((candidate) => candidate.type === "threshold" && candidate.signal === signal.name);
    const points = series.values.flatMap((value, i) =>
      value === null ? [] : [{ at: new Date((series.startEpochSeconds + i * series.periodSeconds) * 1000).toISOString(), value }],
    );
    return {
      signal: signal.name,
      unit: signal.unit,
      periodSeconds: series.periodSeconds,
      threshold: rule?.threshold ?? (check?.type === "threshold" ? check.target : null),
      points: points.slice(-RECORD_POINTS),
    };
  });
}
