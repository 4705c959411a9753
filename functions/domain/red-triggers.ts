import { breaches } from "./alarm-rule.ts";
import { type SignalRule, signalRule } from "./alarms/signal-rule.ts";
import type { AssessmentFacts } from "./assess-facts.ts";
import type { Trigger } from "./blueprint.ts";
import type { Assessment, Change } from "./rollback-document.ts";
import type { SignalData } from "./signal-readings.ts";
import type { Storm } from "./storm.ts";
import { secondsBetween } from "./time.ts";
import { type Forecast, forecastOf } from "./trend-forecast.ts";

/** Points before the transition that CloudWatch may have looked at besides N: its evaluation range is longer than N by a few periods, and not published. */
const RANGE_PERIODS = 2;

/** Red triggers by what they tell of the service. */
export interface Told {
  /** Something is bad: a value, or a trend that has been confirmed. */
  readonly symptoms: readonly Trigger[];
  /** Of every red trend. */
  readonly forecasts: readonly Forecast[];
  /** Nothing is measured any more. */
  readonly silence: boolean;
}

type Facts = Pick<AssessmentFacts, "blueprint" | "signals" | "now" | "trigger">;

/** What the red alarms of an incident tell. */
export function whatTheyTell(facts: Facts, inAlarm: Assessment["alarms"]): Told {
  const { blueprint, signals, now } = facts;
  const judged = blueprint.triggers.flatMap((trigger) => {
    const alarm = inAlarm.find(({ alarmName }) => alarmName === trigger.alarmName);
    if (alarm === undefined) return [];
    const data = signals.find(({ signal }) => signal.name === trigger.signal) ?? null;
    const silent = trigger.form?.type === "absence" || firedOnSilence(trigger, alarm.since ?? facts.trigger.at, data, facts);
    return [{ trigger, silent, forecast: trigger.form?.type === "trend" && !silent ? forecastOf(trigger, data, now) : null }];
  });
  return {
    symptoms: judged
      .filter(({ silent, forecast }) => !silent && (forecast === null || forecast.verdict === "confirmed"))
      .map(({ trigger }) => trigger),
    forecasts: judged.flatMap(({ forecast }) => forecast ?? []),
    silence: judged.some(({ silent }) => silent),
  };
}

/**
 * The alarms, those marked that are red and may take nothing back: silence, a trend that is not confirmed, and a trigger that is not armed so long after the
 * change that is to blame. How far an incident may go is not theirs to say.
 */
export function markedAlarms(
  facts: Facts & Pick<AssessmentFacts, "onsetAt">,
  { inAlarm, alarms }: Pick<Storm, "inAlarm" | "alarms">,
  change: Change | null,
): Assessment["alarms"] {
  const { symptoms } = whatTheyTell(facts, inAlarm);
  const age = change === null ? null : secondsBetween(change.startedAt, facts.onsetAt ?? facts.trigger.at);
  const acting = symptoms.filter(({ armed }) => armed === undefined || age === null || age <= armed.afterChangeMinutes * 60);
  const names = new Set(acting.map(({ alarmName }) => alarmName));
  return alarms.map((alarm) => (inAlarm.includes(alarm) && !names.has(alarm.alarmName) ? { ...alarm, mayAct: false } : alarm));
}

/**
 * Did an alarm turn red for want of points? One with `missing_data: breaching` does: then none of the points that it was judged by breaches, nor any since. Of
 * somebody else's alarm only its own points tell.
 */
function firedOnSilence(trigger: Trigger, since: string, data: SignalData | null, { trigger: fired }: Facts): boolean {
  const isFired = trigger.alarmName === fired.alarmName;
  const own = isFired ? fired.datapoints.map(({ value }) => value) : [];
  const rule = signalRule(trigger, isFired ? fired.threshold : null);
  if (trigger.missingData !== "breaching") return own.length > 0 && own.every((value) => value === null) && data === null;
  const points = data === null ? [] : pointsSince(data, Date.parse(since) / 1000, trigger);
  if (rule !== null) return ![...own, ...points].some((value) => value !== null && breaches(rule, value));
  const margin = isFired ? marginRule(trigger, fired.threshold) : null;
  if (margin !== null && own.length > 0) return !own.some((value) => value !== null && breaches(margin, value));
  // What is bad is not known here; the points that it takes must at least be there.
  return [...own, ...points].filter((value) => value !== null).length < trigger.datapointsToAlarm;
}

/** The alarm of a comparison is judged by the margin over what it is compared with. */
function marginRule({ form }: Trigger, threshold: number | null): SignalRule | null {
  return form?.type === "baseline" && threshold !== null ? { operator: form.operator, threshold } : null;
}

function pointsSince(
  { series }: SignalData,
  sinceSeconds: number,
  { periodSeconds, evaluationPeriods }: Trigger,
): readonly (number | null)[] {
  const from = sinceSeconds - (evaluationPeriods + RANGE_PERIODS) * periodSeconds;
  return series.values.filter((_, index) => series.startEpochSeconds + index * series.periodSeconds >= from);
}
