import { describe, expect, it } from "vitest";
import { looked } from "../../../functions/domain/preflight-facts.ts";
import type { AccessRule } from "../../../functions/domain/rbac-rules.ts";
import { aWorkloadState, GOOD_HASH, GOOD_IMAGE, GOOD_REPLICA_SET } from "../../support/builders/index.ts";
import { aDeployment, aTemplate } from "./support/kubernetes-objects.ts";
import { APPS, aCluster, CORE, look, PATCH, REVISION } from "./support/preflight-scene.ts";

describe("what a release needs", () => {
  it("is found where it is there", async () => {
    const { targets, rights } = await look(aCluster());

    expect(targets).toMatchObject([
      {
        templateHash: GOOD_HASH,
        needs: {
          value: {
            images: [GOOD_IMAGE],
            serviceAccount: "checkout",
            claims: ["data"],
            priorityClass: "gold",
            exclusive: "volume claim data",
          },
        },
        selected: true,
        configs: [{ missing: { value: [] } }, { missing: { value: [] } }],
        serviceAccount: { value: true },
        claims: [{ name: "data", found: { value: "shared" } }],
        priorityClass: { value: true },
        images: [{ present: { value: true } }],
      },
    ]);
    expect(rights).toEqual([{ rule: '{apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]}', allowed: { value: true } }]);
  });

  it("is missed where it is gone (K8S-16)", async () => {
    const cluster = aCluster();
    for (const gone of ["serviceaccounts/checkout", "persistentvolumeclaims/data", "secrets/vault"])
      delete cluster.objects[`${CORE}/${gone}`];
    cluster.objects[`${CORE}/configmaps/settings`] = { data: { other: "1" } };
    delete cluster.objects["/apis/scheduling.k8s.io/v1/priorityclasses/gold"];

    const [target] = (await look(cluster)).targets;

    expect(target).toMatchObject({
      configs: [{ missing: { value: ["url"] } }, { missing: { value: ["vault"] } }],
      serviceAccount: { value: false },
      claims: [{ found: { value: "absent" } }],
      priorityClass: { value: false },
    });
  });

  it("never takes the value of a Secret along, and reads none where the blueprint says so (K8S-17)", async () => {
    const cluster = aCluster();

    expect(JSON.stringify(await look(cluster))).not.toMatch(/czNjcjN0|s3cr3t/);
    const before = cluster.requests.length;
    const [target] = (await look(cluster, { secrets: false })).targets;

    expect(target?.configs[1]).toMatchObject({
      need: { kind: "Secret" },
      missing: { notChecked: expect.stringContaining("spec.restore.secrets: names") },
    });
    expect(cluster.requests.slice(before).filter((request) => request.includes("/secrets"))).toEqual([]);
  });

  it("is not known without its template: gone, kept in a snapshot, or not allowed", async () => {
    const gone = aCluster();
    delete gone.objects[REVISION];
    const forbidden = aCluster();
    forbidden.forbidden = /replicasets/;
    const kept = [{ templateHash: GOOD_HASH, revisionName: GOOD_REPLICA_SET, kept: true }];

    const needs = await Promise.all(
      [look(gone), look(gone, { candidates: kept }), look(forbidden)].map(async (facts) => (await facts).targets[0]?.needs),
    );

    expect(needs).toEqual([
      { value: null },
      { notChecked: expect.stringContaining("kept template"), fix: "" },
      {
        notChecked: "not allowed",
        fix: 'add {apiGroups: ["apps"], resources: ["replicasets"], verbs: ["list"]} to the Role of rollguard:read',
      },
    ]);
  });

  it("K8S-18 is the image by its digest where the plan pins one: the tag may be gone, or another's", async () => {
    const pinned = `demo/checkout@sha256:${"1".repeat(64)}`;
    const [container] = aTemplate(GOOD_IMAGE).spec?.containers ?? [];
    const images = { [container?.name ?? ""]: pinned };

    const { targets } = await look(aCluster(), {
      candidates: [{ templateHash: GOOD_HASH, revisionName: GOOD_REPLICA_SET, kept: false, images }],
    });

    expect(targets[0]?.images.map(({ image }) => image)).toEqual([pinned]);
  });

  it("comes from ControllerRevisions for a StatefulSet", async () => {
    const cluster = aCluster();
    cluster.objects[`${APPS}/controllerrevisions/db-1`] = { data: { spec: { template: aTemplate("demo/db:v1") } } };
    cluster.objects[`${APPS}/statefulsets/db`] = aDeployment();

    const { targets } = await look(cluster, {
      target: { cluster: "demo", namespace: "demo", kind: "StatefulSet", name: "db" },
      candidates: [{ templateHash: "1", revisionName: "db-1", kept: false }],
    });

    expect(looked(targets[0]?.needs ?? { value: null })?.images).toEqual(["demo/db:v1"]);
  });

  it("does not fit a selector that was changed", async () => {
    const cluster = aCluster();
    cluster.objects[`${APPS}/deployments/checkout`] = aDeployment({ spec: { selector: { matchLabels: { app: "shop" } } } });

    expect((await look(cluster)).targets[0]?.selected).toBe(false);
  });
});

describe("what is around", () => {
  it("is what quotas leave, but those for other pods", async () => {
    const cluster = aCluster();
    const status = {
      hard: { pods: "10", "requests.cpu": "2", "limits.memory": "1Gi", "count/secrets": "5" },
      used: { pods: "7", "requests.cpu": "1500m" },
    };
    cluster.objects[`${CORE}/resourcequotas/team`] = { metadata: { name: "team" }, spec: {}, status };
    cluster.objects[`${CORE}/resourcequotas/jobs`] = { metadata: { name: "jobs" }, spec: { scopes: ["Terminating"] }, status };

    expect((await look(cluster)).quotas).toEqual({
      value: [{ name: "team", left: { pods: 3, "requests.cpu": 500, "limits.memory": 2 ** 30 } }],
    });
  });

  it("is what ready Nodes have left that take the pod", async () => {
    const cluster = aCluster();
    const node = (name: string, spec = {}, ready = "True") => ({
      metadata: { name },
      spec,
      status: { allocatable: { cpu: "2", memory: "4Gi", pods: "10" }, conditions: [{ type: "Ready", status: ready }] },
    });
    const pod = (nodeName: string, phase: string) => ({ spec: { ...aTemplate("x").spec, nodeName }, status: { phase } });
    Object.assign(cluster.objects, {
      "/api/v1/nodes/a": node("a"),
      "/api/v1/nodes/cordoned": node("cordoned", { unschedulable: true }),
      "/api/v1/nodes/tainted": node("tainted", { taints: [{ key: "gpu", effect: "NoSchedule" }] }),
      "/api/v1/nodes/lost": node("lost", {}, "Unknown"),
      "/api/v1/pods/1": pod("a", "Running"),
      "/api/v1/pods/2": pod("a", "Succeeded"),
    });

    expect((await look(cluster)).nodes).toEqual({ value: [{ cpuMillicores: 1950, memoryBytes: 4 * 2 ** 30 - 128 * 2 ** 20, pods: 9 }] });
  });

  describe("by the scheduler's newest refusal of a pod of the workload", () => {
    const pod = (name: string, rest: { app?: string; spec?: object; metadata?: object } = {}) => ({
      metadata: { name, uid: `uid-${name}`, labels: { app: rest.app ?? "checkout" }, ...rest.metadata },
      spec: { ...aTemplate("x").spec, ...rest.spec },
    });
    const refusal = (name: string, message: string, times: object, uid = `uid-${name}`) => ({
      reason: "FailedScheduling",
      involvedObject: { kind: "Pod", name, uid },
      message,
      metadata: {},
      ...times,
    });
    async function refused(pods: readonly object[], events: readonly object[]) {
      const cluster = aCluster();
      for (const [index, object] of pods.entries()) cluster.objects[`${CORE}/pods/${index}`] = object;
      for (const [index, object] of events.entries()) cluster.objects[`${CORE}/events/${index}`] = object;
      const { unschedulable } = await look(cluster);
      return "value" in unschedulable ? unschedulable.value : unschedulable;
    }
    const recently = { lastTimestamp: "2026-11-20T03:13:00Z" };

    it("counts the newest about a pod that waits, with what that pod asks for", async () => {
      const events = [
        refusal("checkout-bad-1", "older", recently),
        refusal("checkout-bad-2", "0/1 nodes are available", {
          eventTime: "2026-11-20T02:00:00Z",
          series: { lastObservedTime: "2026-11-20T03:14:00Z" },
        }),
      ];

      expect(await refused([pod("checkout-bad-1"), pod("checkout-bad-2")], events)).toEqual({
        message: "0/1 nodes are available",
        requests: { cpuMillicores: 50, memoryBytes: 128 * 2 ** 20 },
      });
    });

    it.each([
      ["is older than ten minutes", pod("checkout-bad-1"), refusal("checkout-bad-1", "", { lastTimestamp: "2026-11-20T03:04:59Z" })],
      ["is about a pod of another workload", pod("checkout-admin-1", { app: "checkout-admin" }), refusal("checkout-admin-1", "", recently)],
      [
        "is about a pod that has a Node by now",
        pod("checkout-bad-1", { spec: { nodeName: "a" } }),
        refusal("checkout-bad-1", "", recently),
      ],
      [
        "is about a pod that is going",
        pod("checkout-bad-1", { metadata: { deletionTimestamp: "2026-11-20T03:14:00Z" } }),
        refusal("checkout-bad-1", "", recently),
      ],
      ["is about a pod that is gone", pod("checkout-good-1"), refusal("checkout-bad-1", "", recently)],
      ["is about an earlier pod of the same name", pod("checkout-0"), refusal("checkout-0", "", recently, "earlier")],
    ])("does not count one that %s", async (_which, waiting, event) => {
      expect(await refused([waiting], [event])).toBeNull();
    });
  });

  it("is the autoscaler's bound, budgets over the pods, and a load balancer that pods do not wait for", async () => {
    const cluster = aCluster();
    const policy = "/apis/policy/v1/namespaces/demo/poddisruptionbudgets";
    Object.assign(cluster.objects, {
      "/apis/autoscaling/v1/namespaces/demo/horizontalpodautoscalers/web": { spec: { maxReplicas: 12 } },
      [`${policy}/own`]: {
        metadata: { name: "own" },
        spec: { selector: { matchLabels: { app: "checkout" } } },
        status: { disruptionsAllowed: 1 },
      },
      [`${policy}/other`]: { metadata: { name: "other" }, spec: { selector: { matchLabels: { app: "search" } } }, status: {} },
      "/apis/networking.k8s.io/v1/namespaces/demo/ingresses/shop": {
        metadata: { name: "shop", annotations: { "alb.ingress.kubernetes.io/target-type": "ip" } },
        spec: { ingressClassName: "alb" },
      },
      "/api/v1/namespaces/demo": { metadata: { labels: {} } },
    });
    const facts = await look(cluster, { workload: aWorkloadState({ hpa: "web" }) });

    expect(facts).toMatchObject({
      autoscaler: { value: { name: "web", maxReplicas: 12 } },
      budgets: { value: [{ name: "own", allowed: 1 }] },
      loadBalancer: { value: { ingress: "shop", gated: false } },
    });
    cluster.objects["/api/v1/namespaces/demo"] = { metadata: { labels: { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" } } };
    expect((await look(cluster)).loadBalancer).toMatchObject({ value: { gated: true } });
  });

  it("is what the writing group may do, asked once for each rule and in the rule's own namespace (K8S-27)", async () => {
    const cluster = aCluster();
    cluster.withheld = ["patch deployments"];
    const hold: AccessRule = { apiGroup: "argoproj.io", resource: "applications", verb: "patch", namespace: "argocd" };

    const { rights } = await look(cluster, { rights: [PATCH, hold, PATCH] });

    expect(rights).toEqual([
      { rule: '{apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]}', allowed: { value: false } },
      { rule: '{apiGroups: ["argoproj.io"], resources: ["applications"], verbs: ["patch"]} in namespace argocd', allowed: { value: true } },
    ]);
    expect(cluster.requests.filter((request) => request.includes("reviews"))).toEqual([
      "create /apis/authorization.k8s.io/v1/namespaces/demo/localsubjectaccessreviews",
      "create /apis/authorization.k8s.io/v1/namespaces/argocd/localsubjectaccessreviews",
    ]);
  });
});
