import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject, PodTemplate } from "../objects.ts";
import type { DaemonSet } from "../workload-objects.ts";
import { defaultTemplate, dropZeroValues, fill } from "./defaults.ts";
import type { ResourceType } from "./resource-types.ts";

type Fields = Record<string, unknown>;

const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

function fieldsOf(parent: Fields, key: string): Fields {
  const fields = (parent[key] as Fields | undefined) ?? {};
  parent[key] = fields;
  return fields;
}

function defaultStatefulSet(spec: Fields): void {
  defaultTemplate(spec);
  fill(spec, {
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: "OrderedReady",
    updateStrategy: { type: "RollingUpdate", rollingUpdate: {} },
  });
  dropZeroValues(spec, ["minReadySeconds", "volumeClaimTemplates"]);
  const strategy = fieldsOf(spec, "updateStrategy");
  fill(strategy, { type: "RollingUpdate" });
  if (strategy.type === "RollingUpdate") fill(fieldsOf(strategy, "rollingUpdate"), { partition: 0 });
}

function defaultDaemonSet(spec: Fields, { metadata }: KubernetesObject): void {
  defaultTemplate(spec);
  fill(spec, { revisionHistoryLimit: 10 });
  dropZeroValues(spec, ["minReadySeconds"]);
  const strategy = fieldsOf(spec, "updateStrategy");
  fill(strategy, { type: "RollingUpdate" });
  if (strategy.type === "RollingUpdate") fill(fieldsOf(strategy, "rollingUpdate"), { maxUnavailable: 1, maxSurge: 0 });
  metadata.annotations = { [TEMPLATE_GENERATION]: "1", ...metadata.annotations };
}

/** A Job selects its pods by its own uid, unless it says that it does so by hand. */
function defaultJob(spec: Fields, { metadata }: KubernetesObject): void {
  defaultTemplate(spec);
  if (spec.completions === undefined && spec.parallelism === undefined) fill(spec, { completions: 1 });
  fill(spec, { parallelism: 1, backoffLimit: 6 });
  if (spec.manualSelector === true) return;
  const template = spec.template as PodTemplate;
  const labels = { "controller-uid": metadata.uid, "job-name": metadata.name };
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } };
  fill(spec, { selector: { matchLabels: { "controller-uid": metadata.uid } } });
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...template.metadata.labels };
}

/** Nobody runs it here on its schedule: it is a template for Jobs. Those get a Job's own defaults when they are made. */
function defaultCronJob(spec: Fields): void {
  fill(spec, { concurrencyPolicy: "Allow", suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  const jobTemplate = fieldsOf(spec, "jobTemplate");
  jobTemplate.metadata = { creationTimestamp: null, ...(jobTemplate.metadata as Fields | undefined) };
  defaultTemplate(fieldsOf(jobTemplate, "spec"));
}

/** What a server fills in for the workloads that are not Deployments. */
export const WORKLOAD_DEFAULTS: Readonly<Record<string, (spec: Fields, object: KubernetesObject) => void>> = {
  statefulsets: defaultStatefulSet,
  daemonsets: defaultDaemonSet,
  jobs: defaultJob,
  cronjobs: defaultCronJob,
};

/** The status of a workload that no controller has seen yet. */
export function firstStatus(type: ResourceType): Fields {
  if (type.plural === "replicasets" || type.plural === "statefulsets") return { replicas: 0 };
  if (type.plural !== "daemonsets") return {};
  return { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
}

/** Counts the templates of a DaemonSet in an annotation that only the server may write. */
export function countTemplate(object: DaemonSet, before: DaemonSet): void {
  const count = Number(before.metadata.annotations?.[TEMPLATE_GENERATION] ?? 1);
  const changed = !isDeepStrictEqual(object.spec.template, before.spec.template);
  object.metadata.annotations = { ...object.metadata.annotations, [TEMPLATE_GENERATION]: String(changed ? count + 1 : count) };
}
