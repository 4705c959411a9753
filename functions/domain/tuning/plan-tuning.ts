import { isUpper } from "../alarms/baseline-margin.ts";
import type { CompiledAlarm, MetricWatch } from "../blueprint-alarms.ts";
import type { Sha256 } from "../execution-name.ts";
import { formatQuantity } from "../quantity.ts";
import type { BaselineForm } from "../trigger-form.ts";
import {
  type AlarmConfiguration,
  alarmConfiguration,
  configurationHash,
  differences,
  measureHash,
  ownerMark,
} from "./alarm-configuration.ts";
import type { BaselineBasis, NoBasis } from "./baseline-basis.ts";
import { AWAY, hourOfDay, hourOfRecord, keptBasis, keptHours } from "./season-hours.ts";
import type { Baseline, TunedAlarm } from "./tuned-alarm.ts";
import { givesThreshold, tunedThreshold } from "./tuned-threshold.ts";

/** An alarm whose threshold the pipeline tunes. */
export interface TunableAlarm extends CompiledAlarm {
  readonly watch: MetricWatch;
  readonly form: BaselineForm;
}

/** The alarms among these whose thresholds are tuned; all others belong to CloudFormation or to somebody else. */
export function tunableAlarms(alarms: readonly CompiledAlarm[]): readonly TunableAlarm[] {
  return alarms.flatMap((alarm) => {
    const { owner, watch, trigger } = alarm;
    if (owner !== "pipeline" || watch?.kind !== "metric" || trigger.form?.type !== "baseline") return [];
    return [{ ...alarm, watch, form: trigger.form }];
  });
}

export interface TuningFacts {
  readonly alarm: TunableAlarm;
  readonly basis: BaselineBasis | NoBasis;
  /** Measured on the basis where `needsBaseline` asked for it; null when there were too few points, or nobody asked. */
  readonly baseline: Baseline | null;
  readonly record: TunedAlarm | null;
  /** The alarm as CloudWatch has it; null for none. */
  readonly actual: AlarmConfiguration | null;
  /** Name of this deployment's table, which its alarms bear. */
  readonly deployment: string;
  readonly now: string;
}

/**
 * `write`: keep the record, then put the alarm. `nothing`: it is as it should be. `wait`: there is no baseline, so there is no alarm. `remove`: keep the record, then take the alarm away. `refuse`: an
 * alarm of that name is there that nobody here put.
 */
export type TuningPlan =
  | { readonly do: "write"; readonly record: TunedAlarm; readonly configuration: AlarmConfiguration }
  | { readonly do: "nothing"; readonly why: string | null }
  | { readonly do: "wait"; readonly why: string }
  | { readonly do: "remove"; readonly record: TunedAlarm; readonly why: string }
  | { readonly do: "refuse"; readonly why: string };

/** The moment to measure, where there is one that the kept threshold does not rest on; else null. */
export function basisToMeasure(
  { alarm, basis, record }: Pick<TuningFacts, "alarm" | "basis" | "record">,
  sha256: Sha256,
): BaselineBasis | null {
  if ("missing" in basis) return null;
  const rests = record !== null && record.basis === basis.key && record.measureHash === measureHash(alarm.watch, sha256);
  return rests ? null : basis;
}

/**
 * Tunes anew where there is a new baseline; else holds CloudWatch to the kept threshold: whoever edited or deleted the alarm, and whatever the blueprint says
 * differently now, it is put again. Without any baseline an old threshold stays, and a new alarm is not made; a threshold of a season stays for its own hour of
 * the day alone, since that of noon would fire every night.
 */
export function planTuning(facts: TuningFacts, sha256: Sha256): TuningPlan {
  const { alarm, basis, record } = facts;
  const foreign = whyForeign(facts);
  if (foreign !== null) return { do: "refuse", why: foreign };
  const measure = measureHash(alarm.watch, sha256);
  const due = basisToMeasure(facts, sha256);
  const given = facts.baseline !== null && givesThreshold(alarm.form, facts.baseline.value);
  if (facts.baseline !== null && given && due !== null) {
    const measured = { baseline: facts.baseline, basis: due.key, release: due.release, measureHash: measure };
    return written(facts, { ...measured, why: due.why, tunedAt: facts.now }, sha256);
  }
  const unknown =
    "missing" in basis ? basis.missing : due === null ? null : `${due.why}: ${facts.baseline === null ? "too few points" : NO_SCALE}`;
  if (record === null) return { do: "wait", why: unknown ?? "no baseline is known" };
  if (alarm.form.against === "season" && unknown !== null && hourOfRecord(record) !== hourOfDay(facts.now))
    return otherHour(facts, record, unknown, sha256);
  if (record.measureHash !== measure) {
    const why = `the blueprint measures something else now, of which no baseline is known (${unknown}): the alarm stays as it was`;
    return { do: "nothing", why };
  }
  if (!givesThreshold(alarm.form, record.baseline.value)) return { do: "nothing", why: `${NO_SCALE}: the alarm stays as it was` };
  const why = whyAgain(facts, record, sha256);
  if (why !== null) return written(facts, { ...record, why }, sha256);
  return { do: "nothing", why: unknown === null ? null : `${unknown}; the threshold of ${record.tunedAt} stays` };
}

/** Nothing is known of this hour of today: what was kept of an earlier day counts, and without that there is no alarm. */
function otherHour(facts: TuningFacts, record: TunedAlarm, unknown: string, sha256: Sha256): TuningPlan {
  const { alarm, actual, now } = facts;
  const measure = measureHash(alarm.watch, sha256);
  const kept = keptHours(record, measure)[hourOfDay(now)];
  if (kept !== undefined && givesThreshold(alarm.form, kept.value)) {
    const why = `${unknown}; what was kept of this hour of an earlier day counts`;
    const tuned = { baseline: kept, basis: keptBasis(now), release: null, measureHash: measure, why, tunedAt: now };
    return written(facts, tuned, sha256);
  }
  const why = `${unknown}, and nothing is kept of this hour of the day: there is no alarm until it is known`;
  if (record.basis === AWAY && actual === null) return { do: "wait", why };
  return {
    do: "remove",
    why,
    record: { ...record, hours: keptHours(record, measure), basis: AWAY, why, appliedAt: null, revision: record.revision + 1 },
  };
}

/** Nobody's record and nobody's mark: PutMetricAlarm would replace it with all its actions. */
function whyForeign({ alarm: { alarmName }, record, actual, deployment }: TuningFacts): string | null {
  if (record !== null || actual === null || actual.description?.includes(ownerMark(deployment))) return null;
  return `there is an alarm ${alarmName} that this deployment did not make: rename it or delete it, or give the trigger another name`;
}

const NO_SCALE = "the baseline is 0, and nothing is a multiple of that (give the trigger a floor)";

/** Why the alarm is put again with the baseline that is kept; null when it need not be. */
function whyAgain(facts: TuningFacts, record: TunedAlarm, sha256: Sha256): string | null {
  const { actual } = facts;
  const wanted = configurationOf(facts, record.baseline);
  if (configurationHash(wanted, sha256) !== record.configHash) return "the blueprint's alarm changed";
  if (actual === null) return record.appliedAt === null ? "the last tuning was not finished" : "the alarm was deleted";
  const edited = differences(wanted, actual);
  if (edited.length > 0)
    return record.appliedAt === null ? "the last tuning was not finished" : `the alarm was edited (${edited.join(", ")})`;
  return record.appliedAt === null ? "the last tuning was not finished" : null;
}

type Measured = Pick<TunedAlarm, "baseline" | "basis" | "release" | "measureHash" | "why" | "tunedAt">;

function written(facts: TuningFacts, measured: Measured, sha256: Sha256): TuningPlan {
  const { alarm, record } = facts;
  const { baseline, basis, release, measureHash: measure, why, tunedAt } = measured;
  const configuration = configurationOf(facts, baseline);
  const hours = { ...keptHours(record, measure), [hourOfDay(facts.now)]: baseline };
  return {
    do: "write",
    configuration,
    record: {
      service: alarm.service,
      trigger: alarm.trigger.name,
      alarmName: alarm.alarmName,
      signal: alarm.signal.name,
      ...tunedOf(alarm, baseline),
      unit: alarm.signal.unit,
      ...{ baseline, basis, release, measureHash: measure, why, tunedAt },
      ...(alarm.form.against === "season" ? { hours } : {}),
      configHash: configurationHash(configuration, sha256),
      appliedAt: null,
      revision: (record?.revision ?? 0) + 1,
    },
  };
}

function tunedOf({ form, signal }: TunableAlarm, { value }: Baseline): Pick<TunedAlarm, "threshold" | "notes"> {
  const { threshold, notes } = tunedThreshold(form, value, signal.unit);
  return { threshold, notes: [...notes] };
}

function ofWhat({ form }: TunableAlarm): string {
  if (form.against !== "season") return "the median of";
  return `the ${isUpper(form) ? "highest" : "lowest"} of three hours by`;
}

function configurationOf({ alarm, deployment }: TuningFacts, baseline: Baseline): AlarmConfiguration {
  const { unit } = alarm.signal;
  const { threshold, notes } = tunedOf(alarm, baseline);
  const value = formatQuantity(Number(baseline.value.toPrecision(6)), unit);
  const measured = `threshold ${formatQuantity(threshold, unit)} from ${value}, ${ofWhat(alarm)} ${baseline.points} points from ${baseline.from} to ${baseline.to}`;
  return alarmConfiguration(alarm, alarm.watch, threshold, `${ownerMark(deployment)} ${[measured, ...notes].join("; ")}.`);
}
