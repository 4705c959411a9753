import { describe, expect, it } from "vitest";
import { clusterTraffic } from "../../../functions/adapters/traffic/cluster-traffic.ts";
import { ROUTERS, type Route } from "../../../functions/domain/cluster-action.ts";
import { upstreamProblem } from "../../support/cluster/upstream-schemas.ts";
import { TARGET, to } from "../gitops/support.ts";
import { aTrafficCluster, confirm, read, shift } from "./support.ts";

const ROLLOUT = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/web";
const CANARY = "/apis/flagger.app/v1beta1/namespaces/shop/canaries/web";
const rollouts: Route = { router: "argo-rollouts", name: "web", rule: null };
const flagger: Route = { router: "flagger", name: "web", rule: null };

const aRollout = (status: object) => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: { name: "web", namespace: "shop" },
  spec: { strategy: { canary: { stableService: "stable", canaryService: "canary" } } },
  status: {
    stableRS: "one",
    currentPodHash: "two",
    canary: { weights: { canary: { weight: 40, podTemplateHash: "two" }, stable: { weight: 60, podTemplateHash: "one" } } },
    ...status,
  },
});

describe("Argo Rollouts", () => {
  it("is asked to abort by its status, and has done so when it says so", async () => {
    const cluster = aTrafficCluster().put(ROLLOUT, aRollout({})).put(`${ROLLOUT}/status`, aRollout({}));
    expect(await read(cluster, rollouts)).toMatchObject({ arms: { stable: 60, canary: 40 }, owner: "Argo Rollouts" });

    const answer = await shift(cluster, rollouts, { stable: 100, canary: 0 }, { stable: 60, canary: 40 });

    expect(answer).toMatchObject({ outcome: "applied" });
    expect(cluster.writes).toEqual([{ path: `${ROLLOUT}/status`, query: "fieldManager=rollguard", body: { status: { abort: true } } }]);
    expect(upstreamProblem(cluster.at(`${ROLLOUT}/status`))).toBeNull();

    cluster.put(ROLLOUT, aRollout({ abort: true }));
    expect(await confirm(cluster, rollouts, { stable: 100, canary: 0 })).toMatchObject({ verdict: "not-yet" });
    cluster.put(ROLLOUT, aRollout({ abort: true, canary: { weights: { canary: { weight: 0 } } } }));
    expect(await confirm(cluster, rollouts, { stable: 100, canary: 0 })).toMatchObject({ verdict: "proven" });
    cluster.put(ROLLOUT, aRollout({}));
    expect(await confirm(cluster, rollouts, { stable: 100, canary: 0 })).toMatchObject({ verdict: "lost" });
  });

  it("without a status subresource is asked on the object itself; a server that drops the field is found out", async () => {
    const cluster = aTrafficCluster().put(ROLLOUT, aRollout({}));
    const ask = () => shift(cluster, rollouts, { stable: 100, canary: 0 }, {});

    cluster.admit = (object) => {
      delete (object as { status?: { abort?: boolean } }).status?.abort;
      return object;
    };
    expect(await ask()).toMatchObject({ outcome: "refused", reason: expect.stringContaining("did not keep status.abort") });

    cluster.admit = (object) => object;
    expect(await ask()).toMatchObject({ outcome: "applied" });
    expect(await ask()).toMatchObject({ outcome: "already-applied" });
  });

  it("takes all or nothing", async () => {
    const cluster = aTrafficCluster().put(ROLLOUT, aRollout({}));

    expect(await shift(cluster, rollouts, { stable: 80, canary: 20 }, {})).toMatchObject({ outcome: "refused" });
    expect(cluster.writes).toEqual([]);
  });
});

describe("Flagger", () => {
  it("has its shares read and never written", async () => {
    const cluster = aTrafficCluster().put(CANARY, {
      metadata: { name: "web" },
      spec: { targetRef: { name: "checkout" } },
      status: { canaryWeight: 30, phase: "Progressing" },
    });

    expect(await read(cluster, flagger)).toMatchObject({ arms: { "checkout-primary": 70, "checkout-canary": 30 }, owner: "Flagger" });
    const answer = await shift(cluster, flagger, { "checkout-primary": 100, "checkout-canary": 0 }, {});
    expect(answer).toMatchObject({ outcome: "refused" });
    expect(answer.reason).toContain("Flagger");
    expect(await confirm(cluster, flagger, { "checkout-primary": 100 })).toMatchObject({ verdict: "not-yet" });
    expect(cluster.writes).toEqual([]);
  });
});

describe("every router", () => {
  it("says what it can be asked for", () => {
    const traffic = clusterTraffic(to(aTrafficCluster()));

    expect(
      Object.fromEntries(ROUTERS.map((router) => [router, traffic.capabilities({ router, name: "web", rule: null }).weights])),
    ).toEqual({
      "gateway-api": "continuous",
      "alb-ingress": "continuous",
      istio: "continuous",
      "argo-rollouts": "binary",
      flagger: "none",
      "service-selector": "binary",
    });
  });

  it.each(ROUTERS)("%s refuses shares that are none, before it asks the cluster anything", async (router) => {
    const cluster = aTrafficCluster();
    cluster.forbidden = ["/"];
    const traffic = clusterTraffic(to(cluster));
    const route = { router, name: "web", rule: null };

    const wrong: Record<string, number>[] = [{}, { stable: 60, canary: 60 }, { stable: 100.5, canary: -0.5 }, { stable: 120, canary: -20 }];
    for (const shares of wrong) {
      expect(await traffic.shift(TARGET, route, shares, {}, { execution: "x", fence: 1 })).toMatchObject({ outcome: "refused" });
    }
  });

  it.each(ROUTERS)("%s says so when its object is not there", async (router) => {
    const cluster = aTrafficCluster();

    expect(await read(cluster, { router, name: "nothing", rule: "x" })).toMatchObject({
      problem: expect.stringContaining("does not exist"),
    });
  });
});
