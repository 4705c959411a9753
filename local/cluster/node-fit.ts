import type { Node, Taint, Toleration } from "./workload-objects.ts";

interface NodeSelectorTerm {
  matchExpressions?: NodeRequirement[];
  matchFields?: NodeRequirement[];
}

interface NodeRequirement {
  key: string;
  operator: string;
  values?: string[];
}

/** The parts of a pod's spec that say where it may run. */
export interface PlacedSpec {
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  tolerations?: Toleration[];
  affinity?: { nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: NodeSelectorTerm[] } } };
}

function holds({ operator, values = [] }: NodeRequirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return Number(value) > Number(values[0]);
    case "Lt":
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

function termsOf(spec: PlacedSpec): NodeSelectorTerm[] | undefined {
  return spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
}

/** Do `nodeSelector` and required node affinity allow this Node? */
export function selectsNode(spec: PlacedSpec, { metadata }: Node): boolean {
  const labels = metadata.labels ?? {};
  const fits = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean =>
    matchExpressions.length + matchFields.length > 0 &&
    matchExpressions.every((one) => holds(one, labels[one.key])) &&
    matchFields.every((one) => holds(one, one.key === "metadata.name" ? metadata.name : undefined));
  return Object.entries(spec.nodeSelector ?? {}).every(([label, value]) => labels[label] === value) && (termsOf(spec)?.some(fits) ?? true);
}

function tolerates({ key, operator = "Equal", value = "", effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  return operator === "Exists" || (key !== undefined && value === (taint.value ?? ""));
}

/** The first taint with one of these effects that the pod does not tolerate. */
export function untoleratedTaint(spec: PlacedSpec, node: Node, effects: readonly Taint["effect"][]): Taint | undefined {
  const tolerations = spec.tolerations ?? [];
  return node.spec?.taints?.find((taint) => effects.includes(taint.effect) && !tolerations.some((one) => tolerates(one, taint)));
}

/** The Node that a pod is on, or is meant for by its affinity to one name: how DaemonSets place their pods. */
export function targetNodeOf(spec: PlacedSpec): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  for (const { matchFields = [] } of termsOf(spec) ?? []) {
    const named = matchFields.find(({ key, operator }) => key === "metadata.name" && operator === "In");
    if (named?.values?.length === 1) return named.values[0];
  }
  return undefined;
}
