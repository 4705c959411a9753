import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import { describe, expect, it } from "vitest";
import { deploymentState, selectorText } from "../../../functions/adapters/kubernetes/deployment-state.ts";
import { type WorkloadState, WorkloadStateSchema } from "../../../functions/domain/workload.ts";
import { BAD_HASH, BAD_IMAGE, BAD_REPLICA_SET, GOOD_HASH, GOOD_REPLICA_SET, WORKLOAD_UID } from "../../support/builders/index.ts";
import { aDeployment, anUnreadyPod, aPod, aReplicaSetObject, aTemplate, POD_MOMENT } from "./support/kubernetes-objects.ts";

const now = new Date(Date.parse(POD_MOMENT) + 120_000);
const strangers = [{ apiVersion: "apps/v1", kind: "Deployment", name: "other", uid: "other", controller: true }];

function stateOf(objects: Partial<Parameters<typeof deploymentState>[0]> = {}) {
  const replicaSets = [aReplicaSetObject("good"), aReplicaSetObject("bad")];
  return deploymentState({ deployment: aDeployment(), replicaSets, pods: [], autoscalers: [], ...objects }, now);
}

describe("deploymentState", () => {
  it("fits the schema that travels in the document", () => {
    const state = stateOf({ pods: [aPod()] });

    expect(WorkloadStateSchema.parse(state)).toEqual(state);
    expect(state).toMatchObject({ uid: WORKLOAD_UID, generation: 4, observedGeneration: 4, image: BAD_IMAGE, replicas: 3, paused: false });
  });

  it("takes absent counters for 0 and absent settings for Kubernetes' defaults", () => {
    const state = stateOf({
      deployment: aDeployment({ spec: { strategy: {}, progressDeadlineSeconds: undefined, replicas: undefined }, status: {} }),
    });

    expect(state).toMatchObject({ replicas: 1, progressDeadlineSeconds: 600, minReadySeconds: 0 });
    expect(state.strategy).toEqual({ type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%" });
    const bare = deploymentState({ deployment: { ...aDeployment(), status: undefined }, replicaSets: [], pods: [], autoscalers: [] }, now);
    expect(bare.status).toEqual({
      replicas: 0,
      updatedReplicas: 0,
      readyReplicas: 0,
      availableReplicas: 0,
      progressDeadlineExceeded: false,
      replicaFailure: null,
    });
  });

  it("reads an exceeded progress deadline and a blocked ReplicaSet from the conditions", () => {
    const conditions = [
      { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" },
      { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota: pods" },
    ];

    expect(stateOf({ deployment: aDeployment({ status: { conditions } }) }).status).toMatchObject({
      progressDeadlineExceeded: true,
      replicaFailure: "exceeded quota: pods",
    });
  });

  it("describes Recreate as what it does", () => {
    const deployment = aDeployment({ spec: { strategy: { type: "Recreate" } } });

    expect(stateOf({ deployment }).strategy).toEqual({ type: "Recreate", maxSurge: "0", maxUnavailable: "100%" });
  });

  it("reads Rollguard's stamps, and no fence from what is no number", () => {
    const stamped = (fence: string) =>
      aDeployment({
        metadata: {
          annotations: { "rollguard.dev/execution": "rg-1", "rollguard.dev/fence": fence, "rollguard.dev/saved-strategy": "{}" },
        },
      });

    expect(stateOf({ deployment: stamped("12") }).stamps).toEqual({ execution: "rg-1", fence: 12, savedStrategy: "{}" });
    expect(stateOf({ deployment: stamped("12x") }).stamps.fence).toBeNull();
  });
});

describe("ReplicaSets", () => {
  it("are those that the Deployment controls, newest revision first", () => {
    const stranger = aReplicaSetObject("good", { metadata: { name: "other-1", ownerReferences: strangers } });

    const state = stateOf({ replicaSets: [stranger, aReplicaSetObject("good"), aReplicaSetObject("bad")] });

    expect(state.replicaSets.map(({ name, revision, replicas }) => ({ name, revision, replicas }))).toEqual([
      { name: BAD_REPLICA_SET, revision: 2, replicas: 3 },
      { name: GOOD_REPLICA_SET, revision: 1, replicas: 0 },
    ]);
  });

  it("K8S-39: are at most 20, and revisions sort as numbers", () => {
    const many = Array.from({ length: 200 }, (_, index) => {
      const good = aReplicaSetObject("good");
      return {
        ...good,
        metadata: { ...good.metadata, name: `rs-${index + 1}`, annotations: { "deployment.kubernetes.io/revision": String(index + 1) } },
      };
    });

    const { replicaSets } = stateOf({ replicaSets: many });

    expect(replicaSets.map((replicaSet) => replicaSet.revision)).toEqual(Array.from({ length: 20 }, (_, index) => 200 - index));
  });
});

describe("templateHash", () => {
  it("is that of the ReplicaSet with the live template, whatever the order of its keys", () => {
    const { metadata, spec } = aTemplate(BAD_IMAGE, { "pod-template-hash": BAD_HASH });
    const [container] = spec?.containers ?? [];
    const reversed = Object.fromEntries(Object.entries(container ?? {}).reverse()) as unknown as NonNullable<typeof container>;
    const reordered = aReplicaSetObject("bad", { template: { spec: { ...spec, containers: [reversed] }, metadata } });

    expect(stateOf({ replicaSets: [aReplicaSetObject("good"), reordered] }).templateHash).toBe(BAD_HASH);
  });

  it("is still found when the hash label stuck in the Deployment's template", () => {
    const deployment = aDeployment({ spec: { template: aTemplate(BAD_IMAGE, { "pod-template-hash": "stuck" }) } });

    expect(stateOf({ deployment }).templateHash).toBe(BAD_HASH);
  });

  it("is null while no ReplicaSet has the live template (paused, or not observed yet)", () => {
    const deployment = aDeployment({ spec: { template: aTemplate("demo/checkout:v3"), paused: true } });

    expect(stateOf({ deployment })).toMatchObject({ templateHash: null, paused: true });
  });

  it("tells an emptyDir from no volume source, and a null from nothing at all no more than the controller does", () => {
    const withVolume = (source: object) => {
      const template = aTemplate(BAD_IMAGE);
      return { ...template, spec: { containers: [], ...template.spec, volumes: [{ name: "tmp", ...source }] } };
    };
    const deployment = aDeployment({ spec: { template: withVolume({ emptyDir: {} }) } });

    expect(stateOf({ deployment, replicaSets: [aReplicaSetObject("bad", { template: withVolume({}) })] }).templateHash).toBeNull();
    expect(
      stateOf({ deployment, replicaSets: [aReplicaSetObject("bad", { template: withVolume({ emptyDir: {}, items: [] }) })] }).templateHash,
    ).toBe(BAD_HASH);
  });
});

describe("pods", () => {
  it("are grouped by template, with the reasons of the failing ones", () => {
    const crashing = anUnreadyPod({ waiting: { reason: "CrashLoopBackOff" } }, { restartCount: 4 });
    const pulling = anUnreadyPod({ waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } });
    const goodPod = aPod({
      metadata: {
        labels: { "pod-template-hash": GOOD_HASH },
        ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: GOOD_REPLICA_SET, uid: `uid-${GOOD_HASH}`, controller: true }],
      },
    });

    const { pods } = stateOf({ pods: [crashing, pulling, crashing, goodPod] });

    expect(pods).toEqual([
      {
        templateHash: BAD_HASH,
        total: 3,
        ready: 0,
        failing: 3,
        restarts: 8,
        reasons: [
          { reason: "CrashLoopBackOff", pods: 2, message: "" },
          { reason: "ImagePullBackOff", pods: 1, message: "Back-off pulling image" },
        ],
      },
      { templateHash: GOOD_HASH, total: 1, ready: 1, failing: 0, restarts: 0, reasons: [] },
    ]);
  });

  it("leaves out terminating pods and pods of others", () => {
    const terminating = aPod({ metadata: { deletionTimestamp: POD_MOMENT } });
    const stranger = aPod({ metadata: { ownerReferences: strangers } });

    expect(stateOf({ pods: [terminating, stranger, aPod()] }).pods).toMatchObject([{ total: 1, ready: 1 }]);
  });
});

describe("hpa", () => {
  const autoscaler = (kind: string, name: string) => ({
    metadata: { name: "autoscaler" },
    spec: { maxReplicas: 9, scaleTargetRef: { apiVersion: "apps/v1", kind, name } },
  });

  it.each([
    { kind: "Deployment", name: "checkout", hpa: "autoscaler" },
    { kind: "Deployment", name: "checkout-canary", hpa: null },
    { kind: "StatefulSet", name: "checkout", hpa: null },
  ])("is $hpa when an autoscaler targets $kind $name", ({ kind, name, hpa }) => {
    expect(stateOf({ autoscalers: [autoscaler(kind, name)] }).hpa).toBe(hpa);
  });
});

describe("owner (K8S-30)", () => {
  it.each<{ name: string; metadata: ObjectMeta; owner: WorkloadState["owner"] }>([
    {
      name: "Argo CD's annotation",
      metadata: { annotations: { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:demo/checkout" } },
      owner: { kind: "argo-cd", ref: "shop:apps/Deployment:demo/checkout" },
    },
    { name: "Argo CD's label", metadata: { labels: { "argocd.argoproj.io/instance": "shop" } }, owner: { kind: "argo-cd", ref: "shop" } },
    {
      name: "Argo CD's field manager",
      metadata: { managedFields: [{ manager: "argocd-controller", operation: "Apply" }] },
      owner: { kind: "argo-cd", ref: "field manager argocd-controller" },
    },
    {
      name: "a Flux Kustomization",
      metadata: { labels: { "kustomize.toolkit.fluxcd.io/name": "shop", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" } },
      owner: { kind: "flux", ref: "kustomize/flux-system/shop" },
    },
    {
      name: "a Flux HelmRelease",
      metadata: { labels: { "helm.toolkit.fluxcd.io/name": "shop", "helm.toolkit.fluxcd.io/namespace": "demo" } },
      owner: { kind: "flux", ref: "helm/demo/shop" },
    },
    {
      name: "Flux's field manager",
      metadata: { managedFields: [{ manager: "helm-controller" }] },
      owner: { kind: "flux", ref: "field manager helm-controller" },
    },
    {
      name: "plain Helm",
      metadata: { labels: { "app.kubernetes.io/managed-by": "Helm" }, managedFields: [{ manager: "helm" }] },
      owner: null,
    },
    { name: "kubectl", metadata: { managedFields: [{ manager: "kubectl-client-side-apply" }] }, owner: null },
  ])("is told by $name", ({ metadata, owner }) => {
    expect(stateOf({ deployment: aDeployment({ metadata }) }).owner).toEqual(owner);
  });
});

describe("selectorText", () => {
  it("writes every operator as the API takes it", () => {
    const selector = {
      matchLabels: { app: "checkout", "app.kubernetes.io/part-of": "shop" },
      matchExpressions: [
        { key: "tier", operator: "In", values: ["web", "api"] },
        { key: "track", operator: "NotIn", values: ["canary"] },
        { key: "owned", operator: "Exists" },
        { key: "legacy", operator: "DoesNotExist" },
      ],
    };

    expect(selectorText(selector)).toBe("app=checkout,app.kubernetes.io/part-of=shop,tier in (web,api),track notin (canary),owned,!legacy");
  });
});
