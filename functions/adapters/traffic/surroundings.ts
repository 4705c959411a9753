import type { Looked } from "../../domain/preflight-facts.ts";
import type { SurroundingsReader } from "../../ports/surroundings.ts";
import { autoscalerState } from "../kubernetes/autoscaler-actions.ts";
import type { ConnectToCluster } from "../kubernetes/eks-connections.ts";
import { lookWithin } from "../kubernetes/preflight-looking.ts";
import { ROUTER_ADAPTERS } from "./cluster-traffic.ts";
import { isProblem } from "./router.ts";

/** Both reads together take no longer: an incident is open, and a plan without them is still one. */
const DEADLINE_MS = 1000;

/** The route of a blueprint and the autoscaler of its workload, as they are now. */
export function clusterSurroundings(connect: ConnectToCluster, deadlineMilliseconds: number = DEADLINE_MS): SurroundingsReader {
  return {
    async read({ target, traffic }, hpa) {
      if (traffic === null && hpa === null) return { route: null, autoscaler: null };
      const { look, end } = lookWithin(deadlineMilliseconds);
      try {
        const kubernetes = connect(target);
        const [route, autoscaler] = await Promise.all([
          traffic === null ? null : look(() => ROUTER_ADAPTERS[traffic.route.router].read(kubernetes, target, traffic.route)),
          hpa === null ? null : look(() => autoscalerState(kubernetes, target, hpa)),
        ]);
        const read = route === null ? null : known(route);
        return {
          route: read === null || isProblem(read) ? read : { shares: read.arms, owner: read.owner, prior: read.prior },
          autoscaler: autoscaler === null ? null : known(autoscaler),
        };
      } finally {
        end();
      }
    },
  };
}

function known<T>(fact: Looked<T>): T | { readonly problem: string } {
  return "value" in fact ? fact.value : { problem: [fact.notChecked, fact.fix].filter((part) => part !== "").join(": ") };
}
