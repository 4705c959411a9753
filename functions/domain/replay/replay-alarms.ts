import type { CompositeWatch, MetricWatch } from "../blueprint-alarms.ts";
import { InvalidInputError } from "../errors.ts";
import type { LeafSeries } from "./leaf-series.ts";
import { type AlarmTransition, type ReplayOptions, replayAlarm } from "./replay-alarm.ts";
import { replayComposite } from "./replay-composite.ts";

/** An alarm to replay. `CompiledAlarm` is one, unless it belongs to somebody else or is not tuned yet. */
export interface WatchedAlarm {
  readonly alarmName: string;
  readonly watch: MetricWatch | CompositeWatch;
}

/** The points of an alarm's metrics, in the order of the watch's leaves. */
export type LeavesOf = (watch: MetricWatch) => readonly LeafSeries[];

/**
 * Runs alarms that belong together: metric alarms first, then the composites over them. Transitions by alarm name. Throws `InvalidInputError` for a
 * composite whose parts are not among the metric alarms, and for data that does not fit.
 */
export function replayAlarms(
  alarms: readonly WatchedAlarm[],
  leavesOf: LeavesOf,
  options: ReplayOptions,
): ReadonlyMap<string, readonly AlarmTransition[]> {
  const initialState = options.initialState ?? "INSUFFICIENT_DATA";
  const replays = new Map<string, readonly AlarmTransition[]>();
  for (const { alarmName, watch } of alarms) {
    if (watch.kind === "metric") replays.set(alarmName, replayAlarm(watch, leavesOf(watch), options).transitions);
  }
  const timelines = new Map([...replays].map(([name, transitions]) => [name, { initialState, transitions }]));
  for (const { alarmName, watch } of alarms) {
    if (watch.kind !== "composite") continue;
    const children = watch.parts.map((part) => {
      const timeline = timelines.get(part);
      if (timeline === undefined)
        throw new InvalidInputError(`${alarmName} is made of ${part}, which is not among the alarms of this replay`);
      return [part, timeline] as const;
    });
    replays.set(alarmName, replayComposite(watch, new Map(children), options).transitions);
  }
  return replays;
}
