import { createHash } from "node:crypto";
import type { CronJob, Job } from "kubernetes-types/batch/v1.d.ts";
import type { Container, PodSpec } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import { ANNOTATIONS, type WriteStamp } from "../../domain/workload.ts";

export type RunCheck = Extract<ClusterAction, { kind: "run-check" }>;

/** Names the CronJob that a Job is a check of, to find all of them by. */
export const CHECK_LABEL = "rollguard.dev/check";

/** Its pods are `<job>-xxxxx`: the API server cuts what stands before the five letters at 58 characters. */
const MAXIMUM_NAME_CHARACTERS = 57;
const HASH_CHARACTERS = 12;
/**
 * Long enough to look at a check the morning after, and at least that: a Job that is gone before its end was read has lost its verdict, and a step that is
 * applied again would run the check twice. A Job without it stays until somebody deletes it.
 */
const KEPT_SECONDS = 86_400;

/**
 * The same for the same execution and step, whatever the fence: a step that is applied twice finds its Job again. Two checks in one plan that differ in
 * nothing would be one: `params.phase` tells them apart.
 */
export function checkJobName({ job, deadlineSeconds, params = {} }: RunCheck, execution: string): string {
  const step = [job, deadlineSeconds, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))];
  const hash = createHash("sha256")
    .update(JSON.stringify([execution, step]))
    .digest("hex")
    .slice(0, HASH_CHARACTERS);
  const room = MAXIMUM_NAME_CHARACTERS - HASH_CHARACTERS - 1;
  return `${job.slice(0, room).replace(/[^a-z0-9]+$/, "")}-${hash}`;
}

/** Where the Jobs of the target's namespace are, or one of them. */
export function jobPath({ namespace }: Target, name?: string): string {
  const all = `/apis/batch/v1/namespaces/${encodeURIComponent(namespace)}/jobs`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

/**
 * The CronJob's template as a Job of this execution, as `kubectl create job --from` makes it. The CronJob owns it without being its controller: else its
 * history limits could remove the Job before its end was read.
 */
export function checkJob(cronJob: CronJob, apiVersion: string, { action, stamp }: { action: RunCheck; stamp: WriteStamp }): Job {
  const { metadata, spec: template } = cronJob.spec?.jobTemplate ?? {};
  const { name = action.job, uid = "" } = cronJob.metadata ?? {};
  const ours = {
    [ANNOTATIONS.execution]: stamp.execution,
    [ANNOTATIONS.fence]: String(stamp.fence),
    "cronjob.kubernetes.io/instantiate": "manual",
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: checkJobName(action, stamp.execution),
      labels: { ...metadata?.labels, [CHECK_LABEL]: action.job },
      annotations: { ...metadata?.annotations, ...ours },
      ownerReferences: [{ apiVersion, kind: "CronJob", name, uid }],
    },
    spec: {
      ...template,
      template: { ...template?.template, spec: withEnvironment(template?.template.spec, environmentOf(action)) },
      activeDeadlineSeconds: Math.min(template?.activeDeadlineSeconds ?? Number.POSITIVE_INFINITY, action.deadlineSeconds),
      ttlSecondsAfterFinished: Math.max(template?.ttlSecondsAfterFinished ?? 0, KEPT_SECONDS),
    },
  };
}

/** `error rate` is ROLLGUARD_ERROR_RATE. */
function environmentOf({ params = {} }: RunCheck): { name: string; value: string }[] {
  return Object.entries(params).map(([key, value]) => ({ name: `ROLLGUARD_${key.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}`, value }));
}

/** Ours come first, since only later variables can refer to them, and replace those of the same name. */
function withEnvironment(spec: PodSpec | undefined, ours: readonly { name: string; value: string }[]): PodSpec {
  const names = new Set(ours.map(({ name }) => name));
  const given = (container: Container): Container => ({
    ...container,
    env: [...ours, ...(container.env ?? []).filter(({ name }) => !names.has(name))],
  });
  const { containers = [], initContainers } = spec ?? {};
  return {
    ...spec,
    containers: containers.map(given),
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map(given) }),
  };
}
