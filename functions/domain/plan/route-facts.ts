import type { Route } from "../cluster-action.ts";
import { type Shares, type TrafficCapabilities, trafficCapabilities } from "../traffic.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

/** The two arms of a service whose blueprint names a router, with what they get now. */
export interface Arms {
  readonly route: Route;
  readonly stable: string;
  readonly canary: string;
  readonly shares: Shares;
  /** Of the new version, in percent. */
  readonly canaryShare: number;
  readonly capabilities: TrafficCapabilities;
  readonly owner: string | null;
  readonly prior: string;
}

/** Null: the blueprint names no router. The workload of the blueprint's target is the one behind the canary arm. */
export function armsOf({
  blueprint,
  surroundings,
}: Pick<StrategyFacts, "blueprint" | "surroundings">): Arms | { readonly problem: string } | null {
  const { traffic } = blueprint;
  if (traffic === null) return null;
  const read = surroundings?.route ?? { problem: `${traffic.route.router} ${traffic.route.name} was not read` };
  if ("problem" in read) return read;
  const { route, stable, canary } = traffic;
  const shares = { [stable]: 0, [canary]: 0, ...read.shares };
  const { owner, prior } = read;
  return { route, stable, canary, shares, canaryShare: shares[canary] ?? 0, capabilities: trafficCapabilities(route.router), owner, prior };
}

/** The same where the route was read, else null. */
export function readArms(facts: Pick<StrategyFacts, "blueprint" | "surroundings">): Arms | null {
  const arms = armsOf(facts);
  return arms === null || "problem" in arms ? null : arms;
}

/** Everything to one arm. */
export function allTo(arm: string, shares: Shares): Shares {
  return Object.fromEntries(Object.keys({ ...shares, [arm]: 0 }).map((name) => [name, name === arm ? 100 : 0]));
}

/** The new version with `share` percent; what it loses or gains is the stable arm's. */
export function withCanaryAt(share: number, { stable, canary, shares, canaryShare }: Arms): Shares {
  return { ...shares, [canary]: share, [stable]: (shares[stable] ?? 0) + canaryShare - share };
}

/** Shares that lie `part` (0 to 1) of the way from one to the other. They add up to 100: what rounding leaves goes to the arm that gets most. */
export function between(from: Shares, to: Shares, part: number): Shares {
  const arms = Object.keys({ ...from, ...to });
  const exact = arms.map((arm): [string, number] => [arm, (from[arm] ?? 0) + ((to[arm] ?? 0) - (from[arm] ?? 0)) * part]);
  const floors = exact.map(([arm, share]): [string, number] => [arm, Math.floor(share)]);
  const left = 100 - floors.reduce((sum, [, share]) => sum + share, 0);
  const most = arms.reduce((best, arm) => ((to[arm] ?? 0) > (to[best] ?? 0) ? arm : best), arms[0] ?? "");
  return Object.fromEntries(floors.map(([arm, share]) => [arm, arm === most ? share + left : share]));
}
