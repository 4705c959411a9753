import { guarded, signalMath } from "../alarms/signal-math.ts";
import type { MetricWatch } from "../blueprint-alarms.ts";
import { calibrateRelease, type ReleaseCalibration } from "../judging/calibrate-release.ts";
import { judgeRelease } from "../judging/judge-release.ts";
import { judgedValues } from "../judging/judged-values.ts";
import { type ReleaseHistory, releaseHistory, whyNoHistory } from "../judging/release-history.ts";
import { RELEASE_RULE } from "../judging/release-rule.ts";
import { silentValue } from "../looks/look-points.ts";
import type { Signal } from "../signal.ts";
import { BAKE_SECONDS, DAY_SECONDS, type Deploy, type LeafData, leafWithin, REGRESSION_FACTORS } from "./backtest-data.ts";
import { type DeployOutcome, type DeployRates, deployRates, judgeableDeploys } from "./deploy-outcomes.ts";
import { injectRegression } from "./inject-regression.ts";
import { type JudgedStretch, judgedStretches, withoutData } from "./judged-stretches.ts";
import { type WatchedPoints, watchedPoints } from "./watched-points.ts";

/** What the release judge would have said of one signal: the same function that judges releases when they are live. */
export interface JudgeBacktest extends DeployRates {
  readonly signal: string;
  readonly judged: boolean;
  readonly why: string | null;
  /** Deploys with a verdict, and those without: less than 48 h of history before, or too many points missing. */
  readonly deploys: { readonly judged: number; readonly inconclusive: number };
  /** Every time that the judge was calibrated on what was before; the rates are those of its own replay. */
  readonly calibrations: readonly (Pick<ReleaseCalibration, "falsePercent" | "foundPercent" | "replays" | "effectiveReplays"> & {
    readonly at: string;
  })[];
}

export interface JudgedSignal {
  readonly backtest: JudgeBacktest;
  readonly outcomes: readonly DeployOutcome[];
}

/** A calibration is used for so long: it rests on up to 14 days, of which a week is half. */
const CALIBRATED_SECONDS = 7 * DAY_SECONDS;

/**
 * Judges every deploy by one signal, as the looks after a release do. `familyAt`: signals that share the budget of false rollbacks at a time. The judge is
 * calibrated on what was before the deploy, at most once in a week.
 */
export function backtestJudge(judged: JudgedPast, familyAt: (atEpochSeconds: number) => number, deploys: readonly Deploy[]): JudgedSignal {
  const { signal, parts } = judged;
  const results = parts.map((part) => judgePart(signal, part, familyAt, deploys));
  const outcomes = results.flatMap((result) => result.outcomes).sort((a, b) => a.deploy.atEpochSeconds - b.deploy.atEpochSeconds);
  const calibrations = results.flatMap((result) => result.calibrations);
  const inconclusive = results.reduce((sum, result) => sum + result.inconclusive, 0);
  const unknown = results.map((result) => result.why).find((why) => why !== null);
  const tooShort = unknown ?? `no deploy has ${RELEASE_RULE.leastHistoryHours} h of history before it and an hour after it`;
  const why = parts.length === 0 ? judged.why : calibrations.length > 0 ? null : tooShort;
  const counted = { judged: outcomes.length, inconclusive };
  const rates = deployRates(outcomes, REGRESSION_FACTORS);
  return { backtest: { signal: signal.name, judged: why === null, why, deploys: counted, calibrations, ...rates }, outcomes };
}

/** A stretch of one resolution, with the values that looks would read in it. */
interface JudgedPart {
  readonly watch: MetricWatch;
  readonly stretch: JudgedStretch;
  readonly points: WatchedPoints;
}

/** What there is of a signal to judge releases by; without any part `why` says why. */
export interface JudgedPast {
  readonly signal: Signal;
  readonly parts: readonly JudgedPart[];
  readonly why: string | null;
}

/** `periodSeconds`: that of a look, or more where its points are coarser. */
export function judgedPast(signal: Signal, periodSeconds: number, data: LeafData): JudgedPast {
  const plain = signalWatch(signal, periodSeconds);
  if (plain === null) return { signal, parts: [], why: "the alarm is another's: it has no values" };
  const missing = withoutData(() => signal.name, [plain], data);
  if (missing !== null) return { signal, parts: [], why: missing };
  const found = plain.leaves.flatMap(({ metric }) => data(signal.name, metric, periodSeconds).map((leaf) => leaf.periodSeconds));
  const all = [...new Set(found)].map((resolution) => partsOf(signal, periodSeconds, resolution, data));
  return { signal, parts: all.flatMap(({ parts }) => parts), why: all[0]?.why ?? null };
}

function partsOf(signal: Signal, periodSeconds: number, resolution: number, data: LeafData): Omit<JudgedPast, "signal"> {
  const period = Math.max(periodSeconds, resolution);
  const watch = signalWatch(signal, period);
  if (watch === null || period % 60 !== 0 || BAKE_SECONDS % period !== 0 || BAKE_SECONDS / period < 4)
    return { parts: [], why: `periods of ${period} s are too long to look at an hour` };
  const stretches = judgedStretches(() => signal.name, [watch], data).filter((stretch) => stretch.resolutionSeconds === resolution);
  const parts = stretches
    .filter(({ why }) => why === null)
    .map((stretch) => ({ watch, stretch, points: withSilence(signal, watchedPoints(watch, stretch.leaves.get(watch) ?? [], stretch)) }));
  return { parts, why: stretches.find(({ why }) => why !== null)?.why ?? `no stretch of ${resolution} s` };
}

/** Whether a look at that time would have had a history to judge by: only such signals share its budget. */
export function hasHistoryAt({ signal, parts }: JudgedPast, atEpochSeconds: number): boolean {
  return parts.some(({ stretch, points }) => {
    if (atEpochSeconds <= stretch.fromEpochSeconds || atEpochSeconds > stretch.toEpochSeconds) return false;
    const past = pastOf(points, slotBefore(points, atEpochSeconds));
    return whyNoHistory(past.map(judgedValues(signal, past).of), points.periodSeconds) === null;
  });
}

/** The first slot that is not wholly before that time. */
function slotBefore({ startEpochSeconds, periodSeconds }: WatchedPoints, atEpochSeconds: number): number {
  return Math.floor((atEpochSeconds - startEpochSeconds) / periodSeconds);
}

/** What a look reads of the time before a slot. */
function pastOf({ values, periodSeconds }: WatchedPoints, before: number): readonly number[] {
  const points = Math.round((RELEASE_RULE.historyDays * DAY_SECONDS) / periodSeconds);
  return Array.from(values.subarray(Math.max(0, before - points), before));
}

interface Calibrated {
  readonly at: number;
  readonly history: ReleaseHistory;
  readonly calibration: ReleaseCalibration;
  /** What is judged of a value. */
  readonly of: (value: number) => number;
}

function judgePart(
  signal: Signal,
  { watch, stretch, points }: JudgedPart,
  familyAt: (atEpochSeconds: number) => number,
  deploys: readonly Deploy[],
) {
  const leaves = stretch.leaves.get(watch) ?? [];
  const { startEpochSeconds, periodSeconds, values } = points;
  let why: string | null = null;
  const calibrations: Calibrated[] = [];
  const outcomes: DeployOutcome[] = [];
  let inconclusive = 0;
  for (const deploy of judgeableDeploys(deploys, stretch, RELEASE_RULE.leastHistoryHours * 3_600)) {
    const at = deploy.atEpochSeconds;
    // The slot in which the release came is neither before nor after it.
    const before = slotBefore(points, at);
    const first = Math.ceil((at - startEpochSeconds) / periodSeconds);
    const calibrated = calibratedAt(at, points, signal, familyAt, calibrations);
    if (typeof calibrated === "string") {
      why ??= calibrated;
      inconclusive++;
      continue;
    }
    const { history, calibration, of } = calibrated;
    const now = {
      ...history,
      worse: Array.from(values.subarray(Math.max(0, before - history.bakePoints), before), (value) => history.toWorse(of(value))),
    };
    const failedAfter = (bake: readonly number[]): number | null | "unknown" => {
      const verdicts = history.lookPoints.map((points) => judgeRelease(now, calibration, bake.slice(0, points)));
      const failed = verdicts.findIndex(({ verdict }) => verdict === "fail");
      if (failed >= 0) return ((first + (history.lookPoints[failed] ?? 0)) * periodSeconds + startEpochSeconds - at) / 60;
      return verdicts.at(-1)?.verdict === "pass" ? null : "unknown";
    };
    const fired = failedAfter(Array.from(values.subarray(first, first + history.bakePoints), of));
    if (fired === "unknown") inconclusive++;
    else {
      const start = startEpochSeconds + first * periodSeconds;
      const bake = { fromEpochSeconds: start, toEpochSeconds: start + BAKE_SECONDS };
      const seen = leaves.map((leaf) => leafWithin(leaf, bake));
      const found = REGRESSION_FACTORS.map((factor) => {
        const worse = withSilence(signal, watchedPoints(watch, injectRegression(watch, seen, signal, factor, bake) ?? seen, bake));
        const minutes = failedAfter(Array.from(worse.values, of));
        return minutes === "unknown" ? null : minutes;
      });
      outcomes.push({ deploy, firedMinutes: fired, hasDay: at + DAY_SECONDS <= stretch.toEpochSeconds, found });
    }
  }
  return { outcomes, inconclusive, why, calibrations: calibrations.map(toldOf) };
}

/** As looks read a signal: no point is nothing of what should be few. */
function withSilence(signal: Signal, { values, ...points }: WatchedPoints): WatchedPoints {
  const silent = silentValue(signal);
  return { ...points, values: Number.isNaN(silent) ? values : values.map((value) => (Number.isNaN(value) ? silent : value)) };
}

/** The newest calibration, or a new one where that is a week old; where the history does not suffice, why. */
function calibratedAt(
  at: number,
  points: WatchedPoints,
  signal: Signal,
  familyAt: (atEpochSeconds: number) => number,
  known: Calibrated[],
): Calibrated | string {
  const newest = known.at(-1);
  if (newest !== undefined && at - newest.at < CALIBRATED_SECONDS) return newest;
  const past = pastOf(points, slotBefore(points, at));
  const { direction, of } = judgedValues(signal, past);
  const history = releaseHistory(past.map(of), points.periodSeconds, direction);
  const calibration = history === null ? null : calibrateRelease(history, familyAt(at));
  if (history === null || calibration === null)
    return whyNoHistory(past.map(of), points.periodSeconds) ?? "too little of its history could be judged itself";
  const calibrated = { at, history, calibration, of };
  known.push(calibrated);
  return calibrated;
}

function toldOf({ at, calibration: { falsePercent, foundPercent, replays, effectiveReplays } }: Calibrated) {
  return { at: new Date(at * 1000).toISOString(), falsePercent, foundPercent, replays, effectiveReplays };
}

/** The signal's own value in every period; null for an alarm that exists already. */
export function signalWatch(signal: Signal, periodSeconds: number): MetricWatch | null {
  const math = signalMath(signal, undefined);
  if (math === null) return null;
  const expression = guarded(math.conditions, math.value);
  return {
    kind: "metric",
    leaves: math.leaves,
    expression: math.leaves.length === 1 && math.leaves[0]?.id === expression ? null : expression,
    ...{
      operator: ">",
      threshold: 0,
      periodSeconds,
      datapointsToAlarm: 1,
      evaluationPeriods: 1,
      missingData: "missing",
      lowSamples: "evaluate",
    },
  };
}
