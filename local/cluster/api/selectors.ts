import type { KubernetesObject, LabelSelector } from "../objects.ts";
import type { ResourceType } from "./resource-types.ts";
import { badRequest } from "./status-error.ts";

export type Labels = Readonly<Record<string, string>> | undefined;
export type ObjectTest = (object: KubernetesObject) => boolean;

interface Requirement {
  readonly key: string;
  readonly operator: "in" | "notin" | "exists" | "absent";
  readonly values: readonly string[];
}

const SET_BASED = /^([^\s=!,()]+)\s+(in|notin)\s*\(([^)]*)\)$/;
const EQUALITY = /^([^\s=!,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)$/;
const EXISTENCE = /^(!?)\s*([^\s=!,()]+)$/;

/** Splits at commas outside parentheses. */
function partsOf(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function parseRequirement(part: string): Requirement {
  const set = SET_BASED.exec(part);
  if (set) {
    const [, key = "", operator, values = ""] = set;
    return { key, operator: operator as "in" | "notin", values: values.split(",").map((value) => value.trim()) };
  }
  const equality = EQUALITY.exec(part);
  if (equality) {
    const [, key = "", operator, value = ""] = equality;
    return { key, operator: operator === "!=" ? "notin" : "in", values: [value] };
  }
  const existence = EXISTENCE.exec(part);
  if (existence) {
    const [, not, key = ""] = existence;
    return { key, operator: not ? "absent" : "exists", values: [] };
  }
  throw badRequest(`unable to parse requirement: found '${part}', expected: a label selector`);
}

function holds(requirement: Requirement, labels: Labels): boolean {
  const value = labels?.[requirement.key];
  switch (requirement.operator) {
    case "in":
      return value !== undefined && requirement.values.includes(value);
    case "notin":
      return value === undefined || !requirement.values.includes(value);
    case "exists":
      return value !== undefined;
    case "absent":
      return value === undefined;
  }
}

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k`. */
export function parseLabelSelector(selector: string): (labels: Labels) => boolean {
  const requirements = selector.trim() === "" ? [] : partsOf(selector).map(parseRequirement);
  return (labels) => requirements.every((requirement) => holds(requirement, labels));
}

const OPERATORS: Readonly<Record<string, Requirement["operator"]>> = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "absent" };

/** Does a workload's `spec.selector` match these labels? An empty selector matches nothing here, as in the workload controllers. */
export function selectorMatches(selector: LabelSelector | undefined, labels: Labels): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {});
  const expressions = selector?.matchExpressions ?? [];
  if (equal.length + expressions.length === 0) return false;
  return (
    equal.every(([key, value]) => labels?.[key] === value) &&
    expressions.every(({ key, operator, values = [] }) => {
      const known = OPERATORS[operator];
      return known !== undefined && holds({ key, operator: known, values }, labels);
    })
  );
}

/** A workload's selector in the text form that `/scale` shows. */
export function selectorText(selector: LabelSelector): string {
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(",")})`;
  });
  return [...equal, ...expressions].join(",");
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase", "status.podIP"],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "type",
  ],
  nodes: ["spec.unschedulable"],
  namespaces: ["status.phase"],
  secrets: ["type"],
  replicasets: ["status.replicas"],
};

function fieldOf(object: KubernetesObject, path: string): string {
  const value = path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
  return value === undefined ? "" : String(value);
}

/** Kinds with fields of their own say it in other words than those that know names only. */
function unknownField(type: ResourceType, path: string, known: readonly string[]): string {
  if (type.custom || FIELDS[type.plural]) return `field label not supported: ${path}`;
  return `"${path}" is not a known field selector: only ${known.map((field) => `"${field}"`).join(", ")}`;
}

/** `metadata.name=x,involvedObject.uid!=y`; fields that the kind does not index are 400, as on a real server. */
export function parseFieldSelector(type: ResourceType, selector: string): ObjectTest {
  const known = ["metadata.name", ...(type.namespaced ? ["metadata.namespace"] : []), ...(FIELDS[type.plural] ?? [])];
  const tests = (selector === "" ? [] : selector.split(",")).map((part) => {
    const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part);
    if (!match) throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`);
    const [, path = "", operator, value = ""] = match;
    if (!known.includes(path)) throw badRequest(unknownField(type, path, known));
    return { path, value, equal: operator !== "!=" };
  });
  return (object) => tests.every(({ path, value, equal }) => (fieldOf(object, path) === value) === equal);
}
