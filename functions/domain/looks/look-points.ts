import type { Trigger } from "../blueprint.ts";
import { RELEASE_RULE } from "../judging/release-rule.ts";
import type { Series, Signal } from "../signal.ts";
import type { LookRequest } from "./look.ts";
import { LOOK_DELAY_SECONDS } from "./look-times.ts";

/** CloudWatch keeps points of a minute for 15 days and finer ones for 3 hours, too short a history to judge by. */
const SHORTEST_PERIOD_SECONDS = 60;

/** Period in which a signal is judged. What a ratio's minimum counts is a period of its trigger, so there it is the trigger's. */
export function lookPeriodSeconds({ name, source, resolutionSeconds }: Signal, triggers: readonly Trigger[]): number {
  const own = source.kind === "ratio" ? triggers.filter(({ signal }) => signal === name).map(({ periodSeconds }) => periodSeconds) : [];
  return Math.max(SHORTEST_PERIOD_SECONDS, own.length === 0 ? resolutionSeconds : Math.min(...own));
}

/** Epoch seconds of the points that a look rests on. */
export interface LookSpan {
  readonly from: number;
  /** The first point that counts as one since the release. */
  readonly releaseAt: number;
  readonly to: number;
  readonly points: number;
  /** The point before `releaseAt` holds the end of the release before and the beginning of this one: it belongs to neither. */
  readonly mixedBefore: boolean;
}

/**
 * The history and the points since the release. Points since begin with the first whole one; where that one would not be over by the time of the look (periods of
 * several minutes), with the one in which the release went live: what is half the old release's makes a verdict harder to reach, never easier.
 */
export function lookSpan({ liveSince, minutes }: Pick<LookRequest, "liveSince" | "minutes">, periodSeconds: number): LookSpan {
  const live = Date.parse(liveSince) / 1000;
  const points = Math.floor((minutes * 60) / periodSeconds);
  const whole = Math.ceil(live / periodSeconds) * periodSeconds;
  const inTime = whole + points * periodSeconds <= live + minutes * 60 + LOOK_DELAY_SECONDS;
  const releaseAt = inTime ? whole : Math.floor(live / periodSeconds) * periodSeconds;
  return {
    from: releaseAt - RELEASE_RULE.historyDays * 24 * 3_600,
    releaseAt,
    to: releaseAt + points * periodSeconds,
    points,
    mixedBefore: inTime && whole !== live,
  };
}

/**
 * What no point of a signal counts as: of events that should be few, that none happened. Where more is better nobody knows whether nothing happened or nothing
 * was measured, and an outage of metrics is never a drop (alarms do not call it one either).
 */
export function silentValue({ publishes, better }: Pick<Signal, "publishes" | "better">): number {
  return publishes === "on-event" && better === "lower" ? 0 : Number.NaN;
}

/** The two stretches of a series, NaN where nothing was measured. */
export function splitSeries(
  { startEpochSeconds, periodSeconds, values }: Series,
  signal: Pick<Signal, "publishes" | "better">,
  { releaseAt, points, mixedBefore }: LookSpan,
): { readonly before: readonly number[]; readonly after: readonly number[] } {
  const silence = silentValue(signal);
  const known = values.map((value) => value ?? silence);
  const at = Math.round((releaseAt - startEpochSeconds) / periodSeconds);
  const before = known.slice(0, Math.max(0, at));
  if (mixedBefore && before.length > 0) before[before.length - 1] = Number.NaN;
  const after = Array.from({ length: points }, (_, index) => known[at + index] ?? Number.NaN);
  return { before, after };
}
