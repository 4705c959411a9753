import type { RouteShares } from "./demo-route.ts";

/** What stands in front of a demo service that does not get its traffic directly. */
export interface DemoRoute {
  /** Shares of a quiet day, by arm. */
  readonly shares: RouteShares;
  /** Deployments beside the service's own, by name, with their replicas. */
  readonly beside: Readonly<Record<string, number>>;
}

/** By service. A notice serves nobody of ours: its pods are there, and count for nothing. */
export const DEMO_ROUTES: Readonly<Record<string, DemoRoute>> = {
  orders: { shares: { orders: 100, "orders-stable": 0, "orders-notice": 0 }, beside: { "orders-notice": 1 } },
  reviews: { shares: { "reviews-stable": 100, reviews: 0 }, beside: { "reviews-stable": 3 } },
};
