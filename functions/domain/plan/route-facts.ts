import type { Route } from "../cluster-action.ts";
import type { Release } from "../release.ts";
import { type Shares, sharesOf, type TrafficCapabilities, trafficCapabilities } from "../traffic.ts";
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

/** Weights of the good release, where its snapshot has them and nobody but people moves them. Null: nobody knows. */
export function goalOf(
  { releases }: Pick<StrategyFacts, "releases">,
  { route, shares, capabilities }: Arms,
  releaseHash: string | null,
): Shares | null {
  const recorded = recordedRoute(releases, releaseHash, route);
  if (recorded === null || capabilities.controller !== null) return null;
  const goal = sharesOf(recorded);
  const known = Object.keys(goal).every((arm) => arm in shares || goal[arm] === 0);
  const wanted = Object.fromEntries(Object.keys(shares).map((arm) => [arm, goal[arm] ?? 0]));
  return known && Object.values(wanted).reduce((sum, share) => sum + share, 0) === 100 ? wanted : null;
}

function recordedRoute(releases: readonly Release[], hash: string | null, wanted: Arms["route"]): Shares | null {
  const parts = releases.find((release) => release.hash === hash)?.parts;
  const found = parts?.routes.find(
    ({ route }) => route.router === wanted.router && route.name === wanted.name && route.rule === wanted.rule,
  );
  return found === undefined || found.owner !== null ? null : found.weights;
}
