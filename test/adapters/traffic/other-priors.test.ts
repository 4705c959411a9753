import { describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import type { ClusterAction } from "../../../functions/domain/cluster-action.ts";
import { STAMP, TARGET, to } from "../gitops/support.ts";
import { aTrafficCluster, putEndpoints, read } from "./support.ts";

const route = { router: "istio", name: "web", rule: "main" } as const;
const half: ClusterAction = {
  kind: "set-weights",
  route,
  weights: { stable: 100, canary: 0 },
  prior: { stable: 75, canary: 25 },
  orPriors: [{ stable: 50, canary: 50 }],
};

function withCanaryAt(canary: number) {
  const cluster = aTrafficCluster({}).put("/apis/networking.istio.io/v1/namespaces/shop/virtualservices/web", {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      hosts: ["web"],
      http: [
        {
          name: "main",
          route: [
            { destination: { host: "stable" }, weight: 100 - canary },
            { destination: { host: "canary" }, weight: canary },
          ],
        },
      ],
    },
  });
  putEndpoints(cluster, "stable", 4);
  return cluster;
}

describe("shares of which nobody knows whether an earlier step has set them", () => {
  it.each([25, 50])("are taken away where the new version has %d percent", async (canary) => {
    const cluster = withCanaryAt(canary);

    expect(await clusterActions(to(cluster)).apply(TARGET, half, STAMP)).toMatchObject({ outcome: "applied" });
    expect(await read(cluster, route)).toMatchObject({ arms: { stable: 100, canary: 0 } });
  });

  it("are somebody else's where they are neither", async () => {
    expect(await clusterActions(to(withCanaryAt(30))).apply(TARGET, half, STAMP)).toMatchObject({ outcome: "superseded" });
  });
});
