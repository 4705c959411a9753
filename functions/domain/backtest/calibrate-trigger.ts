import { isTuned } from "../alarms/signal-rule.ts";
import type { Operator } from "../blueprint.ts";
import type { CompiledAlarm, MetricWatch } from "../blueprint-alarms.ts";
import { InvalidInputError } from "../errors.ts";
import { sortedQuantile } from "../judging/quantile.ts";
import { FALSE_SHARES, RELEASE_RULE } from "../judging/release-rule.ts";
import type { Unit } from "../signal.ts";
import { BAKE_SECONDS, type LeafData, leafWithin } from "./backtest-data.ts";
import { injectRegression } from "./inject-regression.ts";
import { judgedStretches, ownersOf, withoutData } from "./judged-stretches.ts";
import { type PretendedDeploy, pretendedDeploys } from "./pretended-deploys.ts";
import { type Rate, rateOf } from "./proportion.ts";
import { watchedPoints } from "./watched-points.ts";

/** A threshold with what it would have done after pretended deploys. */
export interface ThresholdChoice {
  /** `static`: in the signal's unit. `relative`: a multiple of the hour before. */
  readonly kind: "static" | "relative";
  readonly threshold: number;
  readonly false: Rate;
  readonly found: readonly { readonly factor: number; readonly rate: Rate }[];
}

export interface TriggerCalibration {
  readonly trigger: string;
  readonly signal: string;
  readonly unit: Unit;
  readonly operator: Operator | null;
  readonly periodSeconds: number;
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  /** What the blueprint says now; null where it is not a number of this kind. */
  readonly current: ThresholdChoice | null;
  /** Null where `why` says why there is none. */
  readonly suggested: ThresholdChoice | null;
  /** The best of the other kind. */
  readonly other: ThresholdChoice | null;
  readonly why: string | null;
  /** Pretended deploys, and hours without overlap among them. */
  readonly n: number;
  readonly effectiveN: number;
}

const SIGNIFICANT_DIGITS = 4;
/** Fewer independent hours say nothing about false alarms. */
const LEAST_HOURS = RELEASE_RULE.leastHistoryHours;

/**
 * Tries a trigger's rule on pretended deploys of the signal's own past (an A/A test: nothing was deployed, so whatever fires is false), keeps its M of N and
 * looks for the threshold that costs least by the weights of the release judge (`falseWeight`, heavier with the family). `family`: triggers that share the
 * budget.
 */
export function calibrateTrigger(alarm: CompiledAlarm, family: number, data: LeafData): TriggerCalibration {
  const refusal = refusalOf(alarm);
  if (refusal !== null) return without(alarm, refusal);
  const { watch, signal } = alarm;
  if (watch?.kind !== "metric") return without(alarm, "it is made of other alarms");
  const missing = withoutData(ownersOf(alarm), [watch], data);
  if (missing !== null) return without(alarm, missing);
  try {
    const stretches = judgedStretches(ownersOf(alarm), [watch], data);
    const newest = stretches.findLast(({ why }) => why === null);
    if (newest === undefined) return without(alarm, stretches[0]?.why ?? "no points");
    const from = Math.max(newest.fromEpochSeconds, newest.toEpochSeconds - RELEASE_RULE.historyDays * 86_400);
    const stretch = { fromEpochSeconds: from, toEpochSeconds: newest.toEpochSeconds };
    const plain: MetricWatch = { ...watch, threshold: 0 };
    const leaves = (newest.leaves.get(watch) ?? []).map((leaf) => leafWithin(leaf, stretch));
    const values = watchedPoints(plain, leaves, stretch).values;
    const worse = RELEASE_RULE.regressions.map(
      (factor) => watchedPoints(plain, injectRegression(watch, leaves, signal, factor, stretch) ?? leaves, stretch).values,
    );
    const deploys = pretendedDeploys(watch, values, worse, RELEASE_RULE.replays);
    const hours = Math.floor((values.length * watch.periodSeconds) / BAKE_SECONDS);
    if (hours < LEAST_HOURS || deploys.length === 0) return without(alarm, `${hours} h of points are too few: ${LEAST_HOURS} are needed`);
    return calibrated(alarm, watch, deploys, Math.min(hours, deploys.length), family);
  } catch (error) {
    if (error instanceof InvalidInputError) return without(alarm, error.message);
    throw error;
  }
}

function calibrated(
  alarm: CompiledAlarm,
  watch: MetricWatch,
  deploys: readonly PretendedDeploy[],
  effectiveN: number,
  family: number,
): TriggerCalibration {
  const { form, rule } = alarm.trigger;
  const choose = (kind: ThresholdChoice["kind"]) => cheapest(kind, watch.operator, deploys, effectiveN, family);
  const [fixed, relative] = [choose("static"), choose("relative")];
  const isRelative = form?.type === "baseline";
  const currentFactor = isRelative && form.by === "factor" && form.floor === null ? form.amount : null;
  const now = isRelative ? currentFactor : (rule?.threshold ?? null);
  const kind = isRelative ? "relative" : "static";
  const suggested = costOf(fixed, family) <= costOf(relative, family) ? fixed : relative;
  return {
    ...identity(alarm),
    operator: watch.operator,
    current: now === null ? null : tried(kind, now, watch.operator, deploys, effectiveN),
    suggested,
    other: suggested === fixed ? relative : fixed,
    why: suggested === null ? "no threshold stays under the cap of false rollbacks" : null,
    n: deploys.length,
    effectiveN,
  };
}

function cheapest(
  kind: ThresholdChoice["kind"],
  operator: Operator,
  deploys: readonly PretendedDeploy[],
  effectiveN: number,
  family: number,
): ThresholdChoice | null {
  const sign = operator.startsWith(">") ? 1 : -1;
  const levels = Float64Array.from(deploys, (deploy) => sign * levelOf(kind, deploy.level, deploy.before)).filter(
    (level) => !Number.isNaN(level),
  );
  if (levels.length === 0) return null;
  levels.sort();
  const shares = FALSE_SHARES.filter((share) => share <= RELEASE_RULE.falseCap / family);
  const choices = shares.map((share) =>
    tried(kind, rounded(sign * sortedQuantile([...levels], 1 - share), sign), operator, deploys, effectiveN),
  );
  return choices.reduce<ThresholdChoice | null>(
    (best, one) => (best === null || costOf(one, family) < costOf(best, family) ? one : best),
    null,
  );
}

/** What a threshold would have done: exactly, by every pretended deploy. */
function tried(
  kind: ThresholdChoice["kind"],
  threshold: number,
  operator: Operator,
  deploys: readonly PretendedDeploy[],
  effectiveN: number,
): ThresholdChoice {
  const breaches = breachesOf(operator, threshold);
  const usable = deploys.filter(({ level, before }) => !Number.isNaN(levelOf(kind, level, before)));
  const independent = Math.min(effectiveN, usable.length);
  const share = (level: (deploy: PretendedDeploy) => number) =>
    rateOf(usable.filter((deploy) => breaches(levelOf(kind, level(deploy), deploy.before))).length, usable.length, independent);
  return {
    ...{ kind, threshold },
    false: share(({ level }) => level),
    found: RELEASE_RULE.regressions.map((factor, index) => ({ factor, rate: share(({ worse }) => worse[index] ?? Number.NaN) })),
  };
}

function levelOf(kind: ThresholdChoice["kind"], level: number, before: number): number {
  if (kind === "static") return level;
  return before > 0 ? level / before : Number.NaN;
}

function breachesOf(operator: Operator, threshold: number): (level: number) => boolean {
  switch (operator) {
    case ">":
      return (level) => level > threshold;
    case ">=":
      return (level) => level >= threshold;
    case "<":
      return (level) => level < threshold;
    case "<=":
      return (level) => level <= threshold;
  }
}

/** In shares; the same weights as the release judge's. */
function costOf(choice: ThresholdChoice | null, family: number): number {
  if (choice === null || choice.false.percent === null) return Number.POSITIVE_INFINITY;
  const found = choice.found.reduce((sum, { rate }) => sum + (rate.percent ?? 0), 0) / choice.found.length;
  return (RELEASE_RULE.falseWeight * family ** RELEASE_RULE.familyWeightExponent * choice.false.percent - found) / 100;
}

/** To so many digits, and never to the stricter side. */
function rounded(value: number, sign: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1 - SIGNIFICANT_DIGITS);
  const steps = value / unit;
  return Number(((sign > 0 ? Math.ceil(steps - 1e-9) : Math.floor(steps + 1e-9)) * unit).toPrecision(SIGNIFICANT_DIGITS));
}

function refusalOf({ trigger: { form }, existing }: CompiledAlarm): string | null {
  if (existing) return "the alarm is another's: its rule is not known here";
  switch (form?.type) {
    case undefined:
      return null;
    case "baseline":
      return isTuned(form.against) ? null : "what it is compared with is measured at the same time, and no threshold";
    case "burn-rate":
      return "a burn rate's thresholds are those of the objective";
    case "trend":
      return "a trend is asked, the threshold only begins to ask";
    case "absence":
      return "silence has no threshold";
  }
}

function without(alarm: CompiledAlarm, why: string): TriggerCalibration {
  return { ...identity(alarm), operator: null, current: null, suggested: null, other: null, why, n: 0, effectiveN: 0 };
}

function identity({ trigger, signal }: CompiledAlarm) {
  const { name, periodSeconds, datapointsToAlarm, evaluationPeriods } = trigger;
  return { trigger: name, signal: signal.name, unit: signal.unit, periodSeconds, datapointsToAlarm, evaluationPeriods };
}

/** Triggers of a blueprint that can be calibrated, of which there are so many: they share the budget of false rollbacks. */
export function calibrateTriggers(
  alarms: readonly CompiledAlarm[],
  data: LeafData,
  stage: (what: string) => void = () => {},
): readonly TriggerCalibration[] {
  const acting = alarms.filter(({ role }) => role === "acting");
  const family = Math.max(1, acting.filter((alarm) => refusalOf(alarm) === null).length);
  return acting.map((alarm) => {
    stage(`Calibrating ${alarm.trigger.name}`);
    return calibrateTrigger(alarm, family, data);
  });
}
