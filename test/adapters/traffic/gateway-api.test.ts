import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRoute } from "../../../functions/adapters/traffic/gateway-api.ts";
import type { Route } from "../../../functions/domain/cluster-action.ts";
import { upstreamProblem } from "../../support/cluster/upstream-schemas.ts";
import { aWorkload, WORKLOAD_PATH } from "../gitops/support.ts";
import { aTrafficCluster, confirm, putEndpoints, read, shift } from "./support.ts";

const PATH = "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/web";
const route: Route = { router: "gateway-api", name: "web", rule: null };

const other = { matches: [{ path: { type: "PathPrefix", value: "/admin" } }], backendRefs: [{ name: "admin", port: 80, weight: 1 }] };
const backends = [
  { name: "stable", port: 8080, weight: 20 },
  {
    name: "canary",
    port: 8080,
    weight: 80,
    filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "x", value: "1" }] } }],
  },
];

function aRoute(rule: object = {}, others: readonly object[] = [other]) {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "web", namespace: "shop", generation: 3 },
    spec: {
      parentRefs: [{ name: "public" }],
      rules: [...others, { matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs: backends, ...rule }],
    },
  };
}

const aCluster = (rule: object = {}, endpoints?: Record<string, number>) => aTrafficCluster(endpoints).put(PATH, aRoute(rule));
const weightsOf = (cluster: ReturnType<typeof aCluster>) =>
  cluster
    .at<HttpRoute>(PATH)
    .spec?.rules?.at(-1)
    ?.backendRefs?.map(({ weight }) => weight);

describe("an HTTPRoute (K8S-32)", () => {
  it("is halved, held and restored, and goes to zero; other rules, matches and filters stay as they were", async () => {
    const cluster = aCluster();
    const steps = [
      { stable: 60, canary: 40 },
      { stable: 20, canary: 80 },
      { stable: 100, canary: 0 },
    ];
    let prior = { stable: 20, canary: 80 };
    for (const next of steps) {
      expect(await shift(cluster, route, next, prior)).toMatchObject({ outcome: "applied" });
      prior = next;
    }

    const { spec } = aRoute();
    const [admin, split] = spec.rules;
    expect(cluster.at<HttpRoute>(PATH).spec).toEqual({
      ...spec,
      rules: [admin, { ...split, backendRefs: backends.map((backend, index) => ({ ...backend, weight: index === 0 ? 100 : 0 })) }],
    });
    expect(upstreamProblem(cluster.at(PATH))).toBeNull();
    expect(cluster.writes).toHaveLength(3);
  });

  it("is set once, however often it is asked for", async () => {
    const cluster = aCluster();
    const again = () => shift(cluster, route, { stable: 60, canary: 40 }, { stable: 20, canary: 80 });

    expect([(await again()).outcome, (await again()).outcome]).toEqual(["applied", "already-applied"]);
    expect(cluster.writes).toHaveLength(1);
  });

  it("whose backends are reordered while we write is not written", async () => {
    const cluster = aCluster();
    cluster.meanwhile = () => cluster.put(PATH, aRoute({ backendRefs: [{ name: "other", weight: 100 }, ...backends] }));

    const answer = await shift(cluster, route, { stable: 60, canary: 40 }, { stable: 20, canary: 80 });

    expect(answer).toMatchObject({ outcome: "superseded" });
    expect(cluster.writes).toEqual([]);
  });

  it("whose backends change places with equal weights still gets each weight on its own backend", async () => {
    const halves = backends.map((backend) => ({ ...backend, weight: 50 }));
    const cluster = aCluster({ backendRefs: halves });
    cluster.meanwhile = () => {
      cluster.meanwhile = null;
      cluster.put(PATH, aRoute({ backendRefs: halves.toReversed() }));
    };

    expect(await shift(cluster, route, { stable: 100, canary: 0 }, { stable: 50, canary: 50 })).toMatchObject({ outcome: "applied" });
    expect(await read(cluster, route)).toMatchObject({ arms: { stable: 100, canary: 0 } });
  });

  it("that somebody else has set is left to them", async () => {
    const cluster = aCluster({
      backendRefs: [
        { name: "stable", weight: 50 },
        { name: "canary", weight: 50 },
      ],
    });

    const answer = await shift(cluster, route, { stable: 100, canary: 0 }, { stable: 20, canary: 80 });

    expect(answer).toMatchObject({ outcome: "superseded" });
    expect(answer.reason).toContain("50 % stable, 50 % canary");
  });

  it("counts an absent weight as 1 and adds it", async () => {
    const cluster = aCluster({ backendRefs: [{ name: "stable" }, { name: "canary" }] });

    expect(await read(cluster, route)).toMatchObject({ arms: { stable: 50, canary: 50 }, owner: null });
    expect(await shift(cluster, route, { stable: 100, canary: 0 }, { stable: 50, canary: 50 })).toMatchObject({ outcome: "applied" });
    expect(weightsOf(cluster)).toEqual([100, 0]);
  });

  it("carries our stamp from the same patch", async () => {
    const cluster = aCluster();
    await shift(cluster, route, { stable: 60, canary: 40 }, { stable: 20, canary: 80 });

    expect(cluster.at<HttpRoute>(PATH).metadata?.annotations).toEqual({
      "rollguard.dev/execution": "rg-checkout-1",
      "rollguard.dev/fence": "7",
    });
  });

  it.each<[string, object, RegExp]>([
    ["matches by header", { matches: [{ headers: [{ name: "x-canary", value: "1" }] }] }, /by header or query/],
    ["matches by query", { matches: [{ queryParams: [{ name: "canary", value: "1" }] }] }, /by header or query/],
    ["mirrors requests", { filters: [{ type: "RequestMirror", requestMirror: { backendRef: { name: "x" } } }] }, /mirrors/],
    [
      "sends to another namespace",
      { backendRefs: [{ name: "stable", namespace: "a" }, { name: "canary" }] },
      /not a Service of the same namespace/,
    ],
    ["names a backend twice", { backendRefs: [{ name: "stable" }, { name: "stable" }] }, /named twice/],
    ["has a third backend", { backendRefs: [{ name: "stable" }, { name: "canary" }, { name: "beta" }] }, /superseded|further backend beta/],
    [
      "lacks an arm",
      {
        backendRefs: [
          { name: "stable", weight: 20 },
          { name: "beta", weight: 80 },
        ],
      },
      /80 % beta/,
    ],
  ])("that %s is not written", async (_name, rule, reason) => {
    const cluster = aCluster(rule);

    const answer = await shift(cluster, route, { stable: 100, canary: 0 }, { stable: 20, canary: 80 });

    expect(["refused", "superseded"]).toContain(answer.outcome);
    expect(`${answer.outcome} ${answer.reason}`).toMatch(reason);
    expect(cluster.writes).toEqual([]);
  });

  it("is understood by the name of its rule, and refused when several could be meant", async () => {
    const cluster = aTrafficCluster().put(PATH, aRoute({ name: "shop" }, [{ ...other, name: "admin", backendRefs: backends }]));

    expect(await read(cluster, { ...route, rule: "shop" })).toMatchObject({ arms: { stable: 20, canary: 80 } });
    expect(await read(cluster, route)).toMatchObject({ problem: expect.stringContaining("name one") });
    expect(await read(cluster, { ...route, rule: "nothing" })).toMatchObject({ problem: "it has no rule nothing" });
  });

  it("never gets traffic to an arm without enough ready endpoints", async () => {
    const cluster = aCluster({}, { stable: 2, canary: 4 });
    const toStable = () => shift(cluster, route, { stable: 100, canary: 0 }, { stable: 20, canary: 80 });

    const answer = await toStable();
    expect(answer).toMatchObject({ outcome: "refused" });
    expect(answer.reason).toContain("stable has 2 ready endpoints and needs 3");

    putEndpoints(cluster, "stable", 3);
    expect(await toStable()).toMatchObject({ outcome: "applied" });
  });

  it("of a run that was overtaken is left alone", async () => {
    const cluster = aCluster().put(WORKLOAD_PATH, aWorkload(8));

    expect(await shift(cluster, route, { stable: 60, canary: 40 }, { stable: 20, canary: 80 })).toMatchObject({ outcome: "superseded" });
    expect(cluster.writes).toEqual([]);
  });

  it("keeps every share that is asked for, whatever the weights were (a law)", async () => {
    const weight = fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(weight, weight, fc.integer({ min: 0, max: 100 }), async (first, second, stable) => {
        const cluster = aCluster({
          backendRefs: [
            { name: "stable", weight: first },
            { name: "canary", weight: second },
          ],
        });
        const before = await read(cluster, route);
        if ("problem" in before) throw new Error(before.problem);

        const wanted = { stable, canary: 100 - stable };
        const { outcome } = await shift(cluster, route, wanted, before.arms);

        expect(["applied", "already-applied"]).toContain(outcome);
        expect(await read(cluster, route)).toMatchObject({ arms: wanted });
      }),
      { numRuns: 60 },
    );
  });
});

describe("the Gateways of an HTTPRoute", () => {
  const said = (observedGeneration: number, status = "True") => ({
    parents: [
      {
        parentRef: { name: "public" },
        conditions: ["Accepted", "ResolvedRefs"].map((type) => ({ type, status, observedGeneration, message: "no such Service" })),
      },
    ],
  });

  it.each<[string, object | undefined, string]>([
    ["have accepted this generation", said(3), "proven"],
    ["have accepted an older one", said(2), "not-yet"],
    ["refuse it", said(3, "False"), "not-yet"],
    ["say nothing", undefined, "inconclusive"],
  ])("%s: that is %s", async (_name, status, verdict) => {
    const cluster = aTrafficCluster().put(PATH, { ...aRoute(), status });

    expect(await confirm(cluster, route, { stable: 20, canary: 80 })).toMatchObject({ verdict });
  });

  it("do not matter while the weights are other ones", async () => {
    const cluster = aTrafficCluster().put(PATH, { ...aRoute(), status: said(3) });

    expect(await confirm(cluster, route, { stable: 100, canary: 0 })).toMatchObject({ verdict: "lost" });
  });
});
