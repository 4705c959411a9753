import { ROLLGUARD_GRANTS } from "./api/authorization.ts";
import { ObjectStore } from "./api/object-store.ts";
import type { PodLogSource } from "./api/pod-log.ts";
import { type ApiResponse, handleRequest } from "./api/request-handler.ts";
import type { ApiRequest } from "./api/request-options.ts";
import { RESOURCE_TYPES } from "./api/resource-types.ts";
import { createObject } from "./api/write-operations.ts";
import { startControllers } from "./controllers/start-controllers.ts";

/** A Kubernetes API with its controllers, in this process. */
export interface KubernetesSimulator {
  /** Answers at once, unless an admission webhook has to be asked. */
  handle(request: ApiRequest): ApiResponse | Promise<ApiResponse>;
  /** From now on pods' logs come from here: the kubelet model knows what its containers wrote. */
  servePodLogs(source: PodLogSource): void;
  readonly store: ObjectStore;
  stop(): void;
}

export interface KubernetesSimulatorProps {
  /** @default the system clock */
  readonly now?: () => Date;
  /** What groups may do without a role binding in the cluster. @default read for rollguard:read, read and patch Deployments for rollguard:write */
  readonly grants?: typeof ROLLGUARD_GRANTS;
  /** How many changes a watch or a paged list can look back on. @default 20000 */
  readonly historyLimit?: number;
}

/** Starts an empty cluster with the namespace `default`. There is no kubelet in it: pods stay Pending until one plays them. */
export function startKubernetesSimulator(props: KubernetesSimulatorProps = {}): KubernetesSimulator {
  const store = new ObjectStore(props.historyLimit);
  let podLogs: PodLogSource | undefined;
  const context = { store, now: props.now ?? (() => new Date()), grants: props.grants ?? ROLLGUARD_GRANTS };
  const controllers = startControllers(context);
  createObject(context, RESOURCE_TYPES.namespaces, undefined, { metadata: { name: "default" } as never }, { manager: "kube-apiserver" });
  return {
    store,
    handle: (request) => handleRequest(podLogs ? { ...context, podLogs } : context, request),
    servePodLogs(source) {
      podLogs = source;
    },
    stop() {
      for (const controller of controllers) controller.stop();
    },
  };
}
