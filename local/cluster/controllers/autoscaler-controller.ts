import type { StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES, type ResourceType } from "../api/resource-types.ts";
import { updateScale } from "../api/scale.ts";
import { StatusError } from "../api/status-error.ts";
import type { WriteContext } from "../api/write-operations.ts";
import { type Condition, type Deployment, type ReplicaSet, timestamp } from "../objects.ts";
import type { HorizontalPodAutoscaler, StatefulSet } from "../workload-objects.ts";
import { CONTROLLER_MANAGER, changeStatus, findByKey, queueKey, recordEvent } from "./cluster-access.ts";
import { WorkQueue } from "./work-queue.ts";

const TYPE = RESOURCE_TYPES.horizontalpodautoscalers;
const COMPONENT = "horizontal-pod-autoscaler";
/** A real controller looks every 15 s. */
const PERIOD_MILLISECONDS = 500;

const TARGETS: Readonly<Record<string, ResourceType>> = {
  Deployment: RESOURCE_TYPES.deployments,
  ReplicaSet: RESOURCE_TYPES.replicasets,
  StatefulSet: RESOURCE_TYPES.statefulsets,
};

/** What an autoscaler does to a target of this size; the reason is worded as in its event. */
export function boundedReplicas(
  { minReplicas = 1, maxReplicas }: HorizontalPodAutoscaler["spec"],
  replicas: number,
): { readonly desired: number; readonly reason?: string } {
  if (replicas === 0 && minReplicas !== 0) return { desired: 0 };
  if (replicas > maxReplicas) return { desired: maxReplicas, reason: "Current number of replicas above Spec.MaxReplicas" };
  if (replicas < minReplicas) return { desired: minReplicas, reason: "Current number of replicas below Spec.MinReplicas" };
  return { desired: replicas };
}

/** Keeps targets within the bounds of their autoscalers through /scale. Nothing else: there are no metrics here. */
export function startAutoscalerController(context: WriteContext): { stop(): void } {
  const { store, now } = context;

  function sync(key: string): void {
    const autoscaler = findByKey<HorizontalPodAutoscaler>(context, TYPE, key);
    if (!autoscaler) return;
    queue.addAfter(key, PERIOD_MILLISECONDS);
    const { kind, name } = autoscaler.spec.scaleTargetRef;
    const type = TARGETS[kind];
    const { namespace = "" } = autoscaler.metadata;
    const target = type && store.find<Deployment | ReplicaSet | StatefulSet>(type, namespace, name);
    if (!type || !target) {
      note(autoscaler, {}, [condition("AbleToScale", "False", "FailedGetScale")]);
      return;
    }
    const { replicas } = target.spec;
    const { desired, reason } = boundedReplicas(autoscaler.spec, replicas);
    if (reason !== undefined) rescale(autoscaler, type, name, desired, reason);
    const isOff = replicas === 0 && desired === 0;
    const active = isOff ? "ScalingDisabled" : "FailedGetResourceMetric";
    note(autoscaler, { currentReplicas: target.status.replicas ?? 0, desiredReplicas: desired, rescaled: reason !== undefined }, [
      condition("AbleToScale", "True", reason === undefined ? "SucceededGetScale" : "SucceededRescale"),
      condition("ScalingActive", "False", active),
    ]);
  }

  function rescale(autoscaler: HorizontalPodAutoscaler, type: ResourceType, name: string, desired: number, reason: string): void {
    const resize = (scale: { spec: { replicas?: number } }): never => ({ ...scale, spec: { replicas: desired } }) as never;
    try {
      updateScale(context, type, autoscaler.metadata.namespace, name, resize, { ...CONTROLLER_MANAGER, verb: "PUT" });
      const message = `New size: ${desired}; reason: ${reason}`;
      recordEvent(context, autoscaler, { reason: "SuccessfulRescale", message, component: COMPONENT });
    } catch (error) {
      // tried again with the next period
      if (!(error instanceof StatusError)) throw error;
      recordEvent(context, autoscaler, { type: "Warning", reason: "FailedRescale", message: error.message, component: COMPONENT });
    }
  }

  function condition(type: string, status: string, reason: string): Condition {
    return { type, status, reason, message: "", lastTransitionTime: timestamp(now()) };
  }

  function note(
    autoscaler: HorizontalPodAutoscaler,
    { currentReplicas = 0, desiredReplicas = 0, rescaled = false },
    conditions: readonly Condition[],
  ): void {
    changeStatus<HorizontalPodAutoscaler>(context, TYPE, autoscaler, (copy) => {
      const before = (copy.status?.conditions ?? []) as Condition[];
      const kept = (one: Condition): Condition => {
        const old = before.find(({ type }) => type === one.type);
        return old?.status === one.status && old.reason === one.reason ? old : one;
      };
      copy.status = {
        ...copy.status,
        currentReplicas,
        desiredReplicas,
        ...(rescaled ? { lastScaleTime: timestamp(now()) } : {}),
        conditions: conditions.map(kept),
      };
    });
  }

  const queue = new WorkQueue(sync);
  const unsubscribe = store.subscribe(({ resource, type, object }: StoreEvent) => {
    if (resource === TYPE && type === "ADDED") queue.addAfter(queueKey(object), PERIOD_MILLISECONDS);
  });
  return {
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}
