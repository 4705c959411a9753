import type { WorkloadKind } from "../../domain/blueprint.ts";
import type { Workload } from "../../ports/workload.ts";
import { readRollout } from "./argo-rollout-workload.ts";
import { readDaemonSet } from "./daemon-set-workload.ts";
import { readDeployment } from "./deployment-workload.ts";
import { type ConnectToCluster, eksConnections } from "./eks-connections.ts";
import type { WorkloadOfKind } from "./kubernetes-workload.ts";
import { readStatefulSet } from "./stateful-set-workload.ts";

const READS: Readonly<Record<WorkloadKind, WorkloadOfKind["read"]>> = {
  Deployment: readDeployment,
  StatefulSet: readStatefulSet,
  DaemonSet: readDaemonSet,
  Rollout: readRollout,
};

/** Half of `kubernetesWorkload`, for functions that only look: their bundles need not hold what writes. */
export function kubernetesWorkloadReads(
  connect: ConnectToCluster = eksConnections(),
  now: () => Date = () => new Date(),
): Pick<Workload, "read"> {
  return { read: (target) => READS[target.kind](connect(target), target, now()) };
}
