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
  tickets: { shares: { tickets: 100, "tickets-stable": 0, "tickets-notice": 0 }, beside: { "tickets-notice": 1 } },
  comments: { shares: { "comments-stable": 100, comments: 0 }, beside: { "comments-stable": 3 } },
};
