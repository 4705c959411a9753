import { describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import type { ClusterAction, Route } from "../../../functions/domain/cluster-action.ts";
import { upstreamProblem } from "../../support/cluster/upstream-schemas.ts";
import { STAMP, TARGET, to } from "../gitops/support.ts";
import type { ObjectCluster } from "../kubernetes/support/object-cluster.ts";
import { aTrafficCluster, putEndpoints, putPod, read } from "./support.ts";

interface Case {
  readonly route: Route;
  readonly path: string;
  readonly object: object;
  /** What somebody else makes of it meanwhile. */
  readonly theirs: object;
}

const meta = { name: "web", namespace: "shop" };
const http = (...weights: number[]) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: meta,
  spec: { rules: [{ backendRefs: ["stable", "canary"].map((name, index) => ({ name, port: 8080, weight: weights[index] })) }] },
});
const virtual = (...weights: number[]) => ({
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: meta,
  spec: {
    hosts: ["web"],
    http: [{ route: ["stable", "canary"].map((host, index) => ({ destination: { host }, weight: weights[index] })) }],
  },
});
const ingress = (...weights: number[]) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: {
    ...meta,
    annotations: {
      "alb.ingress.kubernetes.io/actions.split": JSON.stringify({
        type: "forward",
        forwardConfig: {
          targetGroups: ["stable", "canary"].map((serviceName, index) => ({ serviceName, servicePort: 8080, weight: weights[index] })),
        },
      }),
    },
  },
  spec: { defaultBackend: { service: { name: "split", port: { name: "use-annotation" } } } },
});
const service = (version: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: meta,
  spec: { selector: { app: "web", version }, ports: [{ port: 80 }] },
});

const CASES: Readonly<Record<string, Case>> = {
  HTTPRoute: {
    route: { router: "gateway-api", name: "web", rule: null },
    path: "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/web",
    object: http(90, 10),
    theirs: http(50, 50),
  },
  VirtualService: {
    route: { router: "istio", name: "web", rule: null },
    path: "/apis/networking.istio.io/v1/namespaces/shop/virtualservices/web",
    object: virtual(90, 10),
    theirs: virtual(50, 50),
  },
  Ingress: {
    route: { router: "alb-ingress", name: "web", rule: null },
    path: "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web",
    object: ingress(90, 10),
    theirs: ingress(50, 50),
  },
  Service: {
    route: { router: "service-selector", name: "web", rule: "version" },
    path: "/api/v1/namespaces/shop/services/web",
    object: service("stable"),
    theirs: service("other"),
  },
};

function aCluster({ path, object }: Case): ObjectCluster {
  const cluster = aTrafficCluster().put(path, object);
  putPod(cluster, "maintenance-0", { app: "web", version: "maintenance" });
  for (const index of [0, 1, 2, 3]) putPod(cluster, `stable-${index}`, { app: "web", version: "stable" });
  putEndpoints(cluster, "web", 1);
  return cluster;
}

const specOf = (cluster: ObjectCluster, path: string) => {
  const { spec, metadata } = cluster.at<{ spec: object; metadata: { annotations?: Record<string, string> } }>(path);
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !key.startsWith("rollguard.dev/"));
  return { spec, annotations: Object.fromEntries(annotations) };
};

describe.each(Object.entries(CASES))("a maintenance of %s", (_kind, given) => {
  const { route, path, theirs } = given;

  async function planned(cluster: ObjectCluster, set: "on" | "lift", prior?: string): Promise<ClusterAction> {
    const live = await read(cluster, route);
    return { kind: "maintenance", set, route, backend: "maintenance", prior: prior ?? ("prior" in live ? String(live.prior) : "null") };
  }

  it("sends everything to the maintenance backend, and lifting puts exactly the prior back", async () => {
    const cluster = aCluster(given);
    const actions = clusterActions(to(cluster));
    const before = specOf(cluster, path);
    const on = await planned(cluster, "on");
    const lift = { ...on, set: "lift" } as ClusterAction;

    expect(await actions.apply(TARGET, on, STAMP)).toMatchObject({ outcome: "applied" });
    expect(await read(cluster, route)).toMatchObject({ arms: { maintenance: 100 } });
    expect(upstreamProblem(cluster.at(path))).toBeNull();
    expect(await actions.confirm(TARGET, lift, STAMP)).toMatchObject({ verdict: "lost" });
    expect(await actions.apply(TARGET, on, STAMP)).toMatchObject({ outcome: "already-applied" });

    expect(await actions.apply(TARGET, lift, STAMP)).toMatchObject({ outcome: "applied" });
    expect(specOf(cluster, path)).toEqual(before);
    expect(await actions.confirm(TARGET, lift, STAMP)).toMatchObject({ verdict: "proven" });
    expect(await actions.apply(TARGET, lift, STAMP)).toMatchObject({ outcome: "already-applied" });
    expect(cluster.writes).toHaveLength(2);
  });

  it("is not begun over, and not lifted from, what somebody else has set", async () => {
    const cluster = aCluster(given);
    const actions = clusterActions(to(cluster));
    const on = await planned(cluster, "on");
    cluster.put(path, theirs);

    expect(await actions.apply(TARGET, on, STAMP)).toMatchObject({ outcome: "superseded" });
    expect(await actions.apply(TARGET, { ...on, set: "lift" } as ClusterAction, STAMP)).toMatchObject({ outcome: "superseded" });
    expect(cluster.writes).toEqual([]);
  });

  it("is not begun without a ready endpoint behind the backend", async () => {
    const cluster = aCluster(given);
    putEndpoints(cluster, "maintenance", 0);
    putPod(cluster, "maintenance-0", { app: "web", version: "maintenance" }, false);

    expect(await clusterActions(to(cluster)).apply(TARGET, await planned(cluster, "on"), STAMP)).toMatchObject({ outcome: "refused" });
    expect(cluster.writes).toEqual([]);
  });
});

describe("a maintenance that is lifted step by step", () => {
  const { route, path } = CASES.Ingress as Case;
  const withPage = (stable: number, page: number) => {
    const targetGroups = Object.entries({ stable, maintenance: page }).map(([serviceName, weight]) => ({
      serviceName,
      servicePort: 8080,
      weight,
    }));
    const action = JSON.stringify({ type: "forward", forwardConfig: { targetGroups } });
    return { ...ingress(), metadata: { ...meta, annotations: { "alb.ingress.kubernetes.io/actions.split": action } } };
  };

  it("ends with exactly the prior, also where the route names the page all the time", async () => {
    const cluster = aTrafficCluster().put(path, withPage(100, 0));
    const actions = clusterActions(to(cluster));
    const live = await read(cluster, route);
    const prior = "prior" in live ? String(live.prior) : "";
    const maintain = { kind: "maintenance", route, backend: "maintenance", prior } as const;
    const shift = (weights: Record<string, number>, before: Record<string, number>) =>
      actions.apply(TARGET, { kind: "set-weights", route, weights, prior: before }, STAMP);

    expect(await actions.apply(TARGET, { ...maintain, set: "on" }, STAMP)).toMatchObject({ outcome: "applied" });
    expect(await shift({ stable: 50, maintenance: 50 }, { stable: 0, maintenance: 100 })).toMatchObject({ outcome: "applied" });
    expect(await actions.apply(TARGET, { ...maintain, set: "lift" }, STAMP)).toMatchObject({ outcome: "applied" });
    expect(await read(cluster, route)).toMatchObject({ arms: { stable: 100, maintenance: 0 }, prior });
  });
});
