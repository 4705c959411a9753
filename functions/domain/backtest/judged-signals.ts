import type { Blueprint } from "../blueprint.ts";
import { lookPeriodSeconds } from "../looks/look-points.ts";
import type { Signal } from "../signal.ts";

/** A signal that releases are judged by, and the period of its points. */
export interface ReleaseSignal {
  readonly signal: Signal;
  readonly periodSeconds: number;
}

/**
 * What the looks of a blueprint judge releases by, each in the period of a look. Where it wants none, the signals that its triggers watch: what looks could do.
 * An alarm of somebody else has no points.
 */
export function judgedSignals({ looks, signals, triggers }: Pick<Blueprint, "looks" | "signals" | "triggers">): readonly ReleaseSignal[] {
  const names = new Set((looks == null ? triggers : looks.signals).map(({ signal }) => signal));
  return signals
    .filter(({ name, source }) => source.kind !== "alarm" && names.has(name))
    .map((signal) => ({ signal, periodSeconds: lookPeriodSeconds(signal, triggers) }));
}
