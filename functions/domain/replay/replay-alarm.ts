import { countRange, noFacts, outcomeOf } from "../alarm-outcome.ts";
import type { AlarmState } from "../alarm-rule.ts";
import { tickSeconds } from "../alarms/detection-time.ts";
import type { MetricWatch } from "../blueprint-alarms.ts";
import { judgeAt, lowSampleLimit, lowSamplesAt } from "./judge-watch.ts";
import type { LeafSeries } from "./leaf-series.ts";
import { rangeOf, ruleOf, type WatchWindows, watchWindows } from "./watch-windows.ts";

/** A change of an alarm's state. */
export interface AlarmTransition {
  readonly at: Date;
  readonly from: AlarmState;
  readonly to: AlarmState;
  /** `StateReason` in CloudWatch's wording. */
  readonly reason: string;
  /** False where AWS's documentation leaves the outcome open. */
  readonly documented: boolean;
}

export interface ReplayOptions {
  /** The first evaluation is at or after `from`, the last at or before `to`. */
  readonly from: Date;
  readonly to: Date;
  /** When in a tick CloudWatch evaluates this alarm; AWS does not say. @default 0, right when a period closes */
  readonly phaseSeconds?: number;
  /** Periods that an evaluation looks back over; unpublished. @default `evaluationRange` */
  readonly rangePeriods?: number;
  /** @default INSUFFICIENT_DATA, that of a new alarm */
  readonly initialState?: AlarmState;
  /** Whether other evaluation ranges are tried; without it `dependsOnRange` is false. @default true */
  readonly comparesRanges?: boolean;
}

export interface AlarmReplay {
  readonly transitions: readonly AlarmTransition[];
  /** At the end. */
  readonly state: AlarmState;
  readonly evaluations: number;
  /** Evaluations whose outcome AWS's documentation leaves open. */
  readonly undocumented: number;
  /** Whether other evaluation ranges (the N periods alone, or twice as many) make other transitions. */
  readonly dependsOnRange: boolean;
  /** False where the windows moved by more than CloudWatch's do: percentiles cannot be computed for windows that slide. */
  readonly slides: boolean;
  readonly windowStepSeconds: number;
}

/**
 * Runs a metric alarm over recorded points, exactly as CloudWatch evaluates it where that is documented. `leaves` are in the order of the watch's.
 * Points outside a series are missing. Throws `InvalidInputError` for data that does not fit the alarm.
 */
export function replayAlarm(watch: MetricWatch, leaves: readonly LeafSeries[], options: ReplayOptions): AlarmReplay {
  const periods = rangeOf(watch, options.rangePeriods);
  const others = options.comparesRanges === false ? [] : [watch.evaluationPeriods, 2 * periods].filter((other) => other !== periods);
  const windows = watchWindows(watch, leaves, {
    fromEpochSeconds: options.from.getTime() / 1000,
    toEpochSeconds: options.to.getTime() / 1000,
    periods: Math.max(periods, ...others),
  });
  const replay = replayRange(watch, windows, options, periods);
  const dependsOnRange =
    replay.hasGaps && others.some((other) => !sameTransitions(replay.transitions, replayRange(watch, windows, options, other).transitions));
  const { transitions, state, evaluations, undocumented } = replay;
  const { slides, grid } = windows;
  return { transitions, state, evaluations, undocumented, dependsOnRange, slides, windowStepSeconds: grid.stepSeconds };
}

type RangeReplay = Pick<AlarmReplay, "transitions" | "state" | "evaluations" | "undocumented"> & { readonly hasGaps: boolean };

function replayRange(watch: MetricWatch, windows: WatchWindows, options: ReplayOptions, periods: number): RangeReplay {
  const rule = ruleOf(watch);
  const { grid, stride, values } = windows;
  const limit = lowSampleLimit(watch, windows);
  const facts = noFacts();
  const transitions: AlarmTransition[] = [];
  let state = options.initialState ?? "INSUFFICIENT_DATA";
  let evaluations = 0;
  let undocumented = 0;
  let hasGaps = values === null;

  const step = tickSeconds(watch.periodSeconds, watch.evaluationPeriods);
  const phaseSeconds = options.phaseSeconds ?? 0;
  const firstTick = Math.ceil((options.from.getTime() / 1000 - phaseSeconds) / step) * step + phaseSeconds;
  const end = options.to.getTime() / 1000;
  for (let at = firstTick; at <= end; at += step) {
    const newest = Math.floor((at - grid.firstEndEpochSeconds) / grid.stepSeconds);
    if (values !== null) countRange(facts, rule, values, newest, stride, periods);
    else countRange(facts, rule, windows.rangeAt(newest, periods), periods - 1, 1, periods);
    const low = lowSamplesAt(windows, newest, rule.evaluationPeriods, limit);
    const outcome = outcomeOf(rule, facts);
    const next = low === "newest" ? state : (outcome.state ?? state);
    evaluations++;
    if (low === "older" || (low === "none" && !outcome.documented)) undocumented++;
    if (facts.real < periods) hasGaps = true;
    if (next === state) continue;
    const { reason, documented } = judgeAt(windows, rule, newest, state, periods, limit);
    transitions.push({ at: new Date(at * 1000), from: state, to: next, reason, documented });
    state = next;
  }
  return { transitions, state, evaluations, undocumented, hasGaps };
}

function sameTransitions(a: readonly AlarmTransition[], b: readonly AlarmTransition[]): boolean {
  return a.length === b.length && a.every(({ at, to }, i) => at.getTime() === b[i]?.at.getTime() && to === b[i]?.to);
}
