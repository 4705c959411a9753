import type { ClusterAction } from "../../domain/cluster-action.ts";
import { whyNotShares } from "../../domain/traffic.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import { result } from "../kubernetes/object-write.ts";
import { deepEqual } from "../kubernetes/template-equality.ts";
import { ROUTER_ADAPTERS } from "./cluster-traffic.ts";
import { isProblem } from "./router.ts";

type SetWeights = Extract<ClusterAction, { kind: "set-weights" }>;
type Maintain = Extract<ClusterAction, { kind: "maintenance" }>;

/** Shares of traffic by arm, only from those that were planned from. */
export const setWeights: ActionModule<SetWeights> = {
  async apply(kubernetes, target, { route, weights, prior, orPriors }, stamp) {
    const problem = whyNotShares(route.router, weights);
    if (problem !== null) return result("refused", problem);
    return ROUTER_ADAPTERS[route.router].shift(kubernetes, target, route, { to: weights, expected: prior, orExpected: orPriors, stamp });
  },
  confirm: (kubernetes, target, { route, weights }) => ROUTER_ADAPTERS[route.router].confirm(kubernetes, target, route, weights),
};

/** Everything to the maintenance backend, or exactly what was there before back. */
export const maintenance: ActionModule<Maintain> = {
  apply: (kubernetes, target, { route, set, backend, prior }, stamp) =>
    ROUTER_ADAPTERS[route.router].maintain(kubernetes, target, route, { set, backend, prior, stamp }),

  async confirm(kubernetes, target, { route, set, backend, prior }) {
    const router = ROUTER_ADAPTERS[route.router];
    if (set === "on") return router.confirm(kubernetes, target, route, { [backend]: 100 });
    const live = await router.read(kubernetes, target, route);
    if (isProblem(live)) return { verdict: "inconclusive", reason: live.problem };
    const same = deepEqual(JSON.parse(live.prior), JSON.parse(prior));
    return same
      ? { verdict: "proven", reason: `${route.name} is what it was before the maintenance` }
      : { verdict: "lost", reason: `${route.name} is not what it was before the maintenance` };
  },
};
