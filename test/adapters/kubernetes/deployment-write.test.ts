import { describe, expect, it } from "vitest";
import type { WorkloadWrite } from "../../../functions/domain/workload.ts";
import { BAD_REPLICA_SET, GOOD_IMAGE } from "../../support/builders/index.ts";
import { aDeployment, aReplicaSetObject, aTemplate } from "./support/kubernetes-objects.ts";
import {
  aCluster,
  apply,
  expected,
  imageOf,
  patchesOf,
  restoreScale,
  restoreStrategy,
  restoreTemplate,
  savedIn,
  stamp,
} from "./support/writes.ts";

const surge = { type: "RollingUpdate", rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 } };
const authored = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } };

describe("restore-template", () => {
  it("K8S-01: restores the template, surges and signs, in one PATCH after two reads", async () => {
    const cluster = aCluster();

    const result = await apply(cluster, restoreTemplate);

    expect(result).toMatchObject({ outcome: "applied", generation: 5 });
    expect(cluster.calls).toEqual(["GET deployments", "GET replicasets", "PATCH deployments", "POST events"]);
    expect(cluster.deployment?.spec?.template).toEqual(aTemplate(GOOD_IMAGE));
    expect(cluster.deployment?.spec?.strategy).toEqual(surge);
    expect(cluster.deployment?.spec?.replicas).toBe(3);
    expect(cluster.deployment?.metadata?.annotations).toEqual({
      "deployment.kubernetes.io/revision": "2",
      "rollguard.dev/execution": stamp.execution,
      "rollguard.dev/fence": "7",
      "rollguard.dev/saved-strategy": JSON.stringify(authored),
      "kubernetes.io/change-cause": `rollguard: back to ${GOOD_IMAGE} (${stamp.execution})`,
    });
  });

  it("K8S-14: is made although an autoscaler has scaled since: the release that was assessed is still live", async () => {
    const cluster = aCluster(aDeployment({ metadata: { generation: 6 }, spec: { replicas: 9 } }));
    const assessed = { ...expected, replicaSet: BAD_REPLICA_SET };

    const result = await apply(cluster, { ...restoreTemplate, expect: assessed } as WorkloadWrite);

    expect(result).toMatchObject({ outcome: "applied", generation: 7 });
    expect(cluster.deployment?.spec?.replicas).toBe(9);
    expect(cluster.calls).toEqual(["GET deployments", "GET replicasets", "GET replicasets", "PATCH deployments", "POST events"]);
  });

  it.each([
    [
      "K8S-11: a human deployed",
      aDeployment({ metadata: { generation: 6 }, spec: { template: aTemplate("demo/checkout:v3") } }),
      undefined,
    ],
    ["its ReplicaSet is gone", aDeployment({ metadata: { generation: 6 } }), [aReplicaSetObject("good")]],
    [
      "its ReplicaSet is another's",
      aDeployment({ metadata: { generation: 6 } }),
      [aReplicaSetObject("good"), aReplicaSetObject("bad", { metadata: { ownerReferences: [] } })],
    ],
  ])("K8S-11: is superseded in a newer generation when the assessed release is not live: %s", async (_name, deployment, replicaSets) => {
    const cluster = aCluster(deployment, replicaSets);
    const assessed = { ...expected, replicaSet: BAD_REPLICA_SET };

    expect(await apply(cluster, { ...restoreTemplate, expect: assessed } as WorkloadWrite)).toMatchObject({ outcome: "superseded" });
    expect(patchesOf(cluster)).toBe(0);
  });

  it.each(["maxSurge: 0", "Recreate"])(
    "K8S-22: keeps %s where pods may not share a node: a surged one would wait for ever",
    async (kind) => {
      const strategy = kind === "Recreate" ? { type: kind } : { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
      const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "checkout" } } };
      const template = aTemplate(GOOD_IMAGE);
      const apart = {
        ...template,
        spec: {
          containers: [],
          ...template.spec,
          affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
        },
      };
      const cluster = aCluster(aDeployment({ spec: { strategy } }), [aReplicaSetObject("good", { template: apart })]);

      const result = await apply(cluster, restoreTemplate);

      expect(cluster.deployment?.spec?.strategy).toEqual(strategy);
      expect(result).toMatchObject({ outcome: "applied", reason: expect.stringContaining("anti-affinity") });
    },
  );

  it("signs a Deployment that has no annotations yet", async () => {
    const cluster = aCluster(aDeployment({ metadata: { annotations: undefined } }));

    expect(await apply(cluster, restoreTemplate)).toMatchObject({ outcome: "applied" });
  });

  it("K8S-09: writes once when asked twice", async () => {
    const cluster = aCluster();
    await apply(cluster, restoreTemplate);

    const again = await apply(cluster, restoreTemplate);

    expect(again).toMatchObject({ outcome: "already-applied", generation: 5 });
    expect(patchesOf(cluster)).toBe(1);
  });

  it("K8S-08: writes nothing where somebody else has restored the template", async () => {
    const cluster = aCluster(aDeployment({ spec: { template: aTemplate(GOOD_IMAGE) }, metadata: { generation: 5 } }));

    const result = await apply(cluster, restoreTemplate);

    expect(result).toMatchObject({ outcome: "already-applied", reason: expect.stringContaining("somebody else") });
    expect(patchesOf(cluster)).toBe(0);
  });

  it("keeps the author's strategy when a second target follows the first", async () => {
    const other = aReplicaSetObject("good", { metadata: { name: "checkout-older" }, template: aTemplate("demo/checkout:v0") });
    const cluster = aCluster(aDeployment(), [aReplicaSetObject("good"), other]);
    const first = await apply(cluster, restoreTemplate);

    await apply(cluster, {
      ...restoreTemplate,
      replicaSet: "checkout-older",
      expect: { ...expected, generation: first.generation },
    } as WorkloadWrite);

    expect(imageOf(cluster)).toBe("demo/checkout:v0");
    expect(savedIn(cluster)).toBe(JSON.stringify(authored));
  });

  it("saves the strategy that was set after a run that was killed", async () => {
    const annotations = { "rollguard.dev/saved-strategy": JSON.stringify({ type: "Recreate" }) };
    const cluster = aCluster(aDeployment({ metadata: { annotations } }));

    await apply(cluster, restoreTemplate);

    expect(savedIn(cluster)).toBe(JSON.stringify(authored));
  });

  it("K8S-22: replaces Recreate, but not where a claimed volume rules out two pods", async () => {
    const recreate = { type: "Recreate" };
    const template = aTemplate(GOOD_IMAGE);
    const claimed = {
      ...template,
      spec: { containers: [], ...template.spec, volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
    };
    const free = aCluster(aDeployment({ spec: { strategy: recreate } }));
    const bound = aCluster(aDeployment({ spec: { strategy: recreate } }), [aReplicaSetObject("good", { template: claimed })]);

    await apply(free, restoreTemplate);
    const result = await apply(bound, restoreTemplate);

    expect(free.deployment?.spec?.strategy).toEqual(surge);
    expect(bound.deployment?.spec?.strategy).toEqual(recreate);
    expect(savedIn(bound)).toBeUndefined();
    expect(result).toMatchObject({ outcome: "applied", reason: expect.stringContaining("volume claim data") });
  });

  it.each([
    { name: "K8S-13: it is paused", deployment: aDeployment({ spec: { paused: true } }), outcome: "refused" },
    {
      name: "K8S-30: Argo CD owns it",
      deployment: aDeployment({ metadata: { labels: { "argocd.argoproj.io/instance": "shop" } } }),
      outcome: "refused",
    },
    { name: "K8S-11: a human deployed since", deployment: aDeployment({ metadata: { generation: 5 } }), outcome: "superseded" },
    { name: "K8S-38: it was created anew", deployment: aDeployment({ metadata: { uid: "another" } }), outcome: "superseded" },
    { name: "K8S-38: it is gone", deployment: null, outcome: "superseded" },
    {
      name: "K8S-10: a later run has written",
      deployment: aDeployment({ metadata: { annotations: { "rollguard.dev/fence": "8" } } }),
      outcome: "superseded",
    },
  ])("is $outcome without a PATCH when $name", async ({ deployment, outcome }) => {
    const cluster = aCluster(deployment);

    expect(await apply(cluster, restoreTemplate)).toMatchObject({ outcome });

    expect(patchesOf(cluster)).toBe(0);
  });

  it.each([
    { name: "K8S-06: gone", replicaSets: [], reason: /is gone/ },
    { name: "another's", replicaSets: [aReplicaSetObject("good", { metadata: { ownerReferences: [] } })], reason: /does not belong/ },
    {
      name: "not the one assessed",
      replicaSets: [aReplicaSetObject("good", { metadata: { labels: { "pod-template-hash": "other" } } })],
      reason: /has template other/,
    },
  ])("refuses without a PATCH when the ReplicaSet is $name", async ({ replicaSets, reason }) => {
    const cluster = aCluster(aDeployment(), replicaSets);

    expect(await apply(cluster, restoreTemplate)).toMatchObject({
      outcome: "refused",
      generation: 4,
      reason: expect.stringMatching(reason),
    });

    expect(patchesOf(cluster)).toBe(0);
  });
});

describe("restore-scale", () => {
  it("sets the count and signs, after it looked for an autoscaler", async () => {
    const cluster = aCluster();

    expect(await apply(cluster, restoreScale)).toMatchObject({ outcome: "applied", generation: 5 });

    expect(cluster.calls).toEqual(["GET deployments", "LIST horizontalpodautoscalers", "PATCH deployments", "POST events"]);
    expect(cluster.deployment?.spec?.replicas).toBe(5);
    expect(cluster.deployment?.metadata?.annotations).toMatchObject({
      "rollguard.dev/execution": stamp.execution,
      "rollguard.dev/fence": "7",
    });
    expect(savedIn(cluster)).toBeUndefined();
  });

  it("K8S-14: never writes a count that an autoscaler owns", async () => {
    const cluster = aCluster();
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" };
    cluster.autoscalers = [{ metadata: { name: "checkout" }, spec: { maxReplicas: 9, scaleTargetRef } }];

    expect(await apply(cluster, restoreScale)).toMatchObject({ outcome: "refused", reason: expect.stringContaining("checkout owns") });

    expect(patchesOf(cluster)).toBe(0);
  });

  it("works where the cluster serves no autoscalers", async () => {
    const cluster = aCluster();
    cluster.autoscalers = null;

    expect(await apply(cluster, restoreScale)).toMatchObject({ outcome: "applied" });
  });
});

describe("restore-strategy", () => {
  it("K8S-04: puts the author's strategy back and removes what it was saved in", async () => {
    const cluster = aCluster();
    await apply(cluster, restoreTemplate);

    const result = await apply(cluster, restoreStrategy);

    expect(result).toMatchObject({ outcome: "applied", generation: 6 });
    expect(cluster.deployment?.spec?.strategy).toEqual(authored);
    expect(savedIn(cluster)).toBeUndefined();
    expect(imageOf(cluster)).toBe(GOOD_IMAGE);
  });

  it("K8S-04: mends what a killed run left, as a later run", async () => {
    const cluster = aCluster();
    await apply(cluster, restoreTemplate);

    const mended = await apply(cluster, { ...restoreStrategy, stamp: { execution: "rg-mend", fence: 8 } });

    expect(mended).toMatchObject({ outcome: "applied" });
    expect(cluster.deployment?.metadata?.annotations).toMatchObject({ "rollguard.dev/execution": "rg-mend", "rollguard.dev/fence": "8" });
  });

  it("leaves a strategy alone that somebody set since", async () => {
    const cluster = aCluster();
    await apply(cluster, restoreTemplate);
    cluster.change((deployment) => {
      if (deployment.spec) deployment.spec.strategy = { type: "Recreate" };
    });

    const result = await apply(cluster, restoreStrategy);

    expect(result).toMatchObject({ outcome: "applied", reason: expect.stringContaining("somebody else") });
    expect(cluster.deployment?.spec?.strategy).toEqual({ type: "Recreate" });
    expect(savedIn(cluster)).toBeUndefined();
  });

  it("writes nothing when nothing is saved", async () => {
    const cluster = aCluster();

    expect(await apply(cluster, restoreStrategy)).toMatchObject({ outcome: "already-applied", generation: 4 });

    expect(patchesOf(cluster)).toBe(0);
  });

  it.each(["Recreate", "[]", "null"])("refuses a saved strategy that reads %s", async (saved) => {
    const cluster = aCluster(aDeployment({ metadata: { annotations: { "rollguard.dev/saved-strategy": saved } } }));

    expect(await apply(cluster, restoreStrategy)).toMatchObject({ outcome: "refused", reason: expect.stringContaining("saved-strategy") });

    expect(patchesOf(cluster)).toBe(0);
  });
});
