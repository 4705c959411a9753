import type { Deployment, KubernetesObject, PodTemplate, ReplicaSet } from "../objects.ts";
import type { CronJob, DaemonSet, Job, StatefulSet } from "../workload-objects.ts";
import { changeProblems } from "./forbidden-changes.ts";
import type { ResourceType } from "./resource-types.ts";
import { selectorMatches } from "./selectors.ts";
import { type FieldProblem, forbiddenField, invalid, invalidValue, required } from "./status-error.ts";
import { schemaProblems } from "./structural-schema.ts";
import { cronJobProblems, daemonSetProblems, jobProblems, statefulSetProblems } from "./workload-validation.ts";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function nameProblems(object: KubernetesObject, type: ResourceType): FieldProblem[] {
  const { name } = object.metadata;
  if (!name) return [{ reason: "FieldValueRequired", message: "Required value: name or generateName is required", field: "metadata.name" }];
  // RBAC names may hold colons (system:...)
  if (type.group === "rbac.authorization.k8s.io" || SUBDOMAIN.test(name)) return [];
  return [invalidValue("metadata.name", name, SUBDOMAIN_TEXT)];
}

function containerProblems(containers: unknown, field: string): FieldProblem[] {
  if (!Array.isArray(containers) || containers.length === 0) return [required(field)];
  const names = containers.map((container) => container?.name);
  return containers.flatMap((container, index) => [
    ...(container?.name ? [] : [required(`${field}[${index}].name`)]),
    ...(container?.image ? [] : [required(`${field}[${index}].image`)]),
    ...(names.indexOf(container?.name) < index
      ? [{ reason: "FieldValueDuplicate", message: `Duplicate value: "${container?.name}"`, field: `${field}[${index}].name` }]
      : []),
  ]);
}

function templateProblems(spec: { selector?: Deployment["spec"]["selector"]; template: PodTemplate }): FieldProblem[] {
  const hasSelector = Object.keys(spec.selector ?? {}).length > 0;
  const labels = spec.template.metadata?.labels;
  return [
    ...(hasSelector ? [] : [required("spec.selector")]),
    ...(hasSelector && selectorMatches(spec.selector, labels)
      ? []
      : [invalidValue("spec.template.metadata.labels", labels ?? {}, "`selector` does not match template `labels`")]),
    ...containerProblems(spec.template.spec.containers, "spec.template.spec.containers"),
  ];
}

function replicasProblems(replicas: number): FieldProblem[] {
  return replicas < 0 ? [invalidValue("spec.replicas", replicas, "must be greater than or equal to 0")] : [];
}

/** A count or a percentage as a number that tells only whether it is zero. */
function sizeOf(value: number | string | undefined): number {
  return typeof value === "string" ? Number.parseInt(value, 10) : (value ?? 0);
}

function strategyProblems({ strategy }: Deployment["spec"]): FieldProblem[] {
  const field = "spec.strategy.rollingUpdate";
  if (strategy.type === "Recreate") {
    return strategy.rollingUpdate ? [forbiddenField(field, "may not be specified when strategy `type` is 'Recreate'")] : [];
  }
  if (strategy.type !== "RollingUpdate") {
    const message = `Unsupported value: "${strategy.type}": supported values: "Recreate", "RollingUpdate"`;
    return [{ reason: "FieldValueNotSupported", message, field: "spec.strategy" }];
  }
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate ?? {};
  const odd = Object.entries({ maxSurge, maxUnavailable }).filter(([, value]) => typeof value === "string" && !/^[0-9]+%$/.test(value));
  if (odd.length > 0) {
    return odd.map(([key, value]) =>
      invalidValue(`${field}.${key}`, value, "a valid percent string must be a numeric string followed by an ending '%'"),
    );
  }
  if (sizeOf(maxSurge) === 0 && sizeOf(maxUnavailable) === 0) {
    return [invalidValue(`${field}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0")];
  }
  return [];
}

function deploymentProblems(deployment: Deployment): FieldProblem[] {
  const { spec } = deployment;
  const tooShort = spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0);
  return [
    ...replicasProblems(spec.replicas),
    ...templateProblems(spec),
    ...strategyProblems(spec),
    ...(tooShort
      ? [invalidValue("spec.progressDeadlineSeconds", spec.progressDeadlineSeconds, "must be greater than minReadySeconds")]
      : []),
  ];
}

function problemsOf(type: ResourceType, object: KubernetesObject): FieldProblem[] {
  if (type.custom) return schemaProblems(type.custom.schema, object);
  switch (type.plural) {
    case "deployments":
      return deploymentProblems(object as Deployment);
    case "statefulsets":
      return statefulSetProblems(object as StatefulSet, templateProblems);
    case "daemonsets":
      return daemonSetProblems(object as DaemonSet, templateProblems);
    case "jobs":
      return jobProblems(object as Job);
    case "cronjobs":
      return cronJobProblems(object as CronJob);
    case "replicasets":
      return [...replicasProblems((object as ReplicaSet).spec.replicas), ...templateProblems((object as ReplicaSet).spec)];
    case "pods":
      return containerProblems((object.spec as { containers?: unknown }).containers, "spec.containers");
    case "horizontalpodautoscalers": {
      const { maxReplicas, minReplicas } = object.spec as { maxReplicas?: number; minReplicas: number };
      if ((maxReplicas ?? 0) < 1) return [invalidValue("spec.maxReplicas", maxReplicas ?? 0, "must be greater than 0")];
      return (maxReplicas ?? 0) < minReplicas
        ? [invalidValue("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`")]
        : [];
    }
    case "services":
      return serviceProblems(object.spec as { type?: string; clusterIP?: string; ports?: unknown[] });
    case "poddisruptionbudgets": {
      const { minAvailable, maxUnavailable } = object.spec as { minAvailable?: unknown; maxUnavailable?: unknown };
      const both = minAvailable !== undefined && maxUnavailable !== undefined;
      return both ? [invalidValue("spec", object.spec, "minAvailable and maxUnavailable cannot be both set")] : [];
    }
    default:
      return [];
  }
}

function serviceProblems({ type, clusterIP, ports }: { type?: string; clusterIP?: string; ports?: unknown[] }): FieldProblem[] {
  const needsPorts = clusterIP !== "None" && type !== "ExternalName";
  return needsPorts && !ports?.length ? [required("spec.ports")] : [];
}

/** Refuses (422) what a real server refuses, as far as Rollguard and its tests can reach it. */
export function validate(type: ResourceType, object: KubernetesObject, before?: KubernetesObject): void {
  const problems = [...nameProblems(object, type), ...problemsOf(type, object), ...(before ? changeProblems(type, object, before) : [])];
  if (problems.length > 0) throw invalid(type, object.metadata.name, problems);
}
