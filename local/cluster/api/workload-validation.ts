import { isDeepStrictEqual } from "node:util";
import type { LabelSelector, PodTemplate } from "../objects.ts";
import type { CronJob, DaemonSet, Job, StatefulSet } from "../workload-objects.ts";
import { type FieldProblem, invalidValue, required } from "./status-error.ts";

type TemplateProblems = (spec: { selector: LabelSelector; template: PodTemplate }) => FieldProblem[];

const MUTABLE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldProblem => ({
  reason: "FieldValueNotSupported",
  message: `Unsupported value: "${value}": supported values: ${supported.map((one) => `"${one}"`).join(", ")}`,
  field,
});

function oneOf(field: string, value: string, supported: readonly string[]): FieldProblem[] {
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

/** What a server refuses in a StatefulSet. */
export function statefulSetProblems({ spec }: StatefulSet, templateProblems: TemplateProblems): FieldProblem[] {
  const partition = spec.updateStrategy.rollingUpdate?.partition ?? 0;
  const negative = "must be greater than or equal to 0";
  return [
    ...(spec.replicas < 0 ? [invalidValue("spec.replicas", spec.replicas, negative)] : []),
    ...(partition < 0 ? [invalidValue("spec.updateStrategy.rollingUpdate.partition", partition, negative)] : []),
    ...oneOf("spec.podManagementPolicy", spec.podManagementPolicy, ["OrderedReady", "Parallel"]),
    ...oneOf("spec.updateStrategy", spec.updateStrategy.type, ["RollingUpdate", "OnDelete"]),
    ...templateProblems(spec),
  ];
}

/** What may not change in a StatefulSet once it is there. */
export function statefulSetChangeProblems(object: StatefulSet, before: StatefulSet): FieldProblem[] {
  const fixed = ({ spec }: StatefulSet): unknown => Object.fromEntries(Object.entries(spec).filter(([key]) => !MUTABLE.includes(key)));
  if (isDeepStrictEqual(fixed(object), fixed(before))) return [];
  const names = MUTABLE.map((field) => `'${field}'`);
  const text = `updates to statefulset spec for fields other than ${names.slice(0, -1).join(", ")} and ${names.at(-1)} are forbidden`;
  return [{ reason: "FieldValueForbidden", message: `Forbidden: ${text}`, field: "spec" }];
}

/** What a server refuses in a DaemonSet. */
export function daemonSetProblems({ spec }: DaemonSet, templateProblems: TemplateProblems): FieldProblem[] {
  const { maxUnavailable, maxSurge } = spec.updateStrategy.rollingUpdate ?? {};
  const isZero = (value: number | string | undefined): boolean => Number.parseInt(String(value ?? 0), 10) === 0;
  const stuck = spec.updateStrategy.type === "RollingUpdate" && isZero(maxUnavailable) && isZero(maxSurge);
  const field = "spec.updateStrategy.rollingUpdate.maxUnavailable";
  return [
    ...templateProblems(spec),
    ...oneOf("spec.updateStrategy", spec.updateStrategy.type, ["RollingUpdate", "OnDelete"]),
    ...(stuck ? [invalidValue(field, maxUnavailable ?? 0, "cannot be 0 when maxSurge is 0")] : []),
  ];
}

/** What a server refuses in a Job. */
export function jobProblems({ spec }: Job): FieldProblem[] {
  return oneOf("spec.template.spec.restartPolicy", String(spec.template.spec.restartPolicy), ["OnFailure", "Never"]);
}

/** What a server refuses in a CronJob, as far as it is a template for Jobs. */
export function cronJobProblems({ spec }: CronJob): FieldProblem[] {
  const restartPolicy = String(spec.jobTemplate.spec.template.spec.restartPolicy);
  return [
    ...(spec.schedule ? [] : [required("spec.schedule")]),
    ...oneOf("spec.jobTemplate.spec.template.spec.restartPolicy", restartPolicy, ["OnFailure", "Never"]),
  ];
}

/** What may not change in a Job once it is there. */
export function jobChangeProblems(object: Job, before: Job): FieldProblem[] {
  return (["completions", "selector", "template"] as const).flatMap((key) =>
    isDeepStrictEqual(object.spec[key], before.spec[key]) ? [] : [invalidValue(`spec.${key}`, object.spec[key], "field is immutable")],
  );
}
