import { trafficCapabilities } from "../../domain/traffic.ts";
import type { ReadWeights } from "../kubernetes/snapshot.ts";
import { ROUTER_ADAPTERS } from "./cluster-traffic.ts";
import { isProblem } from "./router.ts";

/** Weights for a snapshot; null where the route cannot be read. A controller that sets them by itself is their owner, whoever applies the route. */
export const routeWeights: ReadWeights = async (kubernetes, target, route) => {
  const reading = await ROUTER_ADAPTERS[route.router].read(kubernetes, target, route);
  if (isProblem(reading)) return null;
  return { weights: reading.arms, owner: trafficCapabilities(route.router).controller ?? reading.owner };
};
