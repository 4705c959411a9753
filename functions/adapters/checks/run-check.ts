import type { Job } from "kubernetes-types/batch/v1.d.ts";
import type { Event, Pod } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import { TransientUpstreamError } from "../../domain/errors.ts";
import { redactedTo } from "../../domain/redact.ts";
import { ANNOTATIONS, FIELD_MANAGER, type WriteResult, type WriteStamp } from "../../domain/workload.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { laterFence, result } from "../kubernetes/object-write.ts";
import { checkJob, checkJobName, jobPath, type RunCheck } from "./check-job.ts";
import { hasRun, obstacle, toldByEvents } from "./check-pods.ts";
import { findCronJob } from "./cron-job.ts";

const MESSAGE_LENGTH = 200;

/** A Job from the template of a CronJob; its end is the verdict. A check that never ran says nothing of the service. */
export const runCheck: ActionModule<RunCheck> = {
  async apply(kubernetes, target, action, stamp) {
    const fenced = await laterFence(kubernetes, target, stamp);
    if (fenced !== null) return result("superseded", fenced);
    const found = await findCronJob(kubernetes, target, action.job);
    if (typeof found === "string") return result("refused", found);
    const job = checkJob(found.cronJob, found.apiVersion, { action, stamp });
    const name = checkJobName(action, stamp.execution);
    const answer = await create(kubernetes, target, job, stamp);
    switch (answer.outcome) {
      case "stored":
        return isOf(answer.object, stamp)
          ? result("applied", `Job ${name} runs the check ${action.job}`)
          : result(
              "refused",
              `the API server stored Job ${name} without the annotation ${ANNOTATIONS.execution}: an admission webhook drops it`,
            );
      case "exists":
        return existing(kubernetes, target, name, stamp);
      case "denied":
        return result("refused", `the API server denied Job ${name}: ${redactedTo(MESSAGE_LENGTH, answer.message)}`);
    }
  },

  async confirm(kubernetes, target, action, stamp) {
    const name = checkJobName(action, stamp.execution);
    const what = `Job ${target.namespace}/${name}`;
    const job = await kubernetes.get<Job>(jobPath(target, name));
    if (job === null) return { verdict: "inconclusive", reason: `${what} is gone, and its end with it` };
    if (!isOf(job, stamp)) return { verdict: "inconclusive", reason: `${what} belongs to another execution` };
    const condition = (wanted: string) => job.status?.conditions?.find(({ type, status }) => type === wanted && status === "True");
    if (condition("Complete")) return { verdict: "proven", reason: `check ${action.job} passed (${what})` };
    const pods = await podsOf(kubernetes, target, job);
    const failed = condition("Failed");
    if (failed === undefined) return { verdict: "not-yet", reason: `check ${action.job} has not ended (${what}): ${stateOf(job, pods)}` };
    const { reason = "Failed", message = "" } = failed;
    const why = await whyNotRun(kubernetes, target, { name, reason, pods });
    return why === null
      ? { verdict: "lost", reason: `check ${action.job} failed (${what}): ${reason}: ${redactedTo(MESSAGE_LENGTH, message)}` }
      : { verdict: "inconclusive", reason: `check ${action.job} could not run (${what}, ${reason}): ${why}` };
  },
};

/** No answer leaves open whether it was created: then the Job itself tells. */
async function create(kubernetes: KubernetesClient, target: Target, job: Job, stamp: WriteStamp) {
  try {
    return await kubernetes.create<Job>(`${jobPath(target)}?fieldManager=${FIELD_MANAGER}`, job);
  } catch (error) {
    if (!(error instanceof TransientUpstreamError)) throw error;
    const live = await kubernetes.get<Job>(jobPath(target, job.metadata?.name));
    if (live !== null && isOf(live, stamp)) return { outcome: "stored", object: live } as const;
    throw error;
  }
}

async function existing(kubernetes: KubernetesClient, target: Target, name: string, stamp: WriteStamp): Promise<WriteResult> {
  const live = await kubernetes.get<Job>(jobPath(target, name));
  if (live === null) return result("refused", `Job ${name} was there and is gone again: somebody deletes it`);
  if (isOf(live, stamp)) return result("already-applied", `Job ${name} was created before`);
  const owner = live.metadata?.annotations?.[ANNOTATIONS.execution];
  return result("refused", `Job ${name} exists already and belongs to ${owner ?? "no execution"}`);
}

function isOf({ metadata }: Job, { execution }: WriteStamp): boolean {
  return metadata?.annotations?.[ANNOTATIONS.execution] === execution;
}

async function podsOf(kubernetes: KubernetesClient, target: Target, { metadata }: Job): Promise<readonly Pod[]> {
  const pods = await kubernetes.list<Pod>(`${corePath(target)}/pods`, `job-name=${metadata?.name}`);
  return (pods ?? []).filter((pod) => pod.metadata?.ownerReferences?.some(({ uid }) => uid === metadata?.uid));
}

function stateOf({ status, spec }: Job, pods: readonly Pod[]): string {
  if (spec?.suspend) return "it is suspended";
  if (pods.length === 0 && !status?.active) return "it has no pod yet";
  return obstacle(pods) ?? (pods.some(hasRun) ? "it runs" : "its pod starts");
}

/** Null when the check did run. Its controller deletes the pods of a Job that is out of time, so that often only events tell. */
async function whyNotRun(
  kubernetes: KubernetesClient,
  target: Target,
  { name, reason, pods }: { readonly name: string; readonly reason: string; readonly pods: readonly Pod[] },
): Promise<string | null> {
  if (pods.some(hasRun)) return null;
  const outOfTime = reason === "DeadlineExceeded";
  // Pods were counted as failed, and have been cleaned up since.
  if (pods.length === 0 && !outOfTime) return null;
  const seen = obstacle(pods);
  if (seen !== null && !outOfTime) return seen;
  const told = toldByEvents((await kubernetes.list<Event>(`${corePath(target)}/events`)) ?? [], name);
  return told.started ? null : (seen ?? told.obstacle ?? "nothing tells that a container was started");
}

function corePath({ namespace }: Target): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
}
