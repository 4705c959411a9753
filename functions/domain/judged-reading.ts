import { signalRule } from "./alarms/signal-rule.ts";
import type { AssessmentFacts } from "./assess-facts.ts";
import { type Comparison, judge } from "./judge.ts";
import { countsOfArms } from "./judging/counts-of-arms.ts";
import type { Change } from "./rollback-document.ts";
import type { SignalData } from "./signal-readings.ts";
import { valuesBetween, withQuietPoints } from "./signal-series.ts";

const HOUR_MS = 3_600_000;
/** The assessment comes minutes after the onset: it says what it knows, and decides nothing. */
const LEAST_VALUES = 2;

/**
 * What the judge says of the signal whose baseline trigger fired, for the record beside the reading. Against the other arm where the trigger compares arms, else
 * the values since the onset against the hour before the change, at the threshold that the alarm had. Null for other triggers, and without an onset.
 */
export function judgedReading(
  {
    trigger,
    triggerName,
    blueprint,
    signals,
    onsetAt,
    now,
  }: Pick<AssessmentFacts, "trigger" | "triggerName" | "blueprint" | "signals" | "onsetAt" | "now">,
  change: Change | null,
): { readonly signal: string; readonly sentence: string } | null {
  const fired = blueprint.triggers.find(({ name }) => name === triggerName);
  const read = signals.find(({ signal }) => signal.name === fired?.signal);
  if (fired?.form?.type !== "baseline" || read === undefined || onsetAt === null) return null;
  const { operator, control } = fired.form;
  const direction = operator.startsWith(">") ? "lower" : "higher";
  const until = new Date(now);
  const changeAt = new Date(change?.earliestAt ?? onsetAt);
  const from = new Date(Math.max(changeAt.getTime(), Date.parse(onsetAt) - read.series.periodSeconds * 1000));
  const beforeChange = [new Date(changeAt.getTime() - HOUR_MS), changeAt] as const;
  const values = ({ series, signal }: SignalData, [since, to]: readonly [Date, Date]) =>
    valuesBetween(withQuietPoints(series, signal), since, to);
  const common: Comparison = {
    ...{ signal: read.signal.name, unit: read.signal.unit, direction, minimumSamples: LEAST_VALUES },
    ...{ before: values(read, beforeChange), after: values(read, [from, until]) },
    threshold: signalRule(fired, trigger.threshold)?.threshold ?? null,
  };
  if (control === null) return common.threshold === null ? null : { signal: common.signal, sentence: judge(common).sentence };
  const other = signals.find(({ signal }) => signal.name === control);
  if (other === undefined) return null;
  const counts = countsOfArms(read, other, direction);
  const arms = {
    ...common,
    control: values(other, [from, until]),
    ...(counts === null ? {} : { counts: { during: counts(from, until), alike: counts(...beforeChange) } }),
  };
  return { signal: common.signal, sentence: judge(arms).sentence };
}
