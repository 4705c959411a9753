import type { Target } from "../domain/blueprint.ts";
import type { Confirmation, Route } from "../domain/cluster-action.ts";
import type { Shares, TrafficCapabilities, TrafficReading } from "../domain/traffic.ts";
import type { WriteResult, WriteStamp } from "../domain/workload.ts";

/** Who gets how much of a service's traffic. Throws `TransientUpstreamError`, `PermissionError` or `UntrustedClusterError`. */
export interface Traffic {
  capabilities(route: Route): TrafficCapabilities;
  read(target: Target, route: Route): Promise<TrafficReading | { readonly problem: string }>;
  /** Sets percentages that add up to 100, if the arms still have the shares `expected`. Never towards an arm without enough ready endpoints. Safe to call twice. */
  shift(target: Target, route: Route, to: Shares, expected: Shares, stamp: WriteStamp): Promise<WriteResult>;
  /** Reads only: has whoever serves the route taken the shares over? */
  confirm(target: Target, route: Route, to: Shares): Promise<Confirmation>;
}
