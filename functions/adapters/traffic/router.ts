import type { Target } from "../../domain/blueprint.ts";
import type { Confirmation, Route } from "../../domain/cluster-action.ts";
import type { Shares, TrafficReading } from "../../domain/traffic.ts";
import type { WriteResult, WriteStamp } from "../../domain/workload.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";

/** Why something cannot be said or done about a route. */
export interface Problem {
  readonly problem: string;
}

export interface Shift {
  readonly to: Shares;
  readonly expected: Shares;
  /** Shares over which it may be written as well. @default none */
  readonly orExpected?: readonly Shares[] | undefined;
  readonly stamp: WriteStamp;
}

export interface Maintenance {
  readonly set: "on" | "lift";
  /** A Service; for Istio its host. */
  readonly backend: string;
  /** JSON of what the route had before, as `read` gives it. */
  readonly prior: string;
  readonly stamp: WriteStamp;
}

/** What one kind of router can do; the port puts the right one to work. */
export interface Router {
  /** With the JSON that a maintenance would replace. */
  read(kubernetes: KubernetesClient, target: Target, route: Route): Promise<(TrafficReading & { readonly prior: string }) | Problem>;
  shift(kubernetes: KubernetesClient, target: Target, route: Route, shift: Shift): Promise<WriteResult>;
  confirm(kubernetes: KubernetesClient, target: Target, route: Route, to: Shares): Promise<Confirmation>;
  maintain(kubernetes: KubernetesClient, target: Target, route: Route, maintenance: Maintenance): Promise<WriteResult>;
}

export function isProblem(value: object): value is Problem {
  return "problem" in value;
}
