import { describeRule } from "../alarms/describe-alarm.ts";
import { isTuned } from "../alarms/signal-rule.ts";
import type { CompiledAlarm, MetricWatch } from "../blueprint-alarms.ts";
import { InvalidInputError } from "../errors.ts";
import type { LeafSeries } from "../replay/leaf-series.ts";
import type { AlarmTransition } from "../replay/replay-alarm.ts";
import { BAKE_SECONDS, DAY_SECONDS, type Deploy, type LeafData, leafWithin, REGRESSION_FACTORS, type Stretch } from "./backtest-data.ts";
import { type DeployOutcome, type DeployRates, deployRates, judgeableDeploys } from "./deploy-outcomes.ts";
import { injectRegression } from "./inject-regression.ts";
import { type JudgedStretch, judgedStretches, ownersOf, withoutData } from "./judged-stretches.ts";
import { lookBackSeconds, type ReplayedTrigger, rangeSeconds, replayStretch, type StretchReplay, stateAt } from "./replay-stretch.ts";
import { type TunedMoment, tunedMoments } from "./tuned-moments.ts";

/** A stretch of one resolution as it was judged. Times ISO 8601 UTC. */
export interface BacktestSegment {
  readonly from: string;
  readonly to: string;
  readonly resolutionSeconds: number;
  readonly judged: boolean;
  /** Why it was not judged; null where it was. */
  readonly why: string | null;
}

/** What a trigger would have done. */
export interface TriggerBacktest extends DeployRates {
  readonly trigger: string;
  readonly alarmName: string;
  readonly signal: string;
  readonly rule: string;
  readonly mode: string | null;
  readonly armedAfterChangeMinutes: number | null;
  readonly judged: boolean;
  /** Why nothing of it could be judged; null where something was. */
  readonly why: string | null;
  readonly segments: readonly BacktestSegment[];
  readonly transitions: number;
  /** When the alarm went into ALARM. */
  readonly alarms: readonly string[];
  readonly deploys: {
    readonly judged: number;
    /** Too near to an end of the data or to a change of its resolution. */
    readonly outside: number;
    /** In ALARM already when the deploy came: nothing can fire then. */
    readonly inAlarm: number;
    /** Judged, and known to have been bad: no false alarm counts there. */
    readonly bad: number;
  };
  readonly evaluations: number;
  /** Evaluations whose outcome AWS's documentation leaves open. */
  readonly undocumented: number;
  readonly dependsOnRange: boolean;
  /** False where CloudWatch's windows slide and those of the data do not. */
  readonly slides: boolean;
  readonly missing: { readonly points: number; readonly of: number; readonly treatedAs: string };
  /** Of a tuned trigger: how often it was tuned, and between which thresholds; null for others. */
  readonly thresholds: { readonly tunings: number; readonly lowest: number; readonly highest: number } | null;
  readonly notes: readonly string[];
}

export interface JudgedTrigger {
  readonly backtest: TriggerBacktest;
  readonly outcomes: readonly DeployOutcome[];
}

/** Replays one trigger: its acting alarm, with the parts of a composite. Never throws for data that does not fit: `why` says it. */
export function backtestTrigger(
  alarm: CompiledAlarm,
  parts: readonly CompiledAlarm[],
  data: LeafData,
  deploys: readonly Deploy[],
): JudgedTrigger {
  const watches = [alarm, ...parts].flatMap(({ watch }) => (watch?.kind === "metric" ? watch : []));
  const missingData = alarm.existing ? "the alarm is another's: its rule is not known here" : withoutData(ownersOf(alarm), watches, data);
  if (missingData !== null) return notJudged(alarm, missingData, [], deploys.length);
  const stretches = judgedStretches(ownersOf(alarm), watches, data);
  const judged: Judged[] = [];
  const segments = stretches.map((stretch): BacktestSegment => {
    const why = stretch.why ?? judgeStretch(alarm, parts, stretch, deploys, judged);
    return { ...timesOf(stretch), resolutionSeconds: stretch.resolutionSeconds, judged: why === null, why };
  });
  if (judged.length === 0) return notJudged(alarm, [...new Set(segments.map(({ why }) => why))].join("; "), segments, deploys.length);
  return summed(alarm, segments, judged, deploys.length);
}

interface Judged {
  readonly replay: StretchReplay;
  readonly outcomes: readonly DeployOutcome[];
  readonly inAlarm: number;
  readonly moments: readonly TunedMoment[];
  readonly points: number;
  readonly missing: number;
}

/** Adds to `judged`, or says why it cannot. */
function judgeStretch(
  alarm: CompiledAlarm,
  parts: readonly CompiledAlarm[],
  stretch: JudgedStretch,
  deploys: readonly Deploy[],
  judged: Judged[],
): string | null {
  try {
    const replayed = replayedTrigger(alarm, parts, stretch, deploys);
    const replay = replayStretch(replayed, stretch.leaves, stretch);
    const near = judgeableDeploys(deploys, stretch, rangeSeconds(replayed));
    const calm = near.filter(({ atEpochSeconds }) => stateAt(replay.transitions, atEpochSeconds) !== "ALARM");
    const outcomes = calm.map((deploy) => outcomeOf(alarm, replayed, stretch, replay, deploy));
    const leaves = [...new Map([...stretch.leaves.values()].flat().map((leaf) => [leaf.values, leaf])).values()];
    judged.push({
      ...{ replay, outcomes },
      inAlarm: near.length - calm.length,
      moments: replayed.parts.flatMap(({ moments }) => moments ?? []),
      points: leaves.reduce((sum, { values }) => sum + values.length, 0),
      missing: leaves.reduce((sum, leaf) => sum + missingOf(leaf), 0),
    });
    return null;
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
}

function replayedTrigger(
  alarm: CompiledAlarm,
  parts: readonly CompiledAlarm[],
  stretch: JudgedStretch,
  deploys: readonly Deploy[],
): ReplayedTrigger {
  const { form } = alarm.trigger;
  const momentsOf = (watch: MetricWatch) =>
    form?.type === "baseline" && isTuned(form.against)
      ? tunedMoments(
          form,
          alarm.signal,
          watch,
          stretch.leaves.get(watch) ?? [],
          stretch,
          deploys.map(({ atEpochSeconds }) => atEpochSeconds),
        )
      : null;
  const replayed = [alarm, ...parts].flatMap(({ alarmName, watch }) =>
    watch?.kind === "metric" ? [{ alarmName, watch, moments: momentsOf(watch) }] : [],
  );
  return { parts: replayed, composite: alarm.watch?.kind === "composite" ? alarm.watch : null };
}

function outcomeOf(
  alarm: CompiledAlarm,
  replayed: ReplayedTrigger,
  stretch: JudgedStretch,
  replay: StretchReplay,
  deploy: Deploy,
): DeployOutcome {
  const at = deploy.atEpochSeconds;
  const bake: Stretch = { fromEpochSeconds: at, toEpochSeconds: at + BAKE_SECONDS };
  const seen = new Map(
    [...stretch.leaves].map(([watch, leaves]) => [
      watch,
      leaves.map((leaf) => leafWithin(leaf, { ...bake, fromEpochSeconds: at - lookBackSeconds(replayed) })),
    ]),
  );
  const before = (name: string) => stateAt(replay.parts.get(name) ?? [], at);
  const found = REGRESSION_FACTORS.map((factor): number | null | undefined => {
    const worse = new Map<MetricWatch, readonly LeafSeries[]>();
    for (const [watch, leaves] of seen) {
      const injected = injectRegression(watch, leaves, alarm.signal, factor, bake);
      if (injected === null) return undefined;
      worse.set(watch, injected);
    }
    const { transitions } = replayStretch(replayed, worse, bake, {
      before,
      acting: stateAt(replay.transitions, at),
      comparesRanges: false,
    });
    return firstAlarm(transitions, at, BAKE_SECONDS);
  });
  const tried = found.filter((minutes) => minutes !== undefined);
  const day = Math.min(DAY_SECONDS, stretch.toEpochSeconds - at);
  return {
    deploy,
    firedMinutes: firstAlarm(replay.transitions, at, day),
    hasDay: day === DAY_SECONDS,
    found: tried.length < found.length ? null : tried,
  };
}

/** Minutes to the first time that the alarm fires after `at`. */
function firstAlarm(transitions: readonly AlarmTransition[], at: number, withinSeconds: number): number | null {
  const first = transitions.find(({ to, at: when }) => to === "ALARM" && when.getTime() > at * 1000);
  const seconds = first === undefined ? Number.POSITIVE_INFINITY : first.at.getTime() / 1000 - at;
  return seconds <= withinSeconds ? seconds / 60 : null;
}

function summed(alarm: CompiledAlarm, segments: readonly BacktestSegment[], judged: readonly Judged[], deploys: number): JudgedTrigger {
  const outcomes = judged.flatMap((one) => one.outcomes);
  const transitions = judged.flatMap(({ replay }) => replay.transitions);
  const sum = (of: (one: Judged) => number) => judged.reduce((total, one) => total + of(one), 0);
  const inAlarm = sum((one) => one.inAlarm);
  const thresholds = judged.flatMap(({ moments }) => moments.map(({ threshold }) => threshold));
  const slides = judged.every(({ replay }) => replay.slides);
  const isTunedTrigger = alarm.owner === "pipeline";
  const backtest: TriggerBacktest = {
    ...identity(alarm),
    ...deployRates(outcomes, REGRESSION_FACTORS),
    ...{ judged: true, why: null, segments },
    transitions: transitions.length,
    alarms: transitions.filter(({ to }) => to === "ALARM").map(({ at }) => at.toISOString()),
    deploys: {
      judged: outcomes.length,
      outside: deploys - outcomes.length - inAlarm,
      inAlarm,
      bad: outcomes.filter(({ deploy }) => deploy.bad).length,
    },
    evaluations: sum(({ replay }) => replay.evaluations),
    undocumented: sum(({ replay }) => replay.undocumented),
    dependsOnRange: judged.some(({ replay }) => replay.dependsOnRange),
    slides,
    missing: { points: sum((one) => one.missing), of: sum((one) => one.points), treatedAs: alarm.trigger.missingData },
    thresholds: isTunedTrigger ? { tunings: thresholds.length, lowest: Math.min(...thresholds), highest: Math.max(...thresholds) } : null,
    notes: notesOf(alarm, slides, outcomes),
  };
  return { backtest, outcomes };
}

function notesOf({ trigger }: CompiledAlarm, slides: boolean, outcomes: readonly DeployOutcome[]): readonly string[] {
  return [
    ...(slides ? [] : ["CloudWatch's windows slide every minute, those of this data do not: times may be off by up to a period"]),
    ...(outcomes.length > 0 && outcomes.every(({ found }) => found === null)
      ? ["silence is not a regression that can be put into the data"]
      : []),
    ...(trigger.form?.type === "trend" ? ["only its entry condition is judged here, the trend itself is asked afterwards"] : []),
    ...(trigger.armed === undefined
      ? []
      : [
          `it acts only ${trigger.armed.afterChangeMinutes} min after a change: what fires later in the day counts here, and starts nothing`,
        ]),
  ];
}

function notJudged(alarm: CompiledAlarm, why: string, segments: readonly BacktestSegment[], deploys: number): JudgedTrigger {
  const backtest: TriggerBacktest = {
    ...identity(alarm),
    ...deployRates([], REGRESSION_FACTORS),
    ...{ judged: false, why, segments, transitions: 0, alarms: [], evaluations: 0, undocumented: 0, dependsOnRange: false, slides: false },
    ...{ deploys: { judged: 0, outside: deploys, inAlarm: 0, bad: 0 }, thresholds: null, notes: [] },
    missing: { points: 0, of: 0, treatedAs: alarm.trigger.missingData },
  };
  return { backtest, outcomes: [] };
}

function identity({ trigger, signal, alarmName }: CompiledAlarm) {
  return {
    ...{ trigger: trigger.name, alarmName, signal: signal.name, rule: describeRule(trigger, signal), mode: trigger.mode ?? null },
    armedAfterChangeMinutes: trigger.armed?.afterChangeMinutes ?? null,
  };
}

function missingOf({ values }: LeafSeries): number {
  let missing = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i] ?? Number.NaN)) missing++;
  return missing;
}

function timesOf({ fromEpochSeconds, toEpochSeconds }: Stretch) {
  return { from: new Date(fromEpochSeconds * 1000).toISOString(), to: new Date(toEpochSeconds * 1000).toISOString() };
}
