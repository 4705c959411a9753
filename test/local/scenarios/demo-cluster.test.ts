import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inProcessClient } from "../../../local/cluster/in-process-client.ts";
import { type RunningKubelet, startKubelet } from "../../../local/cluster/kubelet.ts";
import { type KubernetesSimulator, startKubernetesSimulator } from "../../../local/cluster/kubernetes-simulator.ts";
import { createDeployment, waitForDeployment } from "../../../local/cluster/seed.ts";
import { type DemoCluster, demoCluster } from "../../../local/scenarios/demo-cluster.ts";

const since = new Date("2026-11-22T09:00:00Z");

describe("demoCluster", () => {
  let simulator: KubernetesSimulator;
  let kubelet: RunningKubelet;
  let demo: DemoCluster;

  beforeEach(async () => {
    simulator = startKubernetesSimulator();
    const client = withoutFront(simulator);
    kubelet = await startKubelet(client, { readyDelaySeconds: 0.02, terminationDelaySeconds: 0.02 });
    demo = demoCluster(client);
    await demo.seedNamespace();
  });
  afterEach(() => {
    kubelet.stop();
    simulator.stop();
  });

  it("seeds a release whose pods are all ready, and tells who serves the traffic", async () => {
    const facts = await demo.seedDeployment("checkout", "demo/checkout:v1", 3, since);

    expect(facts).toMatchObject({ image: "demo/checkout:v1", replicas: 3, readyReplicas: 3, updatedReplicas: 3, generation: 1 });
    expect(facts.replicaSet.name).toBe(`checkout-${facts.replicaSet.templateHash}`);
    const pods = (await demo.read()).get("checkout");
    expect(pods?.desiredReplicas).toBe(3);
    expect(pods?.pods.filter((pod) => pod.readySince !== null)).toHaveLength(3);
  });

  it("replaces what an earlier demo left", async () => {
    await demo.seedDeployment("checkout", "demo/checkout:v1", 2, since);
    await demo.deploy("checkout", "demo/checkout:v2");

    const facts = await demo.seedDeployment("checkout", "demo/checkout:v1", 2, since);

    expect(facts).toMatchObject({ image: "demo/checkout:v1", generation: 1 });
  });

  it("never touches a Deployment or a namespace that is not the demo's", async () => {
    const client = withoutFront(simulator);
    await createDeployment(client, { namespace: "demo", name: "checkout", image: "theirs/checkout:9" });
    await client.post("/api/v1/namespaces", { metadata: { name: "theirs" } });

    await expect(demo.seedDeployment("checkout", "demo/checkout:v1", 1, since)).rejects.toThrow(/exists and is not the demo's/);
    await expect(demoCluster(client, "theirs").seedNamespace()).rejects.toThrow(/namespace "theirs" exists and is not the demo's/);
  });

  it("splits a service's traffic between Deployments by its route; what goes elsewhere is not served by the service", async () => {
    await demo.seedDeployment("reviews", "demo/reviews:v1", 1, since);
    await demo.seedDeployment("reviews-stable", "demo/reviews-stable:v1", 2, since);
    await demo.seedDeployment("reviews-notice", "demo/reviews-notice:v1", 1, since);
    await demo.seedRoute("reviews", { "reviews-stable": 100, reviews: 0, "reviews-notice": 0 });
    const weights = async () => {
      const { pods = [], servedShare } = (await demo.read()).get("reviews") ?? {};
      return { servedShare, weights: pods.map(({ image, weight }) => `${image} ${weight}`).sort() };
    };

    expect(await weights()).toEqual({
      servedShare: 1,
      weights: ["demo/reviews-stable:v1 50", "demo/reviews-stable:v1 50", "demo/reviews:v1 0"],
    });

    await demo.split("reviews", { "reviews-stable": 30, reviews: 20, "reviews-notice": 50 });
    expect(await demo.shares("reviews")).toEqual({ "reviews-stable": 30, reviews: 20, "reviews-notice": 50 });
    expect(await weights()).toEqual({
      servedShare: 0.5,
      weights: ["demo/reviews-stable:v1 15", "demo/reviews-stable:v1 15", "demo/reviews:v1 20"],
    });
    await demo.removeRoute("reviews", { "reviews-stable": 0, reviews: 0, "reviews-notice": 0 });
    expect(await demo.shares("reviews")).toBeNull();
  });

  it("deploys and scales as a person would", async () => {
    await demo.seedDeployment("checkout", "demo/checkout:v1", 2, since);

    await demo.deploy("checkout", "demo/checkout:v2");
    await demo.scale("checkout", 1);
    await waitForDeployment(withoutFront(simulator), "demo", "checkout");

    expect(await demo.facts("checkout")).toMatchObject({ image: "demo/checkout:v2", replicas: 1, readyReplicas: 1, generation: 3 });
  });
});

/** Back-dating is a door of the front; without one, the demo goes on with objects as old as they are. */
function withoutFront(simulator: KubernetesSimulator) {
  const client = inProcessClient(simulator);
  const { transport } = client;
  const send = transport.send.bind(transport);
  transport.send = async (request) =>
    request.path === "/_front/backdate" ? { code: 501, headers: {}, body: { backdated: false, reason: "no front" } } : send(request);
  return client;
}
