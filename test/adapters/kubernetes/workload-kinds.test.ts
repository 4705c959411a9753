import type { ControllerRevision, DaemonSet, StatefulSet } from "kubernetes-types/apps/v1.d.ts";
import type { Pod } from "kubernetes-types/core/v1.d.ts";
import { describe, expect, it } from "vitest";
import type { ArgoRollout } from "../../../functions/adapters/kubernetes/argo-rollout.ts";
import { argoRolloutState } from "../../../functions/adapters/kubernetes/argo-rollout-state.ts";
import { daemonSetState, unreadyNodeNames } from "../../../functions/adapters/kubernetes/daemon-set-state.ts";
import { statefulSetState } from "../../../functions/adapters/kubernetes/stateful-set-state.ts";
import { terminatingPods } from "../../../functions/adapters/kubernetes/terminating-pods.ts";
import { flaggerRole } from "../../../functions/adapters/kubernetes/workload-identity.ts";
import { templateToWrite } from "../../../functions/adapters/kubernetes/workload-template.ts";
import { aTemplate } from "./support/kubernetes-objects.ts";

const NOW = new Date("2026-11-20T03:12:00Z");
const UID = "uid-db";
const owned = { ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: UID, controller: true }] };

function aRevision(number: number, image: string, labels: Record<string, string> = {}): ControllerRevision {
  const template = { $patch: "replace", ...aTemplate(image) };
  return { revision: number, metadata: { name: `db-${number}`, labels, ...owned }, data: { spec: { template } } as never };
}

function aPod(
  name: string,
  hash: string,
  { ready = true, node = "n1", deleted }: { ready?: boolean; node?: string; deleted?: string } = {},
): Pod {
  const metadata = { name, labels: { "controller-revision-hash": hash }, creationTimestamp: NOW.toISOString(), ...owned };
  return {
    metadata: deleted === undefined ? metadata : { ...metadata, deletionTimestamp: deleted },
    spec: { containers: [], nodeName: node },
    status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

describe("a StatefulSet's state", () => {
  const base: StatefulSet = {
    metadata: { name: "db", uid: UID, generation: 3 },
    spec: { replicas: 3, serviceName: "db", selector: {}, template: aTemplate("demo/db:v2") },
    status: { observedGeneration: 3, replicas: 3, readyReplicas: 2, updatedReplicas: 1, currentRevision: "db-1", updateRevision: "db-2" },
  };
  const revisions = [
    aRevision(1, "demo/db:v1"),
    aRevision(2, "demo/db:v2"),
    { ...aRevision(9, "demo/db:v2"), metadata: { name: "other" } },
  ];

  it("K8S-24: names templates by revision, which is what its pods carry, and counts each pod under its own", () => {
    const pods = [aPod("db-0", "db-1"), aPod("db-2", "db-2", { ready: false })];
    const state = statefulSetState({ statefulSet: base, revisions, pods, autoscalers: [] }, NOW);

    expect(state).toMatchObject({
      kind: "StatefulSet",
      templateHash: "db-2",
      podManagement: "OrderedReady",
      partition: 0,
      onDelete: false,
    });
    expect(state.replicaSets.map(({ name, image, replicas }) => [name, image, replicas])).toEqual([
      ["db-2", "demo/db:v2", 3],
      ["db-1", "demo/db:v1", 0],
    ]);
    expect(state.pods.map(({ templateHash, total, ready }) => [templateHash, total, ready])).toEqual([
      ["db-1", 1, 1],
      ["db-2", 1, 0],
    ]);
    expect(state.status).toMatchObject({ readyReplicas: 2, availableReplicas: 2, updatedReplicas: 1 });
  });

  it("takes the newest of two revisions with the same template: after an undo that is the live one", () => {
    const again = [...revisions, aRevision(3, "demo/db:v2")];

    expect(statefulSetState({ statefulSet: base, revisions: again, pods: [], autoscalers: [] }, NOW).templateHash).toBe("db-3");
  });

  it("counts every pod as updated where there is one revision only, which old servers do not", () => {
    const status = { observedGeneration: 3, replicas: 3, readyReplicas: 3, currentRevision: "db-2", updateRevision: "db-2" };
    const state = statefulSetState({ statefulSet: { ...base, status }, revisions, pods: [], autoscalers: [] }, NOW);

    expect(state.status.updatedReplicas).toBe(3);
  });

  it("knows an autoscaler of its own kind alone", () => {
    const hpa = (kind: string) => ({ metadata: { name: kind }, spec: { maxReplicas: 5, scaleTargetRef: { kind, name: "db" } } });
    const of = (kind: string) => statefulSetState({ statefulSet: base, revisions, pods: [], autoscalers: [hpa(kind)] }, NOW).hpa;

    expect([of("StatefulSet"), of("Deployment")]).toEqual(["StatefulSet", null]);
  });
});

describe("a DaemonSet's state", () => {
  const hash = (value: string) => ({ "controller-revision-hash": value });
  const base: DaemonSet = {
    metadata: { name: "db", uid: UID, generation: 3 },
    spec: { selector: {}, template: aTemplate("demo/db:v2") },
    status: {
      ...{ observedGeneration: 3, currentNumberScheduled: 3, desiredNumberScheduled: 3, numberMisscheduled: 0 },
      ...{ numberReady: 2, numberAvailable: 2, updatedNumberScheduled: 3 },
    },
  };
  const revisions = [aRevision(1, "demo/db:v1", hash("old")), aRevision(2, "demo/db:v2", hash("new"))];
  const pods = [aPod("a", "new", { node: "n1" }), aPod("b", "new", { node: "n2" }), aPod("c", "new", { node: "n3", ready: false })];

  it("K8S-25: asks after the Nodes of pods that are not ready, or do not go", () => {
    const going = aPod("d", "old", { node: "n4", deleted: NOW.toISOString() });

    expect(unreadyNodeNames(base, [...pods, going])).toEqual(["n3", "n4"]);
  });

  it("K8S-25: leaves a Node that is not ready out of every count, and names it", () => {
    const state = daemonSetState({ daemonSet: base, revisions, pods, unreachable: ["n3"] }, NOW);

    expect(state).toMatchObject({ templateHash: "new", replicas: 2, unreachableNodes: ["n3"] });
    expect(state.status).toMatchObject({ updatedReplicas: 2, availableReplicas: 2 });
    expect(state.pods).toMatchObject([{ templateHash: "new", total: 2, ready: 2, failing: 0 }]);
  });

  it("K8S-25: does not leave out twice what the controller does not count itself", () => {
    const status = { ...base.status, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberMisscheduled: 1 } as DaemonSet["status"];
    const state = daemonSetState({ daemonSet: { ...base, ...(status ? { status } : {}) }, revisions, pods, unreachable: ["n3"] }, NOW);

    expect(state).toMatchObject({ replicas: 2, status: { updatedReplicas: 2 } });
  });
});

describe("a Rollout's state", () => {
  const rollout: ArgoRollout = {
    metadata: { name: "web", uid: UID, generation: 4 },
    spec: { replicas: 3, template: aTemplate("demo/web:v2"), strategy: { canary: {} } },
    status: { observedGeneration: "4", currentPodHash: "bad", stableRS: "good", phase: "Paused", message: "CanaryPauseStep" },
  };

  it("K8S-34: takes the live template's hash from its controller where the server has not completed the template", () => {
    const state = argoRolloutState({ rollout, workload: null, replicaSets: [], pods: [], autoscalers: [] }, NOW);

    expect(state).toMatchObject({ kind: "Rollout", templateHash: "bad", generation: 4, observedGeneration: 4 });
    expect(state.argo).toMatchObject({ phase: "Paused", stableHash: "good", aborted: false, rollbackWindow: null });
  });

  it("K8S-34: says nothing of a template that its controller has not seen", () => {
    const stale = { ...rollout, status: { ...rollout.status, observedGeneration: "3" } };

    expect(argoRolloutState({ rollout: stale, workload: null, replicaSets: [], pods: [], autoscalers: [] }, NOW)).toMatchObject({
      templateHash: null,
      observedGeneration: 0,
    });
  });
});

describe("what is told by a few fields", () => {
  it.each([
    [
      "its primary, by its owner",
      { ownerReferences: [{ apiVersion: "flagger.app/v1beta1", kind: "Canary", name: "web", uid: "u" }] },
      "primary",
    ],
    ["its target, by its field manager", { managedFields: [{ manager: "flagger" }] }, "target"],
    [
      "nothing of another owner of that kind",
      { ownerReferences: [{ apiVersion: "example.com/v1", kind: "Canary", name: "web", uid: "u" }] },
      undefined,
    ],
  ])("K8S-35: Flagger's part is %s", (_name, metadata, role) => {
    expect(flaggerRole(metadata)).toBe(role);
  });

  it("K8S-40: pods of the replaced release on their way out count until their grace period is over", () => {
    const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000).toISOString();
    const pods = [
      aPod("a", "old", { deleted: later(20) }),
      aPod("b", "old", { deleted: later(-60) }),
      aPod("c", "live", { deleted: later(20) }),
      aPod("d", "old"),
    ];

    expect(terminatingPods(pods, "controller-revision-hash", "live", NOW)).toBe(1);
  });
});

describe("the template to write", () => {
  const write = {
    kind: "restore-template",
    replicaSet: "r",
    templateHash: "h",
    expect: { uid: "u", generation: 1 },
    stamp: { execution: "e", fence: 1 },
  } as const;
  const saved = JSON.stringify(aTemplate("demo/checkout:v1"));

  it("K8S-06: is the cluster's, else the snapshot's, else none", () => {
    const own = aTemplate("demo/checkout:v0", { "pod-template-hash": "h" });

    expect(templateToWrite(own, { ...write, savedTemplate: saved })).toEqual(aTemplate("demo/checkout:v0"));
    expect(templateToWrite(null, { ...write, savedTemplate: saved })).toEqual(aTemplate("demo/checkout:v1"));
    expect(templateToWrite(null, write)).toBeNull();
    expect(templateToWrite(null, { ...write, savedTemplate: '{"spec":{}}' })).toBeNull();
  });

  it("K8S-18: has images by digest where they are given, and every other as it was", () => {
    const digest = "demo/checkout@sha256:0123";
    const template = templateToWrite(aTemplate("demo/checkout:latest"), { ...write, images: { app: digest, other: "x" } });

    expect(template?.spec?.containers.map(({ name, image }) => [name, image])).toEqual([["app", digest]]);
  });
});
