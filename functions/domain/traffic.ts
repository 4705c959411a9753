import type { Router } from "./cluster-action.ts";
import { unreachable } from "./time.ts";

/** Percent of the traffic by arm (a backend's name). */
export type Shares = Readonly<Record<string, number>>;

export interface TrafficCapabilities {
  /** `continuous`: any share. `binary`: all or nothing. `none`: the shares are somebody else's to set. */
  readonly weights: "continuous" | "binary" | "none";
  /** What decides the shares when it is not the route itself. */
  readonly controller: string | null;
}

export interface TrafficReading {
  readonly arms: Shares;
  /** resourceVersion of the object that was read. */
  readonly token: string;
  /** A controller that would write the route back; null when nobody is known to. */
  readonly owner: string | null;
}

/** What each router can be asked for. */
export function trafficCapabilities(router: Router): TrafficCapabilities {
  switch (router) {
    case "gateway-api":
    case "alb-ingress":
    case "istio":
      return { weights: "continuous", controller: null };
    case "service-selector":
      return { weights: "binary", controller: null };
    case "argo-rollouts":
      return { weights: "binary", controller: "Argo Rollouts" };
    case "flagger":
      return { weights: "none", controller: "Flagger" };
    default:
      return unreachable(router);
  }
}

/** Why these shares cannot be asked for; null when they can. */
export function whyNotShares(router: Router, to: Shares): string | null {
  const { weights, controller } = trafficCapabilities(router);
  const shares = Object.values(to);
  if (shares.length === 0) return "no arm is named";
  if (shares.some((share) => !Number.isInteger(share) || share < 0 || share > 100)) return "a share is a whole number from 0 to 100";
  const sum = shares.reduce((total, share) => total + share, 0);
  if (sum !== 100) return `the shares add up to ${sum}, not to 100`;
  if (weights === "none") return `${controller} sets the shares, and would write them back: take the workload's template back instead`;
  if (weights === "binary" && !shares.includes(100))
    return `${controller ?? "a Service's selector"} can be asked for all or nothing, not for ${describeShares(to)}`;
  return null;
}

/**
 * Weights as any router keeps them (Gateway API: 0 to 1,000,000) as percent. They add up to 100: what rounding leaves over goes to the largest.
 * All zero when no arm has any weight.
 */
export function sharesOf(weights: Readonly<Record<string, number>>): Shares {
  const entries = Object.entries(weights);
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  if (total === 0) return Object.fromEntries(entries.map(([arm]) => [arm, 0]));
  const shares = entries.map(([arm, weight]): [string, number] => [arm, Math.floor((100 * weight) / total)]);
  const left = 100 - shares.reduce((sum, [, share]) => sum + share, 0);
  const largest = entries.reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
  return Object.fromEntries(shares.map(([arm, share]) => [arm, arm === largest ? share + left : share]));
}

/** Arms that are missing count as 0 %. */
export function sameShares(one: Shares, other: Shares): boolean {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((arm) => (one[arm] ?? 0) === (other[arm] ?? 0));
}

/** What Kubernetes itself takes for enough during a rolling update: a Deployment's default of 25 % unavailable. */
const ENOUGH = 0.75;

/** Ready endpoints that an arm must have before it gets a share of a service of `replicas` pods; 0 for an arm that gets nothing. */
export function endpointsNeeded(share: number, replicas: number): number {
  return share === 0 ? 0 : Math.max(1, Math.ceil((ENOUGH * share * replicas) / 100));
}

/** `60 % stable, 40 % canary`. */
export function describeShares(shares: Shares): string {
  return Object.entries(shares)
    .map(([arm, share]) => `${share} % ${arm}`)
    .join(", ");
}
