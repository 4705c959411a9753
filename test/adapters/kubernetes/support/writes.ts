import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import { kubernetesWorkload } from "../../../../functions/adapters/kubernetes/kubernetes-workload.ts";
import type { WorkloadWrite, WriteResult } from "../../../../functions/domain/workload.ts";
import { GOOD_HASH, GOOD_REPLICA_SET, WORKLOAD_UID } from "../../../support/builders/index.ts";
import { InMemoryCluster } from "./in-memory-cluster.ts";
import { aDeployment, aReplicaSetObject } from "./kubernetes-objects.ts";

/** The three writes of one execution on `checkout`, which was assessed in generation 4. */

const target = { cluster: "demo", namespace: "demo", kind: "Deployment" as const, name: "checkout" };
export const stamp = { execution: "rg-checkout-1", fence: 7 };
export const expected = { uid: WORKLOAD_UID, generation: 4 };
export const restoreTemplate: WorkloadWrite = {
  kind: "restore-template",
  replicaSet: GOOD_REPLICA_SET,
  templateHash: GOOD_HASH,
  expect: expected,
  stamp,
};
export const restoreScale: WorkloadWrite = { kind: "restore-scale", replicas: 5, expect: expected, stamp };
export const restoreStrategy: WorkloadWrite = { kind: "restore-strategy", expect: { uid: WORKLOAD_UID }, stamp };
export const writes = [restoreTemplate, restoreScale, restoreStrategy];

export function aCluster(
  deployment: Deployment | null = aDeployment(),
  replicaSets = [aReplicaSetObject("good"), aReplicaSetObject("bad")],
): InMemoryCluster {
  return new InMemoryCluster(deployment, replicaSets);
}

export function apply(cluster: InMemoryCluster, write: WorkloadWrite): Promise<WriteResult> {
  return kubernetesWorkload(() => cluster).apply(target, write);
}

export function patchesOf(cluster: InMemoryCluster): number {
  return cluster.calls.filter((call) => call.startsWith("PATCH")).length;
}

export function imageOf(cluster: InMemoryCluster): string | undefined {
  return cluster.deployment?.spec?.template.spec?.containers[0]?.image;
}

export function savedIn(cluster: InMemoryCluster): string | undefined {
  return cluster.deployment?.metadata?.annotations?.["rollguard.dev/saved-strategy"];
}
