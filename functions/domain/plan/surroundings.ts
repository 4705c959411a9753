import type { Shares } from "../traffic.ts";

/** What splits the service's traffic, as it is when the plan is made. */
export interface RouteState {
  readonly shares: Shares;
  /** A controller that would write the route back; null when nobody is known to. */
  readonly owner: string | null;
  /** JSON of what a maintenance would replace, as lifting it needs it. */
  readonly prior: string;
}

/** An autoscaler that owns the replica count. */
export interface AutoscalerState {
  readonly hpa: string;
  readonly maxReplicas: number;
  /** JSON of what a hold would change, as releasing it needs it. */
  readonly prior: string;
}

/** Objects beside the workload that a plan may write, read once before it is made; a problem says why one could not be. */
export interface Surroundings {
  /** Null: the blueprint names no router. */
  readonly route: RouteState | { readonly problem: string } | null;
  /** Null: no autoscaler owns the replica count. */
  readonly autoscaler: AutoscalerState | { readonly problem: string } | null;
}
