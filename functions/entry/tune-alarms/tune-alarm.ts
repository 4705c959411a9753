import { dropsToNothing } from "../../domain/alarm-watch.ts";
import { badIntervals } from "../../domain/baselines/bad-intervals.ts";
import { InvalidInputError, TransientUpstreamError } from "../../domain/errors.ts";
import type { Sha256 } from "../../domain/execution-name.ts";
import type { Release } from "../../domain/release.ts";
import type { ReleaseObservation } from "../../domain/release-observation.ts";
import type { Series } from "../../domain/signal.ts";
import { leafMetrics, signalSeries, withQuietPoints } from "../../domain/signal-series.ts";
import type { AlarmConfiguration } from "../../domain/tuning/alarm-configuration.ts";
import { type BaselineBasis, baselineBasis } from "../../domain/tuning/baseline-basis.ts";
import { measuredBaseline, withEnoughSamples } from "../../domain/tuning/measured-baseline.ts";
import { basisToMeasure, planTuning, type TunableAlarm } from "../../domain/tuning/plan-tuning.ts";
import type { Baseline, TunedAlarm } from "../../domain/tuning/tuned-alarm.ts";
import type { AlarmEditor } from "../../ports/alarm-editor.ts";
import type { Clock } from "../../ports/clock.ts";
import type { MetricSource } from "../../ports/metric-source.ts";
import type { Tunings } from "../../ports/tunings.ts";

export interface TuneAlarmPorts {
  readonly editor: AlarmEditor;
  readonly tunings: Tunings;
  readonly metrics: Pick<MetricSource, "series">;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** Name of this deployment's table: its alarms bear it. */
  readonly deployment: string;
  /** False keeps the thresholds of alarms on metric math and puts no such alarm. */
  readonly metricMath: boolean;
}

/** What is known of one alarm before it is tuned. */
export interface AlarmFacts {
  readonly alarm: TunableAlarm;
  readonly releases: readonly Release[];
  readonly observations: readonly ReleaseObservation[];
  readonly record: TunedAlarm | null;
  readonly actual: AlarmConfiguration | null;
}

/** `applied`: put, and read back as wanted. `left-out`: only the threshold is kept. `superseded`: another tuner was faster, which is as good. */
export interface TuneOutcome {
  readonly outcome: "applied" | "unchanged" | "waiting" | "left-out" | "superseded";
  /** Null where there is nothing to say. */
  readonly why: string | null;
}

/**
 * Brings one alarm to what its baseline asks for: the record first, then the alarm, then the note that it was read back. Each may happen twice. Throws
 * InvalidInputError, with how to mend it, where somebody else has an alarm of that name.
 */
export async function tuneAlarm(ports: TuneAlarmPorts, facts: AlarmFacts): Promise<TuneOutcome> {
  const { editor, tunings, clock, sha256 } = ports;
  const { alarm, record } = facts;
  const leftOut = alarm.watch.expression !== null && !ports.metricMath;
  const now = clock.now().toISOString();
  const basis = baselineBasis({ ...facts, form: alarm.form, now });
  const due = basisToMeasure({ alarm, basis, record }, sha256);
  const baseline = due === null ? null : await measure(ports, facts, due);
  const plan = planTuning({ alarm, basis, baseline, record, actual: facts.actual, deployment: ports.deployment, now }, sha256);
  if (plan.do === "refuse") throw new InvalidInputError(plan.why, { alarmName: alarm.alarmName });
  if (plan.do === "remove") return takeAway(ports, plan.record, leftOut);
  if (plan.do === "wait") return { outcome: "waiting", why: plan.why };
  if (plan.do === "nothing") return { outcome: "unchanged", why: plan.why };
  // What would be put again only because it is not there, where it never is.
  if (leftOut && baseline === null && plan.record.configHash === record?.configHash) return { outcome: "left-out", why: null };
  if (!(await tunings.keep(plan.record))) return { outcome: "superseded", why: plan.record.why };
  if (leftOut) return { outcome: "left-out", why: plan.record.why };
  await editor.put(plan.configuration);
  const noted = await tunings.applied(plan.record, clock.now().toISOString());
  if (!noted) await unlessForgotten(ports, plan.record);
  return { outcome: noted ? "applied" : "superseded", why: plan.record.why };
}

/** First the record, so that who dies between leaves behind what the next one removes. */
async function takeAway({ editor, tunings }: TuneAlarmPorts, record: TunedAlarm, leftOut: boolean): Promise<TuneOutcome> {
  const { alarmName, why } = record;
  if (!(await tunings.keep(record))) return { outcome: "superseded", why };
  if (!leftOut && (await editor.remove([alarmName])).length > 0)
    throw new TransientUpstreamError(`the alarm ${alarmName} was removed, but it is still there`, { alarmName });
  return { outcome: "waiting", why };
}

/** The stack gave the alarm up while it was put: nobody would remove it after that. */
async function unlessForgotten({ editor, tunings }: TuneAlarmPorts, { service, trigger, alarmName }: TunedAlarm): Promise<void> {
  const records = await tunings.ofService(service);
  if (!records.some((record) => record.trigger === trigger)) await editor.remove([alarmName]);
}

/** One read per group: its windows follow each other. */
async function measure(
  { metrics }: TuneAlarmPorts,
  { alarm, releases, observations }: AlarmFacts,
  basis: BaselineBasis,
): Promise<Baseline | null> {
  const groups = await Promise.all(
    basis.groups.map(async (windows) => {
      const [first, last] = [windows[0], windows.at(-1)];
      if (first === undefined || last === undefined) return [];
      const series = await seriesOf(metrics, alarm, { from: first.from, to: last.to });
      return windows.map((window) => ({ window, series }));
    }),
  );
  return measuredBaseline(basis, groups, badIntervals(releases, observations));
}

async function seriesOf(
  metrics: TuneAlarmPorts["metrics"],
  { signal, trigger, watch }: TunableAlarm,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Series> {
  const leaves = leafMetrics(signal);
  const { minimumSamples } = trigger;
  const ratio = signal.source.kind === "ratio";
  // Of a ratio the total counts, which is among its leaves.
  const samples = minimumSamples === undefined || ratio ? [] : leaves.slice(0, 1).map((metric) => ({ ...metric, stat: "SampleCount" }));
  const queries = [...leaves, ...samples].map((metric) => ({ metric, periodSeconds: watch.periodSeconds }));
  const read = await metrics.series(queries, new Date(from), new Date(to));
  // As the alarm reads it: where a point that is missing is a drop, it was nothing before, too.
  const publishes = dropsToNothing(trigger, signal, watch.operator) ? "on-event" : signal.publishes;
  const series = withQuietPoints(signalSeries(signal, read.slice(0, leaves.length)), { publishes });
  const counts = ratio ? read[1] : read[leaves.length];
  return minimumSamples === undefined || counts === undefined ? series : withEnoughSamples(series, counts, minimumSamples);
}
