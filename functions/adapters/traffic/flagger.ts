import type { Target } from "../../domain/blueprint.ts";
import { describeShares, type Shares, sameShares } from "../../domain/traffic.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { type LiveObject, result } from "../kubernetes/object-write.ts";
import type { Router } from "./router.ts";

/** `Canary`, as far as it is used. */
export interface Canary extends LiveObject {
  readonly spec?: { readonly targetRef?: { readonly name?: string }; readonly service?: { readonly name?: string } };
  readonly status?: { readonly canaryWeight?: number; readonly phase?: string };
}

/**
 * Flagger writes its routes back, so they are read and never written, and the Canary is never suspended: that would freeze the weights as they are.
 * Taking the target's template back is what moves its traffic.
 */
export const flagger: Router = {
  async read(kubernetes, target, { name }) {
    const found = await find(kubernetes, target, name);
    if (typeof found === "string") return { problem: found };
    return { arms: sharesOfCanary(name, found), token: found.metadata?.resourceVersion ?? "", owner: "Flagger", prior: "null" };
  },

  shift: async (_kubernetes, target, { name }) =>
    result("refused", `Flagger writes the routes of Canary ${target.namespace}/${name} back: take the template of its target back instead`),

  async confirm(kubernetes, target, { name }, to) {
    const found = await find(kubernetes, target, name);
    if (typeof found === "string") return { verdict: "inconclusive", reason: found };
    const shares = sharesOfCanary(name, found);
    return {
      verdict: sameShares(shares, to) ? "proven" : "not-yet",
      reason: `Flagger says ${describeShares(shares)} (${found.status?.phase ?? "no phase"})`,
    };
  },

  maintain: async () => result("refused", "Flagger writes its routes back: a maintenance backend would be lost"),
};

/** As Flagger names its two Services. */
function sharesOfCanary(name: string, { spec, status }: Canary): Shares {
  const weight = status?.canaryWeight ?? 0;
  const service = spec?.service?.name ?? spec?.targetRef?.name ?? name;
  return { [`${service}-primary`]: 100 - weight, [`${service}-canary`]: weight };
}

async function find(kubernetes: KubernetesClient, { namespace }: Target, name: string): Promise<Canary | string> {
  const path = `/apis/flagger.app/v1beta1/namespaces/${encodeURIComponent(namespace)}/canaries/${encodeURIComponent(name)}`;
  return (await kubernetes.get<Canary>(path)) ?? `Canary ${namespace}/${name} does not exist`;
}
