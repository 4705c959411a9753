import { describe, expect, it } from "vitest";
import { clusterActions } from "../../functions/adapters/cluster-actions.ts";
import { eksConnections } from "../../functions/adapters/kubernetes/eks-connections.ts";
import { clusterTraffic } from "../../functions/adapters/traffic/cluster-traffic.ts";
import type { ClusterAction, Route } from "../../functions/domain/cluster-action.ts";
import { readRules } from "../../functions/domain/rbac-reads.ts";
import { writeRules } from "../../functions/domain/rbac-steps.ts";
import type { KubernetesObject } from "../../local/cluster/objects.ts";
import { type CrdName, customPath, installCrds } from "../support/cluster/crds/install-crds.ts";
import { upstreamProblem } from "../support/cluster/upstream-schemas.ts";
import { behind, createArms } from "./support/arms.ts";
import { eventually } from "./support/eventually.ts";
import { grantAccess } from "./support/grant-access.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService } from "./support/services.ts";

interface Routed extends KubernetesObject {
  // biome-ignore lint/suspicious/noExplicitAny: three kinds of objects, compared as plain JSON
  spec: any;
  status?: unknown;
}

interface Scene {
  readonly service: ServiceScene;
  readonly route: Route;
  readonly path: string;
  live(): Promise<Routed>;
  shift(to: Record<string, number>, from: Record<string, number>): Promise<{ outcome: string; reason: string }>;
}

const stamp = { execution: "rg-traffic", fence: 3 };

/** A service with two arms, the object that splits its traffic, and exactly the rights that the blueprint's Role has for it. */
async function aRoute(route: Route, crd: CrdName | null, collection: string, object: object): Promise<Scene> {
  const service = await aService({ replicas: 2 });
  const { client, namespace, blueprint } = service;
  if (crd !== null) await installCrds(client, [crd]);
  await createArms(service, { stable: 2, canary: 2, maintenance: 1 });
  const at = crd === null ? collection.replace("NAMESPACE", namespace) : customPath(crd, namespace);
  await client.post(at, {
    ...object,
    metadata: { name: route.name, namespace, ...("metadata" in object ? (object.metadata as object) : {}) },
  });
  const traffic = { route, stable: "stable", canary: "canary", perArmSignals: false, maintenance: null };
  await grantAccess(client, namespace, "read", readRules({ ...blueprint, traffic }));
  await grantAccess(client, namespace, "write", writeRules(blueprint.target, { kind: "set-weights", route }));
  const actions = clusterActions();
  return {
    service,
    route,
    path: `${at}/${route.name}`,
    live: () => client.get<Routed>(`${at}/${route.name}`),
    shift: (weights, prior) => actions.apply(blueprint.target, { kind: "set-weights", route, weights, prior }, stamp),
  };
}

const RULES = (weights: readonly [number, number]) => [
  { matches: [{ path: { type: "PathPrefix", value: "/admin" } }], backendRefs: [{ name: "admin", port: 80 }] },
  {
    matches: [{ path: { type: "Exact", value: "/" }, method: "GET" }],
    backendRefs: [
      { name: "stable", port: 80, weight: weights[0] },
      {
        name: "canary",
        port: 80,
        weight: weights[1],
        filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "x", value: "1" }] } }],
      },
    ],
  },
];

const httpRoute = () =>
  aRoute({ router: "gateway-api", name: "web", rule: null }, "httproutes", "", {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    spec: { parentRefs: [{ name: "public" }], rules: RULES([20, 80]) },
  });

describe("an HTTPRoute", () => {
  it("K8S-32 is halved, held, restored and set to zero; other rules and matches stay byte for byte", async () => {
    const { live, shift } = await httpRoute();
    const before = (await live()).spec;

    const halved = await shift({ stable: 60, canary: 40 }, { stable: 20, canary: 80 });
    const again = await shift({ stable: 60, canary: 40 }, { stable: 20, canary: 80 });
    const restored = await shift({ stable: 20, canary: 80 }, { stable: 60, canary: 40 });
    expect((await live()).spec).toEqual(before);
    const zero = await shift({ stable: 100, canary: 0 }, { stable: 20, canary: 80 });

    expect([halved, again, restored, zero].map(({ outcome }) => outcome)).toEqual(["applied", "already-applied", "applied", "applied"]);
    const after = await live();
    const [, split] = before.rules;
    const wanted = split.backendRefs.map((backend: object, index: number) => ({ ...backend, weight: [100, 0][index] }));
    expect(after.spec).toEqual({ ...before, rules: [before.rules[0], { ...split, backendRefs: wanted }] });
    expect(after.metadata.annotations).toMatchObject({ "rollguard.dev/execution": "rg-traffic", "rollguard.dev/fence": "3" });
    expect(upstreamProblem(after)).toBeNull();
  });

  it("K8S-32 whose backends were reordered is not written", async () => {
    const { service, path, live, shift } = await httpRoute();
    const { spec } = await live();
    const [first, second] = spec.rules[1].backendRefs;
    await service.client.patch(
      path,
      [{ op: "replace", path: "/spec/rules/1/backendRefs", value: [second, { ...first, name: "other" }] }],
      "json",
    );
    const before = await live();

    const answer = await shift({ stable: 100, canary: 0 }, { stable: 20, canary: 80 });

    expect(answer.outcome).toBe("superseded");
    expect(await live()).toEqual(before);
  });

  it("is proven by its Gateway's word about this very generation (played: no Gateway controller runs here)", async () => {
    const { service, route, path, live, shift } = await httpRoute();
    const traffic = clusterTraffic(eksConnections());
    const proof = () => traffic.confirm(service.blueprint.target, route, { stable: 100, canary: 0 });
    const say = async (observedGeneration: number) => {
      const lastTransitionTime = new Date().toISOString();
      const conditions = ["Accepted", "ResolvedRefs"].map((type) => ({
        type,
        status: "True",
        reason: type,
        message: "as asked",
        observedGeneration,
        lastTransitionTime,
      }));
      const status = { parents: [{ controllerName: "example.com/gateway", parentRef: { name: "public" }, conditions }] };
      await service.client.patch(`${path}/status`, { status });
    };
    await say((await live()).metadata.generation ?? 0);
    await shift({ stable: 100, canary: 0 }, { stable: 20, canary: 80 });

    expect(await proof()).toMatchObject({ verdict: "not-yet" });
    await say((await live()).metadata.generation ?? 0);
    expect(await proof()).toMatchObject({ verdict: "proven" });
  });

  it("never sends to an arm without enough ready endpoints", async () => {
    const { service, live, shift } = await httpRoute();
    await service.client.patch(`/apis/apps/v1/namespaces/${service.namespace}/deployments/stable`, { spec: { replicas: 0 } });
    await eventually("no endpoint of stable is left", async () => (await behind(service, "stable")).length === 0);
    const before = await live();

    const answer = await shift({ stable: 100, canary: 0 }, { stable: 20, canary: 80 });

    expect(answer).toMatchObject({ outcome: "refused", reason: expect.stringContaining("stable has 0 ready endpoints and needs 2") });
    expect(await live()).toEqual(before);
  });
});

const ACTION = "alb.ingress.kubernetes.io/actions.split";
const ingress = (annotation: string) =>
  aRoute({ router: "alb-ingress", name: "web", rule: "split" }, null, "/apis/networking.k8s.io/v1/namespaces/NAMESPACE/ingresses", {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { annotations: { [ACTION]: annotation, "example.com/keep": "this" } },
    spec: {
      rules: [
        { http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "split", port: { name: "use-annotation" } } } }] } },
      ],
    },
  });

describe("the annotation of an ALB Ingress", () => {
  const targetGroups = [
    { serviceName: "stable", servicePort: "80", weight: 20 },
    { serviceName: "canary", servicePort: "80", weight: 80 },
  ];

  it("K8S-33 is edited without losing unknown keys, with stickiness off", async () => {
    const { live, shift } = await ingress(
      JSON.stringify({ type: "forward", order: 7, forwardConfig: { targetGroups, unknown: { deep: true } } }),
    );

    expect(await shift({ stable: 100, canary: 0 }, { stable: 20, canary: 80 })).toMatchObject({ outcome: "applied" });

    const after = await live();
    expect(JSON.parse(after.metadata.annotations?.[ACTION] ?? "")).toEqual({
      type: "forward",
      order: 7,
      forwardConfig: {
        targetGroups: targetGroups.map((group, index) => ({ ...group, weight: [100, 0][index] })),
        unknown: { deep: true },
        targetGroupStickinessConfig: { enabled: false },
      },
    });
    expect(after.metadata.annotations).toMatchObject({ "example.com/keep": "this", "rollguard.dev/fence": "3" });
    expect(upstreamProblem(after)).toBeNull();
  });

  it("K8S-33 that is malformed is refused, and stays as it is", async () => {
    const { live, shift } = await ingress("{type: forward");
    const before = await live();

    expect(await shift({ stable: 100, canary: 0 }, { stable: 20, canary: 80 })).toMatchObject({ outcome: "refused" });
    expect(await live()).toEqual(before);
  });
});

describe("a VirtualService of Istio", () => {
  it("gets its weights, and only those", async () => {
    const split = ["stable", "canary"].map((host, index) => ({ destination: { host }, weight: [20, 80][index] }));
    const { live, shift } = await aRoute({ router: "istio", name: "web", rule: "main" }, "virtualservices", "", {
      apiVersion: "networking.istio.io/v1",
      kind: "VirtualService",
      spec: {
        hosts: ["web"],
        http: [
          { name: "admin", match: [{ uri: { prefix: "/admin" } }], route: [{ destination: { host: "admin" } }] },
          { name: "main", timeout: "5s", route: split },
        ],
      },
    });
    const before = (await live()).spec;

    const answer = await shift({ stable: 100, canary: 0 }, { stable: 20, canary: 80 });

    expect(answer).toMatchObject({ outcome: "applied" });
    const wanted = split.map((one, index) => ({ ...one, weight: [100, 0][index] }));
    expect((await live()).spec).toEqual({ ...before, http: [before.http[0], { ...before.http[1], route: wanted }] });
    expect(upstreamProblem(await live())).toBeNull();
  });
});

describe("a maintenance", () => {
  it("takes all traffic of an HTTPRoute to its backend, and lifting puts exactly the prior back", async () => {
    const { service, route, live } = await httpRoute();
    const actions = clusterActions();
    const { target } = service.blueprint;
    const before = (await live()).spec;
    const on: ClusterAction = {
      kind: "maintenance",
      set: "on",
      route,
      backend: "maintenance",
      prior: JSON.stringify(before.rules[1].backendRefs),
    };
    const lift: ClusterAction = { ...on, set: "lift" };

    expect(await actions.apply(target, on, stamp)).toMatchObject({ outcome: "applied" });
    expect((await live()).spec.rules[1].backendRefs).toMatchObject([
      { name: "stable", weight: 0 },
      { name: "canary", weight: 0 },
      { name: "maintenance", port: 80, weight: 100 },
    ]);
    expect(upstreamProblem(await live())).toBeNull();
    expect(await actions.apply(target, on, stamp)).toMatchObject({ outcome: "already-applied" });

    expect(await actions.apply(target, lift, stamp)).toMatchObject({ outcome: "applied" });
    expect((await live()).spec).toEqual(before);
    expect(await actions.confirm(target, lift, stamp)).toMatchObject({ verdict: "proven" });
  });
});
