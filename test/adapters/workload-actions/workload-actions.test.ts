import { describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import type { PatchAnswer } from "../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { releaseFieldGuard } from "../../../functions/adapters/kubernetes/workload-field-guard.ts";
import type { ClusterAction } from "../../../functions/domain/cluster-action.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";

const target = { cluster: "demo", namespace: "shop", kind: "Deployment" as const, name: "checkout" };
const stamp = { execution: "rg-checkout-20261120T031200Z-0123456789ab", fence: 7 };
const deployment = "/apis/apps/v1/namespaces/shop/deployments/checkout";
const replicaSet = "/apis/apps/v1/namespaces/shop/replicasets/checkout-good";
const rollout = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/checkout";

const apply = (cluster: ObjectCluster, action: ClusterAction, kind: "Deployment" | "Rollout" = "Deployment") =>
  clusterActions(() => cluster).apply({ ...target, kind }, action, stamp);
const confirm = (cluster: ObjectCluster, action: ClusterAction) => clusterActions(() => cluster).confirm(target, action, stamp);

/** A ReplicaSet and its scale are one object. */
class ScalingCluster extends ObjectCluster {
  override merge<T>(url: string, body: unknown): Promise<PatchAnswer<T>> {
    return super.merge<T>(url.replace("/scale?", "?scale&"), body);
  }
}

/** Our own rollout towards the good release, whose pods a quota refuses. */
function refused({ desired = 4, made = 0, observed = 6, annotations = {} } = {}): ObjectCluster {
  return new ScalingCluster()
    .put(deployment, {
      metadata: { generation: 6, annotations: { "rollguard.dev/execution": stamp.execution, "rollguard.dev/fence": "7", ...annotations } },
      spec: { replicas: 4, strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
      status: { observedGeneration: observed },
    })
    .put(replicaSet, {
      metadata: { ownerReferences: [{ uid: "uid-checkout", controller: true }] },
      spec: { replicas: desired },
      status: { replicas: made },
    });
}

describe("relax-rollout", () => {
  const relax = { kind: "relax-rollout", maxUnavailable: 1, replicaSet: "checkout-good" } as const;

  it("K8S-20 scales a ReplicaSet whose pods were refused back to the pods that it has, so that they are asked for anew", async () => {
    const cluster = refused();

    expect(await confirm(cluster, relax)).toMatchObject({ verdict: "again" });
    expect(await apply(cluster, relax)).toMatchObject({ outcome: "applied", reason: expect.stringContaining("asked for anew") });
    expect(cluster.writes.map(({ path, query, body }) => [path, query.split("&")[0], body])).toEqual([
      [replicaSet, "scale", { metadata: { resourceVersion: expect.any(String) }, spec: { replicas: 0 } }],
    ]);
  });

  it.each([
    ["it is asked for no more than one wave", { desired: 1 }],
    ["the controller has not seen the strategy yet: it would ask for all of them again", { observed: 5 }],
    ["its pods are there", { made: 4 }],
  ])("leaves it alone where %s", async (_name, given) => {
    const cluster = refused(given);

    expect(await apply(cluster, relax)).toMatchObject({ outcome: "already-applied" });
    expect(await confirm(cluster, relax)).toMatchObject({ verdict: "proven" });
    expect(cluster.writes).toEqual([]);
  });

  it("is superseded by a later run, and where somebody else has written the Deployment", async () => {
    const later = refused({ annotations: { "rollguard.dev/fence": "8" } });
    const other = refused({ annotations: { "rollguard.dev/execution": "rg-other" } });

    expect(await apply(later, relax)).toMatchObject({ outcome: "superseded" });
    expect(await apply(other, relax)).toMatchObject({ outcome: "superseded" });
    expect([...later.writes, ...other.writes]).toEqual([]);
  });
});

describe("abort-rollout", () => {
  const abort = { kind: "abort-rollout", rollout: "checkout" } as const;
  const canary = { status: { currentPodHash: "bad", stableRS: "good", phase: "Paused" } };

  it("K8S-34 goes to the main resource where the definition has no status subresource", async () => {
    const cluster = new ObjectCluster().put(rollout, canary);

    expect(await apply(cluster, abort, "Rollout")).toMatchObject({ outcome: "applied" });
    expect(cluster.writes.map(({ path }) => path)).toEqual([rollout]);
    expect(cluster.at(rollout)).toMatchObject({ status: { abort: true } });
  });

  it("K8S-34 is not called done where the server dropped it", async () => {
    const cluster = new ObjectCluster().put(rollout, canary);
    cluster.admit = (object) => ({ ...object, ...canary });

    expect(await apply(cluster, abort, "Rollout")).toMatchObject({ outcome: "refused", reason: expect.stringContaining("did not keep") });
  });

  it("K8S-34 has nothing to do on a Rollout that was promoted, or is aborted already", async () => {
    const promoted = new ObjectCluster().put(rollout, { status: { currentPodHash: "bad", stableRS: "bad" } });
    const aborted = new ObjectCluster().put(rollout, { status: { ...canary.status, abort: true } });

    expect(await apply(promoted, abort, "Rollout")).toMatchObject({ outcome: "already-applied" });
    expect(await apply(aborted, abort, "Rollout")).toMatchObject({ outcome: "already-applied" });
  });
});

describe("the field-manager entry", () => {
  const paths = { get: deployment, patch: deployment };
  const entry = (manager: string) => ({ manager, operation: "Update" });
  const managed = (...managers: string[]) =>
    new ObjectCluster().put(deployment, { metadata: { generation: 3, managedFields: managers.map(entry) } });
  const managers = (cluster: ObjectCluster) =>
    cluster.at<{ metadata: { managedFields: { manager: string }[] } }>(deployment).metadata.managedFields.map(({ manager }) => manager);

  it("K8S-31 is removed with a test of its name, every one of ours and no other", async () => {
    const cluster = managed("rollguard", "ci", "rollguard", "kube-controller-manager");

    expect(await releaseFieldGuard(cluster, paths)).toMatchObject({ outcome: "released", generation: 3 });
    expect(managers(cluster)).toEqual(["ci", "kube-controller-manager"]);
    expect(await releaseFieldGuard(cluster, paths)).toMatchObject({ outcome: "nothing-to-release" });
  });

  it("K8S-31 is looked for again when the list has moved", async () => {
    const cluster = managed("rollguard", "ci");
    cluster.meanwhile = (other) => {
      other.meanwhile = null;
      other.put(deployment, { metadata: { generation: 3, managedFields: [entry("hpa"), entry("rollguard"), entry("ci")] } });
    };

    expect(await releaseFieldGuard(cluster, paths)).toMatchObject({ outcome: "released" });
    expect(managers(cluster)).toEqual(["hpa", "ci"]);
  });

  it("K8S-31 that the server keeps is told, and not called released", async () => {
    const cluster = managed("rollguard");
    cluster.admit = (object) => ({ ...object, metadata: { ...object.metadata, managedFields: [entry("rollguard")] } as never });

    expect(await releaseFieldGuard(cluster, paths)).toMatchObject({ outcome: "kept" });
  });
});
