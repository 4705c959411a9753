import type { StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES } from "../api/resource-types.ts";
import type { WriteContext } from "../api/write-operations.ts";
import { controllerOf, type Deployment, type DeploymentStatus, type Pod } from "../objects.ts";
import { changeStatus, findByKey, queueKey } from "./cluster-access.ts";
import { cleanUpOldReplicaSets, replicaSetsOf, syncCurrentReplicaSet } from "./deployment-replica-sets.ts";
import {
  conditionOf,
  countStatus,
  isComplete,
  millisecondsToDeadline,
  type ReplicaSetsOf,
  rolloutStatus,
  withCondition,
} from "./deployment-status.ts";
import { ownerIndex } from "./owner-index.ts";
import { isScalingEvent, scaleDeployment, scaleReplicaSet } from "./replica-set-scaling.ts";
import { scaleCurrent, scaleOldDown } from "./rolling-update.ts";
import { WorkQueue } from "./work-queue.ts";

/** Rolls Deployments out by making and scaling ReplicaSets, one small step per sync, as the controller of a real cluster does. */
export function startDeploymentController(context: WriteContext): { stop(): void } {
  const { store, now } = context;
  ownerIndex(store);

  const latest = (key: string): Deployment | undefined => findByKey<Deployment>(context, RESOURCE_TYPES.deployments, key);

  function sync(key: string): void {
    if (!latest(key)) return;
    notePause(key);
    const deployment = latest(key);
    if (!deployment) return;
    if (deployment.metadata.deletionTimestamp) {
      writeStatus(deployment, countStatus(context, deployment, replicaSetsOf(context, deployment)));
    } else if (deployment.spec.paused || isScalingEvent(deployment, replicaSetsOf(context, deployment))) {
      holdOrScale(deployment);
    } else if (deployment.spec.strategy.type === "Recreate") {
      recreate(deployment);
    } else {
      rollOut(deployment);
    }
  }

  function notePause(key: string): void {
    const deployment = latest(key);
    if (!deployment) return;
    const reason = conditionOf(deployment.status, "Progressing")?.reason;
    if (reason === "ProgressDeadlineExceeded") return;
    const paused = deployment.spec.paused === true;
    if (paused === (reason === "DeploymentPaused")) return;
    changeStatus<Deployment>(context, RESOURCE_TYPES.deployments, deployment, ({ status }) => {
      status.conditions = withCondition(status.conditions ?? [], {
        type: "Progressing",
        status: "Unknown",
        reason: paused ? "DeploymentPaused" : "DeploymentResumed",
        message: paused ? "Deployment is paused" : "Deployment is resumed",
        now: now(),
      });
    });
  }

  function holdOrScale(deployment: Deployment): void {
    const sets = syncCurrentReplicaSet(context, deployment, false);
    scaleDeployment(context, deployment, sets);
    if (deployment.spec.paused) cleanUpOldReplicaSets(context, deployment, sets.old);
    writeStatus(deployment, countStatus(context, again(deployment), replicaSetsOf(context, deployment)));
  }

  function rollOut(deployment: Deployment): void {
    const sets = syncCurrentReplicaSet(context, deployment, true);
    const moved = scaleCurrent(context, deployment, sets) || scaleOldDown(context, deployment, sets);
    if (!moved) cleanUpWhenComplete(deployment, sets);
    finishSync(deployment);
  }

  function recreate(deployment: Deployment): void {
    const sets = syncCurrentReplicaSet(context, deployment, false);
    const active = sets.old.filter(({ spec }) => spec.replicas > 0);
    for (const replicaSet of active) scaleReplicaSet(context, deployment, replicaSet, 0);
    if (active.length === 0 && !hasOldPods(sets)) {
      const current = syncCurrentReplicaSet(context, deployment, true);
      if (!scaleCurrent(context, deployment, current)) cleanUpWhenComplete(deployment, current);
    }
    finishSync(deployment);
  }

  /** Also pods that are still terminating: Recreate waits until the old version is really gone. */
  function hasOldPods({ old }: ReplicaSetsOf): boolean {
    const pods = old.flatMap(({ metadata }) => ownerIndex(store).managed<Pod>(RESOURCE_TYPES.pods, metadata.uid));
    return pods.some(({ status }) => !["Failed", "Succeeded"].includes(status.phase));
  }

  function cleanUpWhenComplete(deployment: Deployment, { old }: ReplicaSetsOf): void {
    if (isComplete(deployment, again(deployment).status)) cleanUpOldReplicaSets(context, deployment, old);
  }

  function finishSync(deployment: Deployment): void {
    writeStatus(deployment, rolloutStatus(context, again(deployment), replicaSetsOf(context, deployment)));
    const written = again(deployment);
    const wait = millisecondsToDeadline(written, written.status, now());
    if (wait !== undefined) queue.addAfter(queueKey(deployment), Math.max(0, wait) + 50);
  }

  function again(deployment: Deployment): Deployment {
    return latest(queueKey(deployment)) ?? deployment;
  }

  function writeStatus(deployment: Deployment, status: DeploymentStatus): void {
    changeStatus<Deployment>(context, RESOURCE_TYPES.deployments, deployment, (copy) => {
      copy.status = status;
    });
  }

  const queue = new WorkQueue(sync);
  const unsubscribe = store.subscribe((event: StoreEvent) => {
    const { object, resource } = event;
    if (resource === RESOURCE_TYPES.deployments && event.type !== "DELETED") queue.add(queueKey(object));
    if (resource === RESOURCE_TYPES.replicasets) {
      const owner = controllerOf(object);
      if (owner?.kind === "Deployment") queue.add(`${object.metadata.namespace}/${owner.name}`);
    }
    // Recreate goes on when the last old pod is gone
    if (resource === RESOURCE_TYPES.pods && event.type === "DELETED") {
      const owner = store.find(RESOURCE_TYPES.replicasets, object.metadata.namespace, controllerOf(object)?.name ?? "");
      const grandOwner = owner && controllerOf(owner);
      if (grandOwner) queue.add(`${object.metadata.namespace}/${grandOwner.name}`);
    }
  });
  return {
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}
