import { judgesValues, signalRules } from "./alarms/signal-rule.ts";
import type { Blueprint } from "./blueprint.ts";
import { type Comparison, judgeAll, worstOf } from "./judge.ts";
import { countsOfArms } from "./judging/counts-of-arms.ts";
import type { Assessment, PlanStep, RollbackTrigger, Verification } from "./rollback-document.ts";
import type { SignalData } from "./signal-readings.ts";
import { valuesBetween } from "./signal-series.ts";
import { inWords, secondsBetween } from "./time.ts";
import { afterAction, keepWatching, type Outcome, stop, type VerificationFacts } from "./verify-outcome.ts";
import { worseAlarms } from "./verify-share.ts";

/** A median of fewer values moves with each of them. */
const MINIMUM_SAMPLES = 5;
const HOUR_MS = 3_600_000;

/** The judge's step: it ends with the first verdict, and where none comes in its time, a label of its own says what then. */
export function analysed(facts: VerificationFacts, step: PlanStep, base: Verification): Outcome {
  if (step.action?.kind !== "analyse") return stop(`${step.id} does not say what is compared`);
  const { seconds, compare } = step.action;
  const worse = worseAlarms(facts.alarms, facts.assessment);
  const to = (label: string, verdict: Verification["verdict"], why: string): Outcome => ({
    ...afterAction(facts, label, base),
    verdict,
    reason: `${step.id}: ${why}`,
    // what was learnt stays in the record, whatever comes after
    notes: [...(base.notes ?? []), `${step.id}: ${why}`],
  });
  if (worse.length > 0) return to(step.onWorse ?? step.onFail, "fail", `turned red in the analysis: ${worse.join(", ")}`);
  const comparisons = facts.comparisons ?? [];
  const judgements = judgeAll(comparisons);
  const nothing = compare === "arms" ? "the blueprint names no signals of the two arms" : "no signal has a threshold of its own";
  const told =
    comparisons.length === 0 ? nothing : comparisons.map(({ signal }, index) => `${signal} ${judgements[index]?.sentence}`).join("; ");
  const found = worstOf(judgements);
  // what users feel now says more than a median
  const isRed = facts.alarms.some(({ alarmName, state }) => alarmName === facts.trigger.alarmName && state === "ALARM");
  const isDoubted = found === "pass" && isRed;
  switch (isDoubted ? "inconclusive" : found) {
    case "pass":
      return to(step.onPass, "pass", told);
    case "fail":
      return to(step.onFail, "fail", told);
    case "inconclusive": {
      const watched = secondsBetween(facts.progress.appliedAt, facts.now);
      const open = isDoubted ? `${facts.trigger.alarmName} is still red: ${told}` : told;
      // what is not there now will not be there later either
      if (comparisons.length > 0 && watched < seconds) return keepWatching(`no verdict in ${inWords(watched)} of ${seconds} s: ${open}`);
      return to(step.onInconclusive ?? step.onFail, "inconclusive", `no verdict: ${open}`);
    }
  }
}

/** Signals that an analysis must read, by name. */
export function analysedSignals({ traffic, triggers }: Blueprint, compare: "arms" | "before"): ReadonlySet<string> {
  if (compare === "before") return new Set(triggers.filter(judgesValues).map(({ signal }) => signal));
  return new Set(Object.values(traffic?.armSignals ?? {}).flatMap(({ stable, canary }) => [stable, canary]));
}

/** Since when an analysis needs values: from the hour before the change. It is what is compared with, or tells how much two arms scatter that are alike. */
export function analysedSince({ change, onsetAt }: Assessment, trigger: RollbackTrigger): Date {
  return new Date(Date.parse(change?.earliestAt ?? onsetAt ?? trigger.at) - HOUR_MS);
}

/**
 * What was read, side by side. `before`: since the step began against the hour before the change. `arms`: the new version against the stable one, both since
 * the first bad period, since the traffic may have left the new one by now. Not since the change: good values of the time before the onset would hide it.
 * A tuned threshold is known of the alarm that fired.
 */
export function comparisonsOf(
  { traffic, triggers }: Blueprint,
  data: readonly SignalData[],
  times: { readonly changeAt: Date; readonly since: Date; readonly until: Date; readonly onsetAt?: Date | null },
  compare: "arms" | "before",
  fired: Pick<RollbackTrigger, "alarmName" | "threshold"> = { alarmName: null, threshold: null },
): readonly Comparison[] {
  const valuesOf = (signal: string, from: Date, to: Date): number[] => {
    const series = data.find((one) => one.signal.name === signal)?.series;
    return series === undefined ? [] : valuesBetween(series, from, to);
  };
  const pairs =
    compare === "arms"
      ? Object.entries(traffic?.armSignals ?? {}).map(([meaning, { stable, canary }]) => ({ meaning, judged: canary, control: stable }))
      : [...new Set(triggers.map(({ signal }) => signal))].map((meaning) => ({ meaning, judged: meaning, control: null }));
  return pairs.flatMap(({ meaning, judged, control }): Comparison[] => {
    const [rule] = signalRules(triggers, meaning, fired);
    const read = data.find((one) => one.signal.name === judged);
    if (!rule || read === undefined) return [];
    const { signal } = read;
    const other = data.find((one) => one.signal.name === control);
    const counts = other === undefined ? null : countsOfArms(read, other, rule.operator.startsWith(">") ? "lower" : "higher");
    const { changeAt, since, until, onsetAt = null } = times;
    const badSince = new Date(Math.max(changeAt.getTime(), onsetAt === null ? 0 : onsetAt.getTime() - read.series.periodSeconds * 1000));
    return [
      {
        signal: judged,
        unit: signal.unit,
        direction: rule.operator.startsWith(">") ? "lower" : "higher",
        threshold: rule.threshold,
        minimumSamples: MINIMUM_SAMPLES,
        before: valuesOf(judged, new Date(changeAt.getTime() - HOUR_MS), changeAt),
        after: valuesOf(judged, control === null ? since : badSince, until),
        ...(control === null ? {} : { control: valuesOf(control, badSince, until) }),
        ...(counts === null
          ? {}
          : { counts: { during: counts(badSince, until), alike: counts(new Date(changeAt.getTime() - HOUR_MS), changeAt) } }),
      },
    ];
  });
}
