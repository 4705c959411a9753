import type { AlarmState } from "../alarm-rule.ts";
import { tickSeconds } from "../alarms/detection-time.ts";
import type { CompositeWatch, MetricWatch } from "../blueprint-alarms.ts";
import type { LeafSeries } from "../replay/leaf-series.ts";
import { type AlarmTransition, type ReplayOptions, replayAlarm } from "../replay/replay-alarm.ts";
import { replayComposite } from "../replay/replay-composite.ts";
import { rangeOf } from "../replay/watch-windows.ts";
import { leafWithin, type Stretch } from "./backtest-data.ts";
import type { TunedMoment } from "./tuned-moments.ts";

/** A metric alarm to replay, and what its threshold was when; null where it is written down. */
export interface ReplayedPart {
  readonly alarmName: string;
  readonly watch: MetricWatch;
  readonly moments: readonly TunedMoment[] | null;
}

/** The acting alarm of a trigger: the one part itself, or a composite over them. */
export interface ReplayedTrigger {
  readonly parts: readonly ReplayedPart[];
  readonly composite: CompositeWatch | null;
}

export interface StretchReplay {
  /** Of the acting alarm. */
  readonly transitions: readonly AlarmTransition[];
  /** Of each part, by its name: where a replay of a shorter time starts from. */
  readonly parts: ReadonlyMap<string, readonly AlarmTransition[]>;
  readonly evaluations: number;
  readonly undocumented: number;
  readonly dependsOnRange: boolean;
  readonly slides: boolean;
}

/** What the alarms were in when the replay begins. @default INSUFFICIENT_DATA, that of new alarms */
export type StatesBefore = (alarmName: string) => AlarmState;

/** The state of things when a replay begins. */
export interface ReplayedFrom {
  /** Of the parts. */
  readonly before: StatesBefore;
  /** Of the acting alarm. */
  readonly acting: AlarmState;
  /** Whether other evaluation ranges are tried. */
  readonly comparesRanges: boolean;
}

const NEW: StatesBefore = () => "INSUFFICIENT_DATA";

/** Replays the alarms of a trigger over a stretch; tuned ones with each of their thresholds while it held. Throws `InvalidInputError`. */
export function replayStretch(
  { parts, composite }: ReplayedTrigger,
  leaves: ReadonlyMap<MetricWatch, readonly LeafSeries[]>,
  stretch: Stretch,
  from: ReplayedFrom = { before: NEW, acting: "INSUFFICIENT_DATA", comparesRanges: true },
): StretchReplay {
  const { before, acting } = from;
  const replays = parts.map((part) => ({
    part,
    ...replayPart(part, leaves.get(part.watch) ?? [], stretch, {
      initialState: before(part.alarmName),
      comparesRanges: from.comparesRanges,
    }),
  }));
  const [only] = replays;
  const sum = (of: (replay: PartReplay) => number) => replays.reduce((total, one) => total + of(one), 0);
  const transitions =
    composite === null
      ? (only?.transitions ?? [])
      : replayComposite(
          composite,
          new Map(
            replays.map(({ part, ...one }) => [part.alarmName, { initialState: before(part.alarmName), transitions: one.transitions }]),
          ),
          { from: dateOf(stretch.fromEpochSeconds), to: dateOf(stretch.toEpochSeconds), initialState: acting },
        ).transitions;
  return {
    transitions,
    parts: new Map(replays.map(({ part, transitions: changes }) => [part.alarmName, changes])),
    evaluations: sum((one) => one.evaluations),
    undocumented: sum((one) => one.undocumented),
    dependsOnRange: replays.some((one) => one.dependsOnRange),
    slides: replays.every((one) => one.slides),
  };
}

/** So far back an evaluation looks: before that much data is there, it is one of its own. */
export function rangeSeconds({ parts }: ReplayedTrigger): number {
  return Math.max(...parts.map(({ watch }) => rangeOf(watch) * watch.periodSeconds));
}

/** So far back an evaluation may look, with the other ranges that a replay compares. */
export function lookBackSeconds({ parts }: ReplayedTrigger): number {
  return Math.max(...parts.map(({ watch }) => (2 * rangeOf(watch) + 1) * watch.periodSeconds));
}

/** The state at a time: after everything that changed by then. */
export function stateAt(
  transitions: readonly AlarmTransition[],
  atEpochSeconds: number,
  initial: AlarmState = "INSUFFICIENT_DATA",
): AlarmState {
  let [low, high] = [0, transitions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((transitions[middle]?.at.getTime() ?? 0) <= atEpochSeconds * 1000) low = middle + 1;
    else high = middle;
  }
  return transitions[low - 1]?.to ?? initial;
}

type PartReplay = Omit<StretchReplay, "parts">;

function replayPart(
  { watch, moments }: ReplayedPart,
  leaves: readonly LeafSeries[],
  stretch: Stretch,
  options: Pick<ReplayOptions, "initialState" | "comparesRanges">,
): PartReplay {
  if (moments === null)
    return replayAlarm(watch, leaves, { from: dateOf(stretch.fromEpochSeconds), to: dateOf(stretch.toEpochSeconds), ...options });
  const result = { transitions: [] as AlarmTransition[], evaluations: 0, undocumented: 0, dependsOnRange: false, slides: true };
  const back = (2 * rangeOf(watch) + 1) * watch.periodSeconds;
  let { initialState } = options;
  for (const [index, { atEpochSeconds, threshold }] of moments.entries()) {
    const next = moments[index + 1]?.atEpochSeconds ?? Number.POSITIVE_INFINITY;
    const from = Math.max(stretch.fromEpochSeconds, atEpochSeconds);
    // the next threshold counts from its own tick on
    const to = Math.min(stretch.toEpochSeconds, next - 1);
    if (to < from) continue;
    const seen = leaves.map((leaf) =>
      leafWithin(leaf, { fromEpochSeconds: from - back, toEpochSeconds: to + tickSeconds(watch.periodSeconds) }),
    );
    const replay = replayAlarm({ ...watch, threshold }, seen, { from: dateOf(from), to: dateOf(to), ...options, initialState });
    result.transitions.push(...replay.transitions);
    result.evaluations += replay.evaluations;
    result.undocumented += replay.undocumented;
    result.dependsOnRange ||= replay.dependsOnRange;
    result.slides &&= replay.slides;
    initialState = replay.state;
  }
  return result;
}

function dateOf(epochSeconds: number): Date {
  return new Date(epochSeconds * 1000);
}
