import { type PlacedSpec, selectsNode, targetNodeOf, untoleratedTaint } from "../node-fit.ts";
import type { Pod } from "../objects.ts";
import type { DaemonSet, Node, Toleration } from "../workload-objects.ts";

const tolerated = (key: string, effect: "NoSchedule" | "NoExecute"): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: "Exists",
  effect,
});

/** What the controller adds to every daemon pod; `not-ready:NoSchedule` is not among them. */
const DAEMON_TOLERATIONS: readonly Toleration[] = [
  tolerated("not-ready", "NoExecute"),
  tolerated("unreachable", "NoExecute"),
  tolerated("disk-pressure", "NoSchedule"),
  tolerated("memory-pressure", "NoSchedule"),
  tolerated("pid-pressure", "NoSchedule"),
  tolerated("unschedulable", "NoSchedule"),
];

/** Whether a daemon pod is to be on a Node, and whether one that is there may stay. */
export interface DaemonPlace {
  readonly shouldRun: boolean;
  readonly mayStay: boolean;
}

function daemonSpec({ spec }: DaemonSet): PlacedSpec {
  const template = spec.template.spec as PlacedSpec;
  return { ...template, tolerations: [...(template.tolerations ?? []), ...DAEMON_TOLERATIONS] };
}

export function placeOn(daemonSet: DaemonSet, node: Node): DaemonPlace {
  const spec = daemonSpec(daemonSet);
  const isNamed = spec.nodeName === undefined || spec.nodeName === node.metadata.name;
  if (!isNamed || !selectsNode(spec, node)) return { shouldRun: false, mayStay: false };
  if (!untoleratedTaint(spec, node, ["NoSchedule", "NoExecute"])) return { shouldRun: true, mayStay: true };
  return { shouldRun: false, mayStay: !untoleratedTaint(spec, node, ["NoExecute"]) };
}

/** The spec of a pod for one Node: the scheduler binds it there by affinity. */
export function podSpecFor(daemonSet: DaemonSet, nodeName: string): Record<string, unknown> {
  const spec = daemonSpec(daemonSet);
  const named = { matchFields: [{ key: "metadata.name", operator: "In", values: [nodeName] }] };
  const required = { nodeSelectorTerms: [named] };
  const nodeAffinity = { ...spec.affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required };
  return { tolerations: spec.tolerations, affinity: { ...spec.affinity, nodeAffinity } };
}

/** Pods by the Node that they are on or meant for, oldest first; a pod for no Node is under "". */
export function podsByNode(pods: readonly Pod[]): Map<string, Pod[]> {
  const byAge = [...pods].sort(
    (a, b) =>
      Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) ||
      Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion),
  );
  return Map.groupBy(byAge, (pod) => targetNodeOf(pod.spec as PlacedSpec) ?? "");
}
