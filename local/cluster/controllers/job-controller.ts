import { deleteObject } from "../api/delete-operation.ts";
import type { StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES } from "../api/resource-types.ts";
import type { WriteContext } from "../api/write-operations.ts";
import { type Condition, controllerOf, type Pod, timestamp } from "../objects.ts";
import type { Job, JobStatus } from "../workload-objects.ts";
import { claimPods } from "./claim-pods.ts";
import { changeStatus, findByKey, isActivePod, queueKey, recordEvent } from "./cluster-access.ts";
import { ownerIndex } from "./owner-index.ts";
import { createPod } from "./pod-creation.ts";
import { WorkQueue } from "./work-queue.ts";

const COMPONENT = "job-controller";
const TYPE = RESOURCE_TYPES.jobs;
/** A real controller waits 10 s after the first failure, and twice as long after each more. */
const FIRST_PAUSE_MILLISECONDS = 100;

/** What becomes of a Job with these pods. */
export type JobVerdict = { readonly kind: "complete" } | { readonly kind: "failed"; readonly reason: string; readonly message: string };

/** undefined while the Job goes on. Restarts inside a pod count like failed pods. */
export function jobVerdict({ spec, status }: Job, pods: readonly Pod[], now: Date): JobVerdict | undefined {
  const failed = pods.filter((pod) => pod.status.phase === "Failed").length;
  const restarts = pods.flatMap((pod) => pod.status.containerStatuses ?? []).reduce((sum, one) => sum + one.restartCount, 0);
  if (pods.filter((pod) => pod.status.phase === "Succeeded").length >= (spec.completions ?? 1)) return { kind: "complete" };
  const tooMany = spec.template.spec.restartPolicy === "OnFailure" ? restarts > spec.backoffLimit : failed > spec.backoffLimit;
  if (tooMany) return { kind: "failed", reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
  const deadline = spec.activeDeadlineSeconds;
  const isLate =
    deadline !== undefined && status?.startTime !== undefined && now.getTime() >= Date.parse(status.startTime) + deadline * 1000;
  return isLate ? { kind: "failed", reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" } : undefined;
}

/** Runs each Job's pods, one at a time, to its completion or its backoff limit. */
export function startJobController(context: WriteContext): { stop(): void } {
  const { store, now } = context;
  ownerIndex(store);

  function sync(key: string): void {
    const job = findByKey<Job>(context, TYPE, key);
    if (!job || job.metadata.deletionTimestamp || isFinished(job)) return;
    const podsOf = (): Pod[] => claimPods(context, TYPE, job);
    const verdict = jobVerdict(job, podsOf(), now());
    if (verdict) {
      finish(job, podsOf(), verdict);
      return;
    }
    const failed = podsOf().filter(({ status }) => status.phase === "Failed").length;
    if (!podsOf().some(isActivePod)) makePodAfter(job, key, failed);
    writeStatus(job, podsOf());
    if (job.spec.activeDeadlineSeconds !== undefined) queue.addAfter(key, job.spec.activeDeadlineSeconds * 1000 + 50);
  }

  function isFinished({ status }: Job): boolean {
    return status?.conditions?.some((one) => ["Complete", "Failed"].includes(one.type) && one.status === "True") ?? false;
  }

  function makePodAfter(job: Job, key: string, failed: number): void {
    const ended = ownerIndex(store).managed<Pod>(RESOURCE_TYPES.pods, job.metadata.uid);
    const last = Math.max(0, ...ended.map(({ metadata }) => Date.parse(metadata.creationTimestamp)));
    const wait = failed === 0 ? 0 : last + FIRST_PAUSE_MILLISECONDS * 2 ** (failed - 1) - now().getTime();
    if (wait > 0) {
      queue.addAfter(key, wait);
      return;
    }
    const made = createPod(context, { type: TYPE, owner: job, template: job.spec.template, again: () => queue.add(key) });
    if ("pending" in made) return;
    const event =
      "pod" in made
        ? ({ reason: "SuccessfulCreate", message: `Created pod: ${made.pod.metadata.name}` } as const)
        : ({ type: "Warning", reason: "FailedCreate", message: `Error creating: ${made.refusal.message}` } as const);
    recordEvent(context, job, { ...event, component: COMPONENT });
    if ("refusal" in made) queue.retry(key);
  }

  function finish(job: Job, pods: readonly Pod[], verdict: JobVerdict): void {
    for (const { metadata } of pods.filter(isActivePod)) deleteObject(context, RESOURCE_TYPES.pods, metadata.namespace, metadata.name);
    const at = timestamp(now());
    const times = { lastProbeTime: at, lastTransitionTime: at };
    const isComplete = verdict.kind === "complete";
    const condition: Condition = isComplete
      ? { type: "Complete", status: "True", ...times }
      : { type: "Failed", status: "True", reason: verdict.reason, message: verdict.message, ...times };
    writeStatus(
      job,
      pods.filter((pod) => !isActivePod(pod)),
      { conditions: [condition], ...(isComplete ? { completionTime: at } : {}) },
    );
    const event = isComplete
      ? ({ reason: "Completed", message: "Job completed" } as const)
      : ({ type: "Warning", reason: verdict.reason, message: verdict.message } as const);
    recordEvent(context, job, { ...event, component: COMPONENT });
  }

  function writeStatus(job: Job, pods: readonly Pod[], more: Partial<JobStatus> = {}): void {
    const count = (test: (pod: Pod) => boolean): number => pods.filter(test).length;
    const counters = {
      active: count(isActivePod),
      succeeded: count(({ status }) => status.phase === "Succeeded"),
      failed: count(({ status }) => status.phase === "Failed"),
    };
    const present = Object.fromEntries(Object.entries(counters).filter(([, number]) => number > 0));
    changeStatus<Job>(context, TYPE, job, (copy) => {
      copy.status = { startTime: copy.status?.startTime ?? timestamp(now()), ...present, ...more };
    });
  }

  const queue = new WorkQueue(sync);
  const unsubscribe = store.subscribe(({ resource, type, object }: StoreEvent) => {
    if (resource === TYPE && type !== "DELETED") queue.add(queueKey(object));
    const owner = resource === RESOURCE_TYPES.pods ? controllerOf(object) : undefined;
    if (owner?.kind === TYPE.kind) queue.add(`${object.metadata.namespace}/${owner.name}`);
  });
  return {
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}
