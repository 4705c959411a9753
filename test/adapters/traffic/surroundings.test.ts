import { describe, expect, it } from "vitest";
import { clusterSurroundings } from "../../../functions/adapters/traffic/surroundings.ts";
import { PermissionError } from "../../../functions/domain/errors.ts";
import { aTraffic } from "../../domain/strategies/support.ts";
import { TARGET, to } from "../gitops/support.ts";
import { aTrafficCluster } from "./support.ts";

const ROUTE = "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/checkout";
const AUTOSCALER = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/checkout";
const backendRefs = [
  { name: "checkout-stable", port: 80, weight: 90 },
  { name: "checkout-canary", port: 80, weight: 10 },
];
const route = { metadata: { name: "checkout", namespace: "shop" }, spec: { rules: [{ backendRefs }] } };
const autoscaler = { metadata: { name: "checkout", namespace: "shop" }, spec: { minReplicas: 2, maxReplicas: 8 } };
const blueprint = { target: TARGET, traffic: aTraffic() };

describe("what is around a workload", () => {
  it("is its route with shares and prior, and its autoscaler with what a hold would change", async () => {
    const cluster = aTrafficCluster().put(ROUTE, route).put(AUTOSCALER, autoscaler);

    expect(await clusterSurroundings(to(cluster)).read(blueprint, "checkout")).toEqual({
      route: { shares: { "checkout-stable": 90, "checkout-canary": 10 }, owner: null, prior: JSON.stringify(backendRefs) },
      autoscaler: { hpa: "checkout", maxReplicas: 8, prior: '{"minReplicas":2,"behavior":null}' },
    });
  });

  it("is nothing, without a call, where the blueprint names no router and nobody owns the replicas", async () => {
    const none = clusterSurroundings(() => {
      throw new Error("nobody should connect");
    });

    expect(await none.read({ ...blueprint, traffic: null }, null)).toEqual({ route: null, autoscaler: null });
  });

  it("is a problem each where it does not exist", async () => {
    const read = await clusterSurroundings(to(aTrafficCluster())).read(blueprint, "checkout");

    expect(read.route).toMatchObject({ problem: expect.stringContaining("does not exist") });
    expect(read.autoscaler).toMatchObject({ problem: expect.stringContaining("does not exist") });
  });

  it("names the rule to add where it may not be read, and the plan is made without it", async () => {
    const cluster = aTrafficCluster().put(AUTOSCALER, autoscaler);
    const { get } = cluster;
    cluster.get = async (path: string) => {
      if (path === ROUTE) throw new PermissionError("no", { verb: "get", resource: "httproutes", apiGroup: "gateway.networking.k8s.io" });
      return get.call(cluster, path) as never;
    };
    const read = await clusterSurroundings(to(cluster)).read(blueprint, "checkout");

    expect(read.route).toMatchObject({ problem: expect.stringContaining('resources: ["httproutes"]') });
    expect(read.autoscaler).toMatchObject({ maxReplicas: 8 });
  });

  it("is not waited for longer than its time", async () => {
    const cluster = aTrafficCluster();
    cluster.get = () => new Promise(() => {});

    expect(await clusterSurroundings(to(cluster), 5).read(blueprint, "checkout")).toEqual({
      route: { problem: "no answer within 5 ms" },
      autoscaler: { problem: "no answer within 5 ms" },
    });
  });
});
