import { describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import type { ClusterAction, Route } from "../../../functions/domain/cluster-action.ts";
import { upstreamProblem } from "../../support/cluster/upstream-schemas.ts";
import { STAMP, TARGET, to } from "../gitops/support.ts";
import type { ObjectCluster } from "../kubernetes/support/object-cluster.ts";
import { aTrafficCluster, confirm, putEndpoints, putPod, read, shift } from "./support.ts";

const PATH = "/api/v1/namespaces/shop/services/web";
const route: Route = { router: "service-selector", name: "web", rule: "version" };
const green = { version: "green" };
const blue = { version: "blue" };

function aService(selector: object = { app: "web", ...green }) {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "shop" }, spec: { selector, ports: [{ port: 80 }] } };
}

function aCluster(bluePods = 4): ObjectCluster {
  const cluster = aTrafficCluster({}).put(PATH, aService());
  for (let index = 0; index < bluePods; index++) putPod(cluster, `blue-${index}`, { app: "web", ...blue });
  for (let index = 0; index < 4; index++) putPod(cluster, `green-${index}`, { app: "web", ...green });
  putEndpoints(cluster, "web", 0);
  return cluster;
}

/** As the endpoints controller does, with the pods of one version. */
function follow(cluster: ObjectCluster, version: string): void {
  const addresses = [0, 1, 2, 3].map((index) => ({ ip: `10.0.1.${index}`, targetRef: { name: `${version}-${index}` } }));
  cluster.put("/api/v1/namespaces/shop/endpoints/web", { subsets: [{ addresses }] });
}

const switching = (selector: Record<string, string>, prior: Record<string, string>): ClusterAction => ({
  kind: "switch-selector",
  service: "web",
  selector,
  prior,
});
const selectorOf = (cluster: ObjectCluster) => cluster.at<ReturnType<typeof aService>>(PATH).spec.selector;

describe("blue-green by a Service's selector", () => {
  const back = switching(blue, green);
  const apply = (cluster: ObjectCluster, action = back) => clusterActions(to(cluster)).apply(TARGET, action, STAMP);
  const proof = (cluster: ObjectCluster) => clusterActions(to(cluster)).confirm(TARGET, back, STAMP);

  it("goes back in one patch, and is proven when only pods of that version are behind the Service", async () => {
    const cluster = aCluster();

    expect(await apply(cluster)).toMatchObject({ outcome: "applied" });
    expect(selectorOf(cluster)).toEqual({ app: "web", ...blue });
    expect(upstreamProblem(cluster.at(PATH))).toBeNull();

    expect(await proof(cluster)).toMatchObject({ verdict: "not-yet", reason: expect.stringContaining("no ready endpoint") });
    follow(cluster, "green");
    expect(await proof(cluster)).toMatchObject({ verdict: "not-yet", reason: expect.stringContaining("of the other pods") });
    follow(cluster, "blue");
    expect(await proof(cluster)).toMatchObject({ verdict: "proven" });
    expect(await apply(cluster)).toMatchObject({ outcome: "already-applied" });
    expect(cluster.writes).toHaveLength(1);
  });

  it("takes a label away that only the prior had", async () => {
    const cluster = aCluster();

    await apply(cluster, switching(blue, { ...green, app: "web" }));

    expect(selectorOf(cluster)).toEqual(blue);
  });

  it("stops when somebody else has switched the Service", async () => {
    const cluster = aCluster().put(PATH, aService({ app: "web", version: "purple" }));

    expect(await apply(cluster)).toMatchObject({ outcome: "superseded" });
    expect(await proof(cluster)).toMatchObject({ verdict: "lost" });
  });

  it("never goes to a version without enough ready pods", async () => {
    const answer = await apply(aCluster(2));

    expect(answer).toMatchObject({ outcome: "refused" });
    expect(answer.reason).toContain("version=blue has 2 ready endpoints and needs 3");
  });

  it("is a router of its own, all or nothing", async () => {
    const cluster = aCluster();

    expect(await read(cluster, route)).toMatchObject({ arms: { green: 100 } });
    expect(await shift(cluster, route, { blue: 50, green: 50 }, { green: 100 })).toMatchObject({ outcome: "refused" });
    expect(await shift(cluster, route, { blue: 100, green: 0 }, { green: 100 })).toMatchObject({ outcome: "applied" });
    expect(selectorOf(cluster)).toEqual({ app: "web", ...blue });
    follow(cluster, "blue");
    expect(await confirm(cluster, route, { blue: 100 })).toMatchObject({ verdict: "proven" });
    expect(await read(cluster, { ...route, rule: null })).toMatchObject({ problem: expect.stringContaining("traffic.rule") });
  });
});

describe("the Deployment behind one arm", () => {
  const DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/web-blue";
  const scaled: ClusterAction = { kind: "scale-arm", deployment: "web-blue", replicas: 4, prior: 0 };
  const deployment = (replicas: number, status: object = {}) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web-blue", namespace: "shop", generation: 2 },
    spec: {
      replicas,
      selector: { matchLabels: blue },
      template: { metadata: { labels: blue }, spec: { containers: [{ name: "app", image: "demo/web:v1" }] } },
    },
    status,
  });

  it("is scaled once, and proven when its pods are there", async () => {
    const cluster = aCluster().put(DEPLOYMENT, deployment(0));
    const actions = clusterActions(to(cluster));

    expect([(await actions.apply(TARGET, scaled, STAMP)).outcome, (await actions.apply(TARGET, scaled, STAMP)).outcome]).toEqual([
      "applied",
      "already-applied",
    ]);
    expect(upstreamProblem(cluster.at(DEPLOYMENT))).toBeNull();
    expect(await actions.confirm(TARGET, scaled, STAMP)).toMatchObject({ verdict: "not-yet" });
    cluster.put(DEPLOYMENT, deployment(4, { observedGeneration: 2, replicas: 4, availableReplicas: 4 }));
    expect(await actions.confirm(TARGET, scaled, STAMP)).toMatchObject({ verdict: "proven" });
  });

  it("that somebody else has scaled is left to them", async () => {
    const cluster = aCluster().put(DEPLOYMENT, deployment(2));

    expect(await clusterActions(to(cluster)).apply(TARGET, scaled, STAMP)).toMatchObject({ outcome: "superseded" });
    expect(await clusterActions(to(cluster)).confirm(TARGET, scaled, STAMP)).toMatchObject({ verdict: "lost" });
  });
});
