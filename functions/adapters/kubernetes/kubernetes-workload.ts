import type { Target, WorkloadKind } from "../../domain/blueprint.ts";
import type { WorkloadState, WorkloadWrite, WriteResult } from "../../domain/workload.ts";
import type { Workload } from "../../ports/workload.ts";
import { argoRolloutWorkload } from "./argo-rollout-workload.ts";
import { daemonSetWorkload } from "./daemon-set-workload.ts";
import { deploymentWorkload } from "./deployment-workload.ts";
import { type ConnectToCluster, eksConnections } from "./eks-connections.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import { statefulSetWorkload } from "./stateful-set-workload.ts";

/** What one kind of workload does behind the port. */
export interface WorkloadOfKind {
  read(kubernetes: KubernetesClient, target: Target, now: Date): Promise<WorkloadState | null>;
  apply(kubernetes: KubernetesClient, target: Target, write: WorkloadWrite, now: Date): Promise<WriteResult>;
}

const KINDS: Readonly<Record<WorkloadKind, WorkloadOfKind>> = {
  Deployment: deploymentWorkload,
  StatefulSet: statefulSetWorkload,
  DaemonSet: daemonSetWorkload,
  Rollout: argoRolloutWorkload,
};

/** Workloads of every kind on Amazon EKS. Connections live as long as the sandbox, so make one per Lambda, outside the handler. */
export function kubernetesWorkload(connect: ConnectToCluster = eksConnections(), now: () => Date = () => new Date()): Workload {
  return {
    read: (target) => KINDS[target.kind].read(connect(target), target, now()),
    apply: (target, write) => KINDS[target.kind].apply(connect(target, write.stamp.execution), target, write, now()),
  };
}
