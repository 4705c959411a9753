import { BAKE_SECONDS, DAY_SECONDS, type Deploy, type Stretch } from "./backtest-data.ts";
import { type Rate, rateOf, withoutOverlap } from "./proportion.ts";

/** What a rule did after one deploy. Minutes from the deploy to the first time it fired; null = it did not. */
export interface DeployOutcome {
  readonly deploy: Deploy;
  readonly firedMinutes: number | null;
  /** False where less than a day of data follows. */
  readonly hasDay: boolean;
  /** By factor: minutes to the first time it fired on the copy that was made worse; null = not found. Undefined = nothing can be made worse. */
  readonly found: readonly (number | null)[] | null;
}

export interface FoundRate {
  readonly factor: number;
  readonly rate: Rate;
  /** Of those found. */
  readonly delayMinutes: { readonly p50: number | null; readonly p90: number | null };
}

export interface DeployRates {
  /** Fired within an hour, and within a day, after deploys that are not known to be bad. */
  readonly falseInHour: Rate;
  readonly falseInDay: Rate;
  readonly found: readonly FoundRate[];
}

const HOUR_MINUTES = BAKE_SECONDS / 60;
const DAY_MINUTES = DAY_SECONDS / 60;

/** Rates over deploys, in order of time. A day is asked only where a day of data follows. */
export function deployRates(outcomes: readonly DeployOutcome[], factors: readonly number[]): DeployRates {
  const good = outcomes.filter(({ deploy }) => !deploy.bad);
  const days = good.filter(({ hasDay }) => hasDay);
  return {
    falseInHour: ratesWithin(good, HOUR_MINUTES),
    falseInDay: ratesWithin(days, DAY_MINUTES),
    found: factors.map((factor, index) => {
      const tried = good.flatMap(({ deploy, found }) => (found === null ? [] : [{ deploy, minutes: found[index] ?? null }]));
      const delays = tried.flatMap(({ minutes }) => minutes ?? []).sort((a, b) => a - b);
      const rate = rateOf(delays.length, tried.length, overlapFree(tried, BAKE_SECONDS));
      return { factor, rate, delayMinutes: { p50: nearestRank(delays, 0.5), p90: nearestRank(delays, 0.9) } };
    }),
  };
}

/** Of all the rules together: the first of them that fires. `outcomes` of every rule, by deploy. */
export function familyOutcomes(rules: readonly (readonly DeployOutcome[])[], factors: number): readonly DeployOutcome[] {
  const byDeploy = Map.groupBy(rules.flat(), ({ deploy }) => deploy.atEpochSeconds);
  return [...byDeploy]
    .sort(([a], [b]) => a - b)
    .flatMap(([, all]): DeployOutcome[] => {
      const [one] = all;
      if (one === undefined) return [];
      const tried = all.flatMap(({ found }) => (found === null ? [] : [found]));
      return [
        {
          deploy: one.deploy,
          firedMinutes: earliest(all.map(({ firedMinutes }) => firedMinutes)),
          hasDay: all.some(({ hasDay }) => hasDay),
          found:
            tried.length === 0 ? null : Array.from({ length: factors }, (_, index) => earliest(tried.map((found) => found[index] ?? null))),
        },
      ];
    });
}

/** Deploys after which a rule can be judged: so much data before, an hour after. */
export function judgeableDeploys(deploys: readonly Deploy[], stretch: Stretch, beforeSeconds: number): readonly Deploy[] {
  return deploys.filter(
    ({ atEpochSeconds: at }) => at >= stretch.fromEpochSeconds + beforeSeconds && at + BAKE_SECONDS <= stretch.toEpochSeconds,
  );
}

function ratesWithin(outcomes: readonly DeployOutcome[], minutes: number): Rate {
  const fired = outcomes.filter(({ firedMinutes }) => firedMinutes !== null && firedMinutes <= minutes).length;
  return rateOf(fired, outcomes.length, overlapFree(outcomes, minutes * 60));
}

function overlapFree(outcomes: readonly { readonly deploy: Deploy }[], windowSeconds: number): number {
  return withoutOverlap(
    outcomes.map(({ deploy }) => deploy.atEpochSeconds),
    windowSeconds,
  );
}

function earliest(minutes: readonly (number | null)[]): number | null {
  const fired = minutes.filter((one) => one !== null);
  return fired.length === 0 ? null : Math.min(...fired);
}

/** The smallest of them that so large a share does not exceed: a delay that was seen. */
function nearestRank(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
