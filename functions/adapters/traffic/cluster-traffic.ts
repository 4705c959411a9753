import type { Router as RouterName } from "../../domain/cluster-action.ts";
import { trafficCapabilities, whyNotShares } from "../../domain/traffic.ts";
import type { Traffic } from "../../ports/traffic.ts";
import type { ConnectToCluster } from "../kubernetes/eks-connections.ts";
import { result } from "../kubernetes/object-write.ts";
import { albIngress } from "./alb-ingress.ts";
import { argoRollouts } from "./argo-rollouts.ts";
import { flagger } from "./flagger.ts";
import { gatewayApi } from "./gateway-api.ts";
import { istio } from "./istio.ts";
import type { Router } from "./router.ts";
import { serviceSelector } from "./service-selector.ts";

/** The adapter of each router of a blueprint. */
export const ROUTER_ADAPTERS: Readonly<Record<RouterName, Router>> = {
  "gateway-api": gatewayApi,
  "alb-ingress": albIngress,
  istio,
  "argo-rollouts": argoRollouts,
  flagger,
  "service-selector": serviceSelector,
};

/** Traffic of services on EKS: one object of the cluster holds the shares. */
export function clusterTraffic(connect: ConnectToCluster): Traffic {
  return {
    capabilities: ({ router }) => trafficCapabilities(router),
    read: (target, route) => ROUTER_ADAPTERS[route.router].read(connect(target), target, route),
    async shift(target, route, to, expected, stamp) {
      const problem = whyNotShares(route.router, to);
      if (problem !== null) return result("refused", problem);
      return ROUTER_ADAPTERS[route.router].shift(connect(target, stamp.execution), target, route, { to, expected, stamp });
    },
    confirm: (target, route, to) => ROUTER_ADAPTERS[route.router].confirm(connect(target), target, route, to),
  };
}
