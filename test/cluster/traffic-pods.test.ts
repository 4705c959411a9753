import { describe, expect, it } from "vitest";
import { clusterActions } from "../../functions/adapters/cluster-actions.ts";
import { autoscalerPrior } from "../../functions/adapters/kubernetes/autoscaler-actions.ts";
import type { ClusterAction } from "../../functions/domain/cluster-action.ts";
import type { AccessRule } from "../../functions/domain/rbac-rules.ts";
import { writeRules } from "../../functions/domain/rbac-steps.ts";
import type { KubernetesObject, Pod } from "../../local/cluster/objects.ts";
import { createDeployment } from "../../local/cluster/seed.ts";
import { upstreamProblem } from "../support/cluster/upstream-schemas.ts";
import { behind, createService } from "./support/arms.ts";
import { eventually } from "./support/eventually.ts";
import { grantAccess } from "./support/grant-access.ts";
import { aService } from "./support/services.ts";

const stamp = { execution: "rg-pods", fence: 3 };
const READ_ENDPOINTS: readonly AccessRule[] = [{ apiGroup: "", resource: "endpoints", verb: "get" }];

describe("blue-green by a Service's selector", () => {
  it("goes back in one patch, and is proven by the endpoints; towards a version that is not ready it does not go", async () => {
    const service = await aService({ replicas: 2 });
    const { client, namespace, blueprint } = service;
    const version = (color: string) => ({ tier: "web", color });
    for (const color of ["blue", "green"]) {
      const selector = { matchLabels: { app: color } };
      await createDeployment(client, {
        namespace,
        name: color,
        image: `demo/${color}:v1`,
        replicas: 2,
        labels: version(color),
        spec: { selector },
      });
    }
    await createService(service, "web", version("green"));
    await eventually("green serves", async () => (await behind(service, "web")).length === 2);
    const back: ClusterAction = { kind: "switch-selector", service: "web", selector: { color: "blue" }, prior: { color: "green" } };
    await grantAccess(client, namespace, "write", writeRules(blueprint.target, back));
    await grantAccess(client, namespace, "read", [...READ_ENDPOINTS, { apiGroup: "", resource: "services", verb: "get" }]);
    const actions = clusterActions();
    const blueIsReady = async () => {
      const pods = await client.list<Pod>(`/api/v1/namespaces/${namespace}/pods?labelSelector=color%3Dblue`);
      return (
        pods.length === 2 &&
        pods.every(({ status }) => status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"))
      );
    };
    await eventually("blue is ready", blueIsReady);

    expect(await actions.apply(blueprint.target, back, stamp)).toMatchObject({ outcome: "applied" });
    const proof = await eventually("blue serves", async () => {
      const confirmation = await actions.confirm(blueprint.target, back, stamp);
      return confirmation.verdict === "proven" ? confirmation : null;
    });

    expect(proof.reason).toContain("2 endpoints of Service web");
    expect((await behind(service, "web")).every((name) => name.startsWith("blue-"))).toBe(true);
    const live = await client.get(`/api/v1/namespaces/${namespace}/services/web`);
    expect(live).toMatchObject({ spec: { selector: version("blue") }, metadata: { annotations: { "rollguard.dev/fence": "3" } } });
    expect(upstreamProblem(live)).toBeNull();
    const nowhere = { ...back, selector: { color: "purple" }, prior: { color: "blue" } };
    expect(await actions.apply(blueprint.target, nowhere, stamp)).toMatchObject({ outcome: "refused" });
  });
});

describe("protecting the traffic in one call", () => {
  it("takes the bad pods out of the Service and leaves them running", async () => {
    const template = (image: string) => ({
      metadata: { labels: { app: "checkout", traffic: "on" } },
      spec: { containers: [{ name: "app", image }] },
    });
    const service = await aService({ replicas: 2, spec: { template: template("demo/checkout:v1") } });
    const { client, namespace, blueprint } = service;
    await createService(service, "web", { app: "checkout", traffic: "on" });
    const sets = await service.replicaSets();
    const goodHash = sets[0]?.metadata.labels?.["pod-template-hash"] ?? "";
    // a rollout that is half done: two old pods, one new
    await client.patch(service.path, { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } });
    await service.deploy("demo/checkout:v2-noready");
    const bad = await eventually("a pod of the new template exists", async () => {
      const pods = await client.list<Pod>(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dcheckout`);
      return pods.find(({ metadata }) => metadata.labels?.["pod-template-hash"] !== goodHash);
    });
    const hash = bad.metadata.labels?.["pod-template-hash"] ?? "";
    await eventually("the old pods serve", async () => (await behind(service, "web")).length === 2);
    const protect: ClusterAction = { kind: "protect-pods", templateHash: hash, label: "traffic", value: "off" };
    await grantAccess(client, namespace, "write", writeRules(blueprint.target, protect));
    await grantAccess(client, namespace, "read", READ_ENDPOINTS);
    const actions = clusterActions();

    expect(await actions.apply(blueprint.target, protect, stamp)).toMatchObject({ outcome: "applied" });
    await eventually("they are out", async () => (await actions.confirm(blueprint.target, protect, stamp)).verdict === "proven");

    const pod = await client.get<Pod>(`/api/v1/namespaces/${namespace}/pods/${bad.metadata.name}`);
    expect(pod.metadata).toMatchObject({ uid: bad.metadata.uid, labels: { traffic: "off", "pod-template-hash": hash } });
    expect(upstreamProblem(pod)).toBeNull();
    expect(await behind(service, "web")).toHaveLength(2);
    expect(await actions.apply(blueprint.target, { ...protect, label: "app", value: "none" }, stamp)).toMatchObject({ outcome: "refused" });
  });
});

interface Autoscaler extends KubernetesObject {
  spec: { minReplicas?: number; maxReplicas: number; behavior?: Record<string, unknown> };
}

describe("an autoscaler", () => {
  it("is held in the version that the server has, and released to what it was", async () => {
    const service = await aService({ replicas: 2 });
    const { client, namespace, blueprint } = service;
    const group = await client.get<{ versions: { version: string }[] } & KubernetesObject>("/apis/autoscaling");
    const version = ["v2", "v2beta2"].find((one) => group.versions.some((served) => served.version === one));
    const collection = `/apis/autoscaling/${version}/namespaces/${namespace}/horizontalpodautoscalers`;
    await client.post(collection, {
      apiVersion: `autoscaling/${version}`,
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "checkout", namespace },
      spec: { minReplicas: 1, maxReplicas: 4, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" } },
    });
    const live = () => client.get<Autoscaler>(`${collection}/checkout`);
    const before = await live();
    const hold: ClusterAction = { kind: "hold-autoscaler", hpa: "checkout", minReplicas: 2, prior: autoscalerPrior(before) };
    const release: ClusterAction = { kind: "release-autoscaler", hpa: "checkout", prior: hold.prior };
    await grantAccess(client, namespace, "write", writeRules(blueprint.target, hold));
    await grantAccess(client, namespace, "read", [{ apiGroup: "autoscaling", resource: "horizontalpodautoscalers", verb: "get" }]);
    const actions = clusterActions();

    expect(await actions.apply(blueprint.target, hold, stamp)).toMatchObject({ outcome: "applied" });
    expect(await actions.confirm(blueprint.target, hold, stamp)).toMatchObject({ verdict: "proven" });
    expect((await live()).spec).toMatchObject({ minReplicas: 2, maxReplicas: 4, behavior: { scaleDown: { selectPolicy: "Disabled" } } });
    expect(await actions.apply(blueprint.target, hold, stamp)).toMatchObject({ outcome: "already-applied" });

    expect(await actions.apply(blueprint.target, release, stamp)).toMatchObject({ outcome: "applied" });
    expect((await live()).spec).toEqual(before.spec);
    expect(await actions.confirm(blueprint.target, release, stamp)).toMatchObject({ verdict: "proven" });
  });
});
