import { isDeepStrictEqual } from "node:util";
import type { Deployment, KubernetesObject, Pod } from "../objects.ts";
import type { Job, StatefulSet } from "../workload-objects.ts";
import { RESOURCE_TYPES, type ResourceType } from "./resource-types.ts";
import { type FieldProblem, forbiddenField, invalidValue } from "./status-error.ts";
import { jobChangeProblems, statefulSetChangeProblems } from "./workload-validation.ts";

const FIXED = "field is immutable";

type ChangeRule = (object: KubernetesObject, before: KubernetesObject) => FieldProblem[];

const fixedField =
  (field: string, path = field, refuse = (value: unknown) => invalidValue(path, value, FIXED)): ChangeRule =>
  (object, before) =>
    isDeepStrictEqual(object[field], before[field]) ? [] : [refuse(object[field])];

const fixedSelector: ChangeRule = (object, before) => {
  const [selector, old] = [(object as Deployment).spec.selector, (before as Deployment).spec.selector];
  return isDeepStrictEqual(selector, old) ? [] : [invalidValue("spec.selector", selector ?? {}, FIXED)];
};

const markedImmutable: ChangeRule = (object, before) => {
  if (before.immutable !== true) return [];
  const changed = ["immutable", "data", "binaryData"].filter((field) => !isDeepStrictEqual(object[field], before[field]));
  return changed.map((field) => forbiddenField(field, "field is immutable when `immutable` is set"));
};

function serviceProblems(object: KubernetesObject, before: KubernetesObject): FieldProblem[] {
  const [address, old] = [object, before].map(({ spec }) => (spec as { clusterIP?: string }).clusterIP);
  if (!old || address === old) return [];
  const [value, text] = address
    ? [`[]string{${JSON.stringify(address)}}`, "may not change once set"]
    : ["[]string(nil)", "primary clusterIP can not be unset"];
  return [{ reason: "FieldValueInvalid", message: `Invalid value: ${value}: ${text}`, field: "spec.clusterIPs[0]" }];
}

const POD_TEXT =
  "pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` (only additions to existing tolerations)";

function podProblems(object: KubernetesObject, before: KubernetesObject): FieldProblem[] {
  const changeless = ({ spec }: KubernetesObject): unknown => {
    const { containers, initContainers, activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...rest } = spec as Pod["spec"];
    const withoutImage = (list: unknown): unknown => (list as { image: string }[] | undefined)?.map(({ image: _image, ...one }) => one);
    return { ...rest, containers: withoutImage(containers), initContainers: withoutImage(initContainers) };
  };
  return isDeepStrictEqual(changeless(object), changeless(before)) ? [] : [forbiddenField("spec", POD_TEXT)];
}

const RULES: Readonly<Record<string, readonly ChangeRule[]>> = {
  configmaps: [markedImmutable],
  secrets: [fixedField("type"), markedImmutable],
  services: [serviceProblems],
  pods: [podProblems],
  deployments: [fixedSelector],
  replicasets: [fixedSelector],
  daemonsets: [fixedSelector],
  statefulsets: [(object, before) => statefulSetChangeProblems(object as StatefulSet, before as StatefulSet)],
  jobs: [(object, before) => jobChangeProblems(object as Job, before as Job)],
  priorityclasses: [fixedField("value", "Value", () => forbiddenField("Value", "may not be changed in an update."))],
  endpointslices: [fixedField("addressType")],
};

/** Kinds that do not take a PUT without a resourceVersion. */
const CONDITIONAL: readonly ResourceType[] = [RESOURCE_TYPES.poddisruptionbudgets, RESOURCE_TYPES.customresourcedefinitions];

/** A PUT that does not say which version it replaces, where that is asked for. */
export function versionProblems(type: ResourceType, object: KubernetesObject): FieldProblem[] {
  if (object.metadata.resourceVersion || !(type.custom || CONDITIONAL.includes(type))) return [];
  return [
    { reason: "FieldValueInvalid", message: "Invalid value: 0x0: must be specified for an update", field: "metadata.resourceVersion" },
  ];
}

/** What may not change in an object of this kind once it is there. */
export function changeProblems(type: ResourceType, object: KubernetesObject, before: KubernetesObject): FieldProblem[] {
  const { uid } = object.metadata;
  return [
    ...(uid === before.metadata.uid ? [] : [invalidValue("metadata.uid", uid, FIXED)]),
    ...(type.custom ? [] : (RULES[type.plural] ?? []).flatMap((rule) => rule(object, before))),
  ];
}
