import { describe, expect, it } from "vitest";
import { confirmRestart, restartPods } from "../../../functions/adapters/config/restart-pods.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";

const target = { cluster: "demo", namespace: "shop", kind: "Deployment" as const, name: "checkout" };
const path = "/apis/apps/v1/namespaces/shop/deployments/checkout";
const stamp = { execution: "rg-checkout-20261120T031200Z-0123456789ab", fence: 7 };

const aCluster = (annotations = {}): ObjectCluster =>
  new ObjectCluster().put(path, { metadata: { generation: 6 }, spec: { template: { metadata: { annotations } } } });

describe("a restart of the pods", () => {
  it("is proven by this execution's mark, once", async () => {
    const cluster = aCluster();

    expect(await restartPods(cluster, target, stamp)).toMatchObject({ outcome: "applied" });
    expect(await restartPods(cluster, target, { ...stamp, fence: 8 })).toMatchObject({ outcome: "already-applied" });
    expect(await confirmRestart(cluster, target, stamp, "content back")).toMatchObject({ verdict: "proven" });
    expect(cluster.writes).toHaveLength(1);
  });

  it("is not proven by the mark of an earlier run", async () => {
    const cluster = aCluster({ "rollguard.dev/restarted-by": "rg-checkout-20261119T031200Z-0123456789ab" });

    expect(await confirmRestart(cluster, target, stamp, "content back")).toMatchObject({ verdict: "lost" });
  });
});
