import { guarded, signalMath } from "../alarms/signal-math.ts";
import type { MetricWatch } from "../blueprint-alarms.ts";
import { calibrateRelease, type ReleaseCalibration } from "../judging/calibrate-release.ts";
import { judgeRelease } from "../judging/judge-release.ts";
import { type ReleaseHistory, releaseHistory } from "../judging/release-history.ts";
import { RELEASE_RULE } from "../judging/release-rule.ts";
import type { Signal } from "../signal.ts";
import { BAKE_SECONDS, DAY_SECONDS, type Deploy, type LeafData, leafWithin, REGRESSION_FACTORS } from "./backtest-data.ts";
import { type DeployOutcome, type DeployRates, deployRates, judgeableDeploys } from "./deploy-outcomes.ts";
import { injectRegression } from "./inject-regression.ts";
import { type JudgedStretch, judgedStretches, withoutData } from "./judged-stretches.ts";
import { watchedPoints } from "./watched-points.ts";

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
 * Judges every deploy by one signal, as the looks after a release do. `periodSeconds`: that of a look, or more where its points are coarser;
 * `family`: signals that share the budget of false rollbacks. The judge is calibrated on what was before the deploy, at most once in a week.
 */
export function backtestJudge(
  signal: Signal,
  periodSeconds: number,
  family: number,
  data: LeafData,
  deploys: readonly Deploy[],
): JudgedSignal {
  const plain = signalWatch(signal, periodSeconds);
  const missing = whyNoData(signal, plain, data);
  if (missing !== null) return judged(signal, missing, [], [], 0);
  const resolutions = new Set(
    plain?.leaves.flatMap(({ metric }) => data(signal.name, metric, periodSeconds).map((leaf) => leaf.periodSeconds)),
  );
  const parts = [...resolutions].map((resolution) => judgeResolution(signal, periodSeconds, resolution, family, data, deploys));
  const why = parts.every((part) => part.why !== null) ? (parts[0]?.why ?? null) : null;
  const outcomes = parts.flatMap((part) => part.outcomes).sort((a, b) => a.deploy.atEpochSeconds - b.deploy.atEpochSeconds);
  const inconclusive = parts.reduce((sum, part) => sum + part.inconclusive, 0);
  return judged(
    signal,
    why,
    outcomes,
    parts.flatMap((part) => part.calibrations),
    inconclusive,
  );
}

/** Whether there are points to judge releases by. */
export function hasData(signal: Signal, periodSeconds: number, data: LeafData): boolean {
  return whyNoData(signal, signalWatch(signal, periodSeconds), data) === null;
}

function whyNoData({ name }: Signal, watch: MetricWatch | null, data: LeafData): string | null {
  return watch === null ? "the alarm is another's: it has no values" : withoutData(() => name, [watch], data);
}

function judged(
  { name }: Signal,
  why: string | null,
  outcomes: readonly DeployOutcome[],
  calibrations: JudgeBacktest["calibrations"],
  inconclusive: number,
): JudgedSignal {
  const deploys = { judged: outcomes.length, inconclusive };
  const backtest = { signal: name, judged: why === null, why, deploys, calibrations, ...deployRates(outcomes, REGRESSION_FACTORS) };
  return { backtest, outcomes };
}

interface Part {
  readonly why: string | null;
  readonly outcomes: readonly DeployOutcome[];
  readonly calibrations: JudgeBacktest["calibrations"];
  readonly inconclusive: number;
}

function judgeResolution(
  signal: Signal,
  periodSeconds: number,
  resolution: number,
  family: number,
  data: LeafData,
  deploys: readonly Deploy[],
): Part {
  const none = { outcomes: [], calibrations: [], inconclusive: 0 };
  const period = Math.max(periodSeconds, resolution);
  const watch = signalWatch(signal, period);
  if (watch === null || period % 60 !== 0 || BAKE_SECONDS % period !== 0 || BAKE_SECONDS / period < 4)
    return { ...none, why: `periods of ${period} s are too long to look at an hour` };
  const stretches = judgedStretches(() => signal.name, [watch], data).filter((stretch) => stretch.resolutionSeconds === resolution);
  const refused = stretches.find(({ why }) => why !== null)?.why ?? null;
  const open = stretches.filter(({ why }) => why === null);
  if (open.length === 0) return { ...none, why: refused ?? `no stretch of ${resolution} s` };
  const parts = open.map((stretch) => judgeStretch(signal, watch, family, stretch, deploys));
  const outcomes = parts.flatMap((part) => part.outcomes);
  const calibrations = parts.flatMap((part) => part.calibrations);
  const inconclusive = parts.reduce((sum, part) => sum + part.inconclusive, 0);
  const why =
    calibrations.length > 0 ? null : `no deploy has ${RELEASE_RULE.leastHistoryHours} h of history before it and an hour after it`;
  return { why, outcomes, calibrations, inconclusive };
}

interface Calibrated {
  readonly at: number;
  readonly history: ReleaseHistory;
  readonly calibration: ReleaseCalibration;
}

function judgeStretch(signal: Signal, watch: MetricWatch, family: number, stretch: JudgedStretch, deploys: readonly Deploy[]) {
  const { periodSeconds } = watch;
  const leaves = stretch.leaves.get(watch) ?? [];
  const { startEpochSeconds, values } = watchedPoints(watch, leaves, stretch);
  const calibrations: Calibrated[] = [];
  const outcomes: DeployOutcome[] = [];
  let inconclusive = 0;
  for (const deploy of judgeableDeploys(deploys, stretch, RELEASE_RULE.leastHistoryHours * 3_600)) {
    const at = deploy.atEpochSeconds;
    // The slot in which the release came is neither before nor after it.
    const before = Math.floor((at - startEpochSeconds) / periodSeconds);
    const first = Math.ceil((at - startEpochSeconds) / periodSeconds);
    const calibrated = calibratedAt(at, values, before, signal, periodSeconds, family, calibrations);
    if (calibrated === null) {
      inconclusive++;
      continue;
    }
    const { history, calibration } = calibrated;
    const now = { ...history, worse: Array.from(values.subarray(Math.max(0, before - history.bakePoints), before), history.toWorse) };
    const failedAfter = (bake: readonly number[]): number | null | "unknown" => {
      const verdicts = history.lookPoints.map((points) => judgeRelease(now, calibration, bake.slice(0, points)));
      const failed = verdicts.findIndex(({ verdict }) => verdict === "fail");
      if (failed >= 0) return ((first + (history.lookPoints[failed] ?? 0)) * periodSeconds + startEpochSeconds - at) / 60;
      return verdicts.at(-1)?.verdict === "pass" ? null : "unknown";
    };
    const fired = failedAfter(Array.from(values.subarray(first, first + history.bakePoints)));
    if (fired === "unknown") inconclusive++;
    else {
      const start = startEpochSeconds + first * periodSeconds;
      const bake = { fromEpochSeconds: start, toEpochSeconds: start + BAKE_SECONDS };
      const seen = leaves.map((leaf) => leafWithin(leaf, bake));
      const found = REGRESSION_FACTORS.map((factor) => {
        const worse = watchedPoints(watch, injectRegression(watch, seen, signal, factor, bake) ?? seen, bake);
        const minutes = failedAfter(Array.from(worse.values));
        return minutes === "unknown" ? null : minutes;
      });
      outcomes.push({ deploy, firedMinutes: fired, hasDay: at + DAY_SECONDS <= stretch.toEpochSeconds, found });
    }
  }
  return { outcomes, inconclusive, calibrations: calibrations.map(toldOf) };
}

/** The newest calibration, or a new one where that is a week old. Null where the history does not suffice. */
function calibratedAt(
  at: number,
  values: Float64Array,
  before: number,
  { better }: Signal,
  periodSeconds: number,
  family: number,
  known: Calibrated[],
): Calibrated | null {
  const newest = known.at(-1);
  if (newest !== undefined && at - newest.at < CALIBRATED_SECONDS) return newest;
  const points = Math.round((RELEASE_RULE.historyDays * DAY_SECONDS) / periodSeconds);
  const history = releaseHistory(
    Array.from(values.subarray(Math.max(0, before - points), before)),
    periodSeconds,
    better === "lower" ? "increase" : "decrease",
  );
  const calibration = history === null ? null : calibrateRelease(history, family);
  if (history === null || calibration === null) return null;
  const calibrated = { at, history, calibration };
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
