import { describe, expect, it } from "vitest";
import { kubernetesEvidence } from "../../functions/adapters/kubernetes/evidence.ts";
import type { EvidenceBundle } from "../../functions/domain/diagnosis/evidence-bundle.ts";
import { findingsOf } from "../../functions/domain/diagnosis/find.ts";
import type { Finding, FindingClass } from "../../functions/domain/evidence.ts";
import type { Evidence } from "../../functions/ports/evidence.ts";
import { eventually } from "./support/eventually.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService, cluster, isImage } from "./support/services.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const RULE = '{apiGroups: [""], resources: ["configmaps"], verbs: ["list"]}';

/** A pipeline applies a template: image, limits and what the app needs. */
function deploy(service: ServiceScene, image: string, { annotations = {}, limits = {} }: { annotations?: object; limits?: object } = {}) {
  const spec = { containers: [{ name: "app", image, resources: { limits } }] };
  return service.client.patch(service.path, { spec: { template: { metadata: { annotations }, spec } } }, "strategic");
}

/** The evidence of the live workload, as it is now. */
async function look({ blueprint: { target }, workload }: ServiceScene, evidence: Evidence): Promise<EvidenceBundle | null> {
  const state = await workload.read(target);
  return state === null ? null : evidence.collect({ target, workload: state, since: new Date(Date.now() - 600_000), depth: "quick" });
}

/** Waits until evidence of the live workload has a finding of this class, and gives all of them. */
function foundIn(service: ServiceScene, wanted: FindingClass, releases = 1): Promise<readonly Finding[]> {
  const evidence = kubernetesEvidence();
  return eventually(`${wanted} is found in ${service.namespace}`, async () => {
    const bundle = await look(service, evidence);
    if (bundle === null) return null;
    const findings = findingsOf(bundle);
    return new Set(findings.filter((one) => one.class === wanted).map((one) => one.templateHash)).size >= releases ? findings : null;
  });
}

const recorded = async (service: ServiceScene) => {
  const [meta] = await service.store.list({ limit: 1 });
  return meta;
};

/** The app may list ConfigMaps, by a Role that can be broken. */
async function allowed(service: ServiceScene): Promise<void> {
  const { client, namespace } = service;
  const home = `${RBAC}/namespaces/${namespace}`;
  await client.post(`${home}/roles`, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "app" },
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["list"] }],
  });
  await client.post(`${home}/rolebindings`, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "app" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "app" },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace }],
  });
}

/** Somebody empties the Role; pods that are made anew from now on are refused. */
async function breakRole({ client, namespace }: ServiceScene): Promise<void> {
  await client.patch(`${RBAC}/namespaces/${namespace}/roles/app`, { rules: [] });
  // All at once: one that ends by itself meanwhile is no failure.
  await client.delete(`/api/v1/namespaces/${namespace}/pods`);
}

const NEEDS_ACCESS = { "rollguard.dev/needs-access": "list configmaps" };

describe("a release that fails by itself is taken back and diagnosed", () => {
  it("K8S-41: limits under what the app needs: they come back with the template, and the diagnosis names both", async () => {
    const service = await aService();
    await deploy(service, "demo/checkout:v1", { annotations: { "rollguard.dev/needs-memory": "96Mi" }, limits: { memory: "128Mi" } });
    await service.rolledOut();
    await service.observed();
    await deploy(service, "demo/checkout:v1", { limits: { memory: "64Mi" } });
    await foundIn(service, "out-of-memory");
    service.turnBad((live) => JSON.stringify(live.spec.template).includes("128Mi"));

    const result = await service.rollBack();
    const meta = await recorded(service);

    expect(result.failure).toBeNull();
    expect((await service.rolledOut()).spec.template.spec.containers[0]).toMatchObject({ resources: { limits: { memory: "128Mi" } } });
    expect(meta?.record?.diagnosis).toMatchObject({
      class: "out-of-memory",
      confidence: "high",
      hypothesis: expect.stringContaining("memory limit of 64Mi; the earlier release has 128Mi"),
      component: `container app of Deployment ${service.namespace}/checkout`,
    });
    expect(meta?.record?.assessment?.evidence?.partial).toEqual([]); // the shipped Role is enough
    expect(service.archive.stored.get(`evidence/checkout/${meta?.id}.json`)).toContain("OOMKilled");
  });

  it("K8S-43: a file that the new version needs and nobody made: the diagnosis names it", async () => {
    const service = await aService();
    await service.observed();
    await deploy(service, "demo/checkout:v2", { annotations: { "rollguard.dev/needs-file": "/etc/app/production.json" } });
    await foundIn(service, "missing-config");
    service.turnBad(isImage("demo/checkout:v1"));

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    expect((await recorded(service))?.record?.diagnosis).toMatchObject({
      class: "missing-config",
      hypothesis: expect.stringContaining("container app does not find the file /etc/app/production.json"),
    });
  });

  it.each([
    ["crash", "crash-loop"],
    ["pull", "image"],
    ["liveness", "probe"],
    ["oom", "out-of-memory"],
  ] as const)("K8S-37: %s is found as %s, under the new release alone", async (behaviour, wanted) => {
    const service = await aService();
    await service.observed();
    await deploy(service, `demo/checkout:v2-${behaviour}`);
    const findings = await foundIn(service, wanted);
    const live = await service.workload.read(service.blueprint.target);

    expect(live?.templateHash).not.toBeNull();
    expect(findings.map((finding) => [finding.class, finding.templateHash])).toEqual([[wanted, live?.templateHash]]);
  });
});

describe("a workload whose own permissions do not do", () => {
  it("K8S-44: because a new image needs a verb: it is taken back, and the rule is told", async () => {
    const service = await aService();
    await service.observed();
    await deploy(service, "demo/checkout:v2", { annotations: NEEDS_ACCESS });
    await foundIn(service, "app-rbac");
    service.turnBad(isImage("demo/checkout:v1"));

    const result = await service.rollBack();
    const { diagnosis } = (await recorded(service))?.record ?? {};

    expect(result.failure).toBeNull();
    expect(diagnosis).toMatchObject({ class: "app-rbac", confidence: "high" });
    expect(diagnosis?.recommendations[0]?.example).toBe(RULE);
  });

  it("K8S-44: because its Role was broken alone: nothing is written, a person gets the rule", async () => {
    const service = await aService();
    await allowed(service);
    await deploy(service, "demo/checkout:v2", { annotations: NEEDS_ACCESS });
    await service.rolledOut();
    await service.observed();
    await breakRole(service);
    await foundIn(service, "app-rbac");
    const { generation } = (await service.live()).metadata;
    service.turnBad(() => false);

    const result = await service.rollBack();
    const meta = await recorded(service);

    expect(result.failure?.name).toBe("escalated");
    expect((await service.live()).metadata.generation).toBe(generation);
    expect(meta?.summary).toContain(RULE);
    expect(meta?.record?.diagnosis).toMatchObject({ class: "app-rbac", recommendations: [{ example: RULE }, {}] });
  });

  it("K8S-37 K8S-44: under both releases: not the deploy that came meanwhile", async () => {
    const service = await aService();
    await allowed(service);
    await deploy(service, "demo/checkout:v1", { annotations: NEEDS_ACCESS });
    await service.rolledOut();
    await service.observed();
    await breakRole(service);
    await deploy(service, "demo/checkout:v2");
    await foundIn(service, "app-rbac", 2);
    service.turnBad(() => false);

    const result = await service.rollBack();
    const { diagnosis, assessment } = (await recorded(service))?.record ?? {};

    expect(result.failure?.name).toBe("escalated");
    expect(assessment?.reasons.at(-1)).toContain("pods of the earlier release are refused too");
    expect(diagnosis).toMatchObject({
      class: "app-rbac",
      confidence: "low",
      hypothesis: expect.stringContaining("the deploy is not the cause"),
    });
    expect(await service.image()).toBe("demo/checkout:v2");
  });
});

describe("evidence with a credential in it", () => {
  it("K8S-17: that the app wrote into its log is in no archive, record, table or document", async () => {
    const service = await aService();
    await service.observed();
    const canary = "Canary7hunter2";
    const log = `connecting to postgres://app:${canary}@db/orders with password=${canary}`;
    await deploy(service, "demo/checkout:v2-noready", { annotations: { "rollguard.dev/log": log } });
    const evidence = kubernetesEvidence();
    await eventually("v2 has written its log", async () =>
      (await look(service, evidence))?.logs.some(({ lines }) => lines.join().includes("postgres")),
    );
    service.turnBad(isImage("demo/checkout:v1"));

    const result = await service.rollBack();
    const incident = await service.store.read((await recorded(service))?.id ?? "");
    const archived = [...service.archive.stored.values()].join("");

    expect(result.failure).toBeNull();
    expect(archived).toContain("connecting to postgres://app:[redacted]@db/orders with password=[redacted]");
    expect(archived + JSON.stringify(incident) + result.payloads.join("")).not.toContain(canary);
  });
});

describe("evidence under faults", () => {
  it("that is refused, late or broken never fails a run: it is partial, and says so", async () => {
    const service = await aService();
    await service.observed();
    await deploy(service, "demo/checkout:v2-crash");
    await foundIn(service, "crash-loop");
    service.turnBad(isImage("demo/checkout:v1"));
    const { namespace } = service;
    const broken = cluster.fault({ path: `/namespaces/${namespace}/events`, times: 100, action: { kind: "status", code: 500 } });
    const silent = cluster.fault({
      pathPattern: `/namespaces/${namespace}/pods/.*/log`,
      times: 100,
      action: { kind: "stall", milliseconds: 4000 },
    });

    const result = await service.rollBack();
    const { assessment } = (await recorded(service))?.record ?? {};

    expect(broken.hits).toBeGreaterThan(0);
    expect(silent.hits).toBeGreaterThan(0);
    expect(result.failure).toBeNull();
    expect(assessment?.evidence?.partial.join("\n")).toMatch(
      /events of checkout: .* was answered 500[\s\S]*log of checkout-\S+: no answer within 1 s/,
    );
    expect(assessment?.evidence?.findings.map((finding) => finding.class)).toContain("crash-loop");
  });
});
