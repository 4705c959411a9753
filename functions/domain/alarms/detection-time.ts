import { evaluationRange } from "../alarm-evaluation.ts";
import type { Trigger } from "../blueprint.ts";
import type { Signal } from "../signal.ts";
import type { BurnRateForm } from "../trigger-form.ts";
import { burnPercent } from "./burn-rate.ts";

const DAY_SECONDS = 86_400;

/** How often CloudWatch evaluates: every 10 s for periods below a minute, once an hour for windows longer than a day, else every minute (User Guide, "alarm evaluation"). */
export function tickSeconds(periodSeconds: number, evaluationPeriods = 1): number {
  if (periodSeconds < 60) return 10;
  return periodSeconds * evaluationPeriods > DAY_SECONDS ? 3600 : 60;
}

/**
 * Seconds from the onset of a lasting breach to the alarm, at the latest: the bad periods that it needs, and two ticks, since the onset may fall right behind
 * the start of a (sliding) window and the evaluation may come late in its own tick. Where the signal has a value less often than a tick, the onset may fall
 * right behind one of those. The time that the metric takes to be published comes on top.
 *
 * Of a burn rate: of a total failure at even traffic, until both windows of the fastest pair have crossed (infinite when no pair can). Of absence: from the
 * last datapoint; so many periods of the evaluation range, whose size AWS does not publish, must be empty that the rest cannot carry the verdict. Of a trend:
 * to its entry condition. Against the period before: of a step, which is only in one period.
 */
export function worstDetectionSeconds(trigger: Trigger, { resolutionSeconds }: Pick<Signal, "resolutionSeconds">): number {
  const { form, periodSeconds, datapointsToAlarm: m, evaluationPeriods: n } = trigger;
  if (form?.type === "burn-rate") return totalFailureSeconds(form, resolutionSeconds);
  const periods = form?.type === "absence" ? evaluationRange(n) - n + m : m;
  return periods * periodSeconds + lateSeconds(tickSeconds(periodSeconds, n), resolutionSeconds);
}

/** What the onset and the evaluation may miss. */
function lateSeconds(tick: number, resolutionSeconds: number): number {
  return Math.max(tick, resolutionSeconds) + tick;
}

function totalFailureSeconds({ objectivePercent, windows }: BurnRateForm, resolutionSeconds: number): number {
  const pairs = windows.map(({ longSeconds, shortSeconds, burn }) => {
    const share = burnPercent(objectivePercent, burn) / 100;
    const crossing = [longSeconds, shortSeconds].map((seconds) => share * seconds + lateSeconds(tickSeconds(seconds), resolutionSeconds));
    return share < 1 ? Math.ceil(Math.max(...crossing)) : Number.POSITIVE_INFINITY;
  });
  return Math.min(...pairs);
}
