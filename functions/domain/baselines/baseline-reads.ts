import { watchedPeriodSeconds } from "../alarms/signal-rule.ts";
import type { Blueprint } from "../blueprint.ts";
import type { Signal } from "../signal.ts";
import { leafMetrics } from "../signal-series.ts";

/** A signal of which a baseline is taken. */
export interface BaselineRead {
  readonly signal: Signal;
  readonly periodSeconds: number;
  /** The largest that a trigger on the signal asks for; null for none. */
  readonly minimumSamples: number | null;
  /** False for what the stack measures and the blueprint does not name: nothing is judged by it, so two weeks of it are not read. */
  readonly isJudged: boolean;
}

/** The signals of a blueprint, in the period of their alarms, and after them what the stack measures besides. Somebody else's alarm has no values. */
export function baselineReads({ signals, baselineSignals, triggers }: Pick<Blueprint, "signals" | "baselineSignals" | "triggers">) {
  const readOf = (signal: Signal, isJudged: boolean): BaselineRead => {
    const wanted = triggers.filter((trigger) => trigger.signal === signal.name).flatMap(({ minimumSamples }) => minimumSamples ?? []);
    return {
      ...{ signal, isJudged },
      periodSeconds: watchedPeriodSeconds(triggers, signal.name, null) ?? signal.resolutionSeconds,
      minimumSamples: wanted.length === 0 ? null : Math.max(...wanted),
    };
  };
  const reads = [...signals.map((signal) => readOf(signal, true)), ...(baselineSignals ?? []).map((signal) => readOf(signal, false))];
  return reads.filter(({ signal }) => leafMetrics(signal).length > 0);
}

/** Signals of the looks, the named one counted: they share one budget of false failures, so the more there are, the stricter each. */
export function lookFamily({ looks }: Pick<Blueprint, "looks">, name: string): number {
  return new Set([...(looks?.signals.map(({ signal }) => signal) ?? []), name]).size;
}
