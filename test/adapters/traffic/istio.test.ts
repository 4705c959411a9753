import { describe, expect, it } from "vitest";
import type { VirtualService } from "../../../functions/adapters/traffic/istio.ts";
import type { Route } from "../../../functions/domain/cluster-action.ts";
import { upstreamProblem } from "../../support/cluster/upstream-schemas.ts";
import { aTrafficCluster, confirm, putEndpoints, putPod, read, shift } from "./support.ts";

const PATH = "/apis/networking.istio.io/v1/namespaces/shop/virtualservices/web";
const route: Route = { router: "istio", name: "web", rule: "main" };

const split = [
  { destination: { host: "web", subset: "stable" }, weight: 20 },
  { destination: { host: "web", subset: "canary" }, weight: 80 },
];
const admin = { name: "admin", match: [{ uri: { prefix: "/admin" } }], route: [{ destination: { host: "admin" } }] };

function aVirtualService(rule: object = {}, version = "v1") {
  return {
    apiVersion: `networking.istio.io/${version}`,
    kind: "VirtualService",
    metadata: { name: "web", namespace: "shop" },
    spec: { hosts: ["web"], http: [admin, { name: "main", timeout: "5s", route: split, ...rule }] },
  };
}

const subsets = {
  host: "web",
  subsets: [
    { name: "stable", labels: { version: "v1" } },
    { name: "canary", labels: { version: "v2" } },
  ],
};

function aCluster(rule: object = {}, pods = 4) {
  const cluster = aTrafficCluster({}).put(PATH, aVirtualService(rule));
  cluster.put("/apis/networking.istio.io/v1/namespaces/shop/destinationrules/web", { spec: subsets });
  for (let index = 0; index < pods; index++) putPod(cluster, `stable-${index}`, { version: "v1" });
  return cluster;
}

const toStable = (cluster: ReturnType<typeof aCluster>) => shift(cluster, route, { stable: 100, canary: 0 }, { stable: 20, canary: 80 });

describe("a VirtualService of Istio", () => {
  it("gets its weights by the name of its http route; everything else stays", async () => {
    const cluster = aCluster();

    expect(await toStable(cluster)).toMatchObject({ outcome: "applied" });

    const wanted = split.map((one, index) => ({ ...one, weight: index === 0 ? 100 : 0 }));
    expect(cluster.at<VirtualService>(PATH).spec).toEqual({
      hosts: ["web"],
      http: [admin, { name: "main", timeout: "5s", route: wanted }],
    });
    expect(upstreamProblem(cluster.at(PATH))).toBeNull();
    expect(await confirm(cluster, route, { stable: 100, canary: 0 })).toMatchObject({
      verdict: "proven",
      reason: expect.stringContaining("not told"),
    });
  });

  it("is written in the version that the cluster serves", async () => {
    const cluster = aTrafficCluster().put(PATH.replace("/v1/", "/v1beta1/"), aVirtualService({}, "v1beta1"));
    cluster.groups = { "networking.istio.io": ["v1beta1"] };

    expect(await read(cluster, route)).toMatchObject({ arms: { stable: 20, canary: 80 } });
    cluster.groups = {};
    expect(await read(cluster, route)).toMatchObject({ problem: "the cluster does not serve VirtualService" });
  });

  it("splits between hosts as well", async () => {
    const hosts = ["stable.shop.svc.cluster.local", "canary"].map((host, index) => ({
      destination: { host },
      weight: index === 0 ? 20 : 80,
    }));
    const cluster = aTrafficCluster({ stable: 3, canary: 4 }).put(PATH, aVirtualService({ route: hosts }));

    expect(await toStable(cluster)).toMatchObject({ outcome: "applied" });
  });

  it.each<[string, object, RegExp]>([
    ["matches by header", { match: [{ headers: { "x-canary": { exact: "1" } } }] }, /by header, query or source/],
    ["mirrors requests", { mirror: { host: "shadow" } }, /mirrors/],
    ["has a third destination", { route: [...split, { destination: { host: "web", subset: "beta" } }] }, /further backend beta/],
  ])("whose http route %s is refused", async (_name, rule, reason) => {
    const cluster = aCluster(rule);

    const answer = await toStable(cluster);

    expect(answer).toMatchObject({ outcome: "refused" });
    expect(answer.reason).toMatch(reason);
    expect(cluster.writes).toEqual([]);
  });

  it("never sends to a subset without enough ready pods, or one that nobody defines", async () => {
    expect((await toStable(aCluster({}, 2))).reason).toContain("stable has 2 ready endpoints and needs 3");

    const undefinedSubset = aTrafficCluster({}).put(PATH, aVirtualService());
    expect((await toStable(undefinedSubset)).reason).toContain("stable does not exist");
  });

  it.each([
    [
      "hosts",
      [
        { destination: { host: "stable" }, weight: 50 },
        { destination: { host: "canary" }, weight: 50 },
      ],
    ],
    ["subsets", split.map((one) => ({ ...one, weight: 50 }))],
  ])("whose %s change places with equal weights still gets each weight on its own", async (_name, halves) => {
    const cluster = aCluster({ route: halves });
    putEndpoints(cluster, "stable", 4);
    cluster.meanwhile = () => {
      cluster.meanwhile = null;
      cluster.put(PATH, aVirtualService({ route: halves.toReversed() }));
    };

    expect(await shift(cluster, route, { stable: 100, canary: 0 }, { stable: 50, canary: 50 })).toMatchObject({ outcome: "applied" });
    expect(await read(cluster, route)).toMatchObject({ arms: { stable: 100, canary: 0 } });
  });

  it("whose http route has become another one while we write is not written", async () => {
    const cluster = aCluster();
    cluster.meanwhile = () => cluster.put(PATH, aVirtualService({ route: [{ destination: { host: "other" }, weight: 1 }, ...split] }));

    expect(await toStable(cluster)).toMatchObject({ outcome: "superseded" });
    expect(cluster.writes).toEqual([]);
  });
});
