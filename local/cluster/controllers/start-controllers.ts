import type { WriteContext } from "../api/write-operations.ts";
import { startAutoscalerController } from "./autoscaler-controller.ts";
import { startDaemonSetController } from "./daemon-set-controller.ts";
import { startDeploymentController } from "./deployment-controller.ts";
import { startEndpointsController } from "./endpoints-controller.ts";
import { startGarbageCollector } from "./garbage-collector.ts";
import { startJobController } from "./job-controller.ts";
import { startQuotaController } from "./quota-controller.ts";
import { startReplicaSetController } from "./replica-set-controller.ts";
import { startStatefulSetController } from "./stateful-set-controller.ts";

const CONTROLLERS = [
  startDeploymentController,
  startReplicaSetController,
  startStatefulSetController,
  startDaemonSetController,
  startJobController,
  startAutoscalerController,
  startQuotaController,
  startEndpointsController,
  startGarbageCollector,
];

/** Starts everything that a kube-controller-manager runs here. */
export function startControllers(context: WriteContext): readonly { stop(): void }[] {
  return CONTROLLERS.map((start) => start(context));
}
