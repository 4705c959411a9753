import type { Blueprint, CheckPhase } from "../../domain/blueprint.ts";
import { type CheckFacts, checksOf, firedSignal, isContinuous, type ProbeResult } from "../../domain/checks.ts";
import { isRestoring } from "../../domain/plan-steps.ts";
import { isProbed } from "../../domain/probe.ts";
import type { PlanStep, Progress, Verification } from "../../domain/rollback-document.ts";
import type { SignalData } from "../../domain/signal-readings.ts";
import { windowMean, withQuietPoints } from "../../domain/signal-series.ts";
import type { ProbeContext, Probes } from "../../ports/probes.ts";

/** The last minute tells how it is now (seed 003: a minute of improvement); of coarser signals three of their points. */
const RECENT_SECONDS = 60;
const RECENT_POINTS = 3;

/** What a look at a step asks. */
export interface Look {
  /** Which checks are asked; null for a step that is not judged by them. */
  readonly phase: CheckPhase | null;
  /** Are the service's alarms read? */
  readonly alarms: boolean;
  /** Since when values of signals count; null while none does. */
  readonly since: Date | null;
  /** Are the phase's probes made? They cost time and touch the service, so only once the release has settled. */
  readonly probes: boolean;
}

/** By the step and what was found before: a restored release counts from when it was stable, a watch from there on too. */
export function lookAt(
  step: PlanStep | undefined,
  progress: Progress,
  previous: Verification | null,
  { blueprint, now }: { readonly blueprint: Blueprint; readonly now: Date },
): Look {
  const acted = progress.outcome === "applied" || progress.outcome === "already-applied";
  if (!acted || step === undefined) return { phase: null, alarms: false, since: null, probes: false };
  if (isRestoring(step)) {
    const stableSince = previous?.stepId === progress.stepId ? previous.stableSince : null;
    const since = stableSince === null ? null : new Date(stableSince);
    const settled = since !== null && now.getTime() - since.getTime() >= blueprint.verification.stabilizationSeconds * 1000;
    return { phase: "health", alarms: true, since, probes: settled };
  }
  if (step.kind === "watch" && step.phase !== undefined) {
    return { phase: step.phase, alarms: true, since: new Date(previous?.stableSince ?? progress.appliedAt), probes: true };
  }
  const alarms = step.kind === "watch" || step.kind === "analyse" || step.kind === "pause-at-share";
  return { phase: null, alarms, since: null, probes: false };
}

/**
 * Signals that the look compares: its checks', that of the alarm that fired or of the look that failed (`looked`), and in a watch also those that may have breached. Where one of them has points only
 * on events, those that always have some as well: they tell silence from an outage of the metrics.
 */
export function signalsOf(blueprint: Blueprint, phase: CheckPhase, firedAlarm: string | null, looked?: string): ReadonlySet<string> {
  const compared = checksOf(blueprint, phase).flatMap((check) => ("signal" in check ? [check.signal] : []));
  const fired = firedSignal(blueprint, firedAlarm, looked) ?? [];
  const others = phase === "health" ? fired : [blueprint.triggers.map(({ signal }) => signal), looked ?? []].flat();
  const names = new Set([...compared, others].flat());
  const counts = blueprint.signals.some((signal) => names.has(signal.name) && !isContinuous(signal));
  return counts ? new Set([...names, ...blueprint.signals.filter(isContinuous).map(({ name }) => name)]) : names;
}

/**
 * Only periods that closed and began after the service was stable: an older point still shows the incident. In a watch the last ones of them. What has points
 * only on events and has none is at 0, provided that a signal which always has some was measured in the same time.
 */
export function readingsOf(data: readonly SignalData[], since: Date, now: Date, phase: CheckPhase): CheckFacts["readings"] {
  const read = data.map(({ signal, series }) => {
    const { periodSeconds } = series;
    const recent = now.getTime() - Math.max(RECENT_SECONDS, (RECENT_POINTS + 1) * periodSeconds) * 1000;
    const from = phase === "health" ? since : new Date(Math.max(since.getTime(), recent));
    const until = new Date(now.getTime() - periodSeconds * 1000 + 1);
    return { signal, value: windowMean(series, from, until), quiet: windowMean(withQuietPoints(series, signal), from, until) };
  });
  const isMeasured = read.some(({ signal, value }) => isContinuous(signal) && value !== null);
  return read.map(({ signal, value, quiet }) => ({ signal: signal.name, value: value ?? (isMeasured ? quiet : null) }));
}

/** Every probe of a phase at the same time. */
export async function probeAll(
  probes: Probes,
  blueprint: Blueprint,
  phase: CheckPhase,
  context: ProbeContext,
): Promise<readonly ProbeResult[]> {
  const asked = checksOf(blueprint, phase).filter(isProbed);
  return Promise.all(asked.map(async (check) => ({ check: check.name, reading: await probes.run(check, context) })));
}
