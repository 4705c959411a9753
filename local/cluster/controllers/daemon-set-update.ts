import type { Pod } from "../objects.ts";
import type { DaemonSet, DaemonSetStatus, Node } from "../workload-objects.ts";
import { isReadyPod, readySince } from "./cluster-access.ts";
import { REVISION_LABEL } from "./controller-revisions.ts";
import { placeOn } from "./daemon-set-nodes.ts";

/** Which pods go and which Nodes get one. */
export interface DaemonMoves {
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
}

/** What a look at a DaemonSet starts from. */
export interface DaemonView {
  readonly daemonSet: DaemonSet;
  readonly nodes: readonly Node[];
  readonly pods: ReadonlyMap<string, readonly Pod[]>;
  /** The label value of pods with the live template. */
  readonly hash: string;
  readonly now: Date;
}

const isGoing = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;
const isUpdated = (pod: Pod, hash: string): boolean => pod.metadata.labels?.[REVISION_LABEL] === hash;

function isAvailable({ daemonSet, now }: DaemonView, pod: Pod): boolean {
  return isReadyPod(pod) && readySince(pod) + (daemonSet.spec.minReadySeconds ?? 0) * 1000 <= now.getTime();
}

function desired({ daemonSet, nodes }: DaemonView): number {
  return nodes.filter((node) => placeOn(daemonSet, node).shouldRun).length;
}

/** Both round up, unlike a Deployment's maxUnavailable; both 0 means one at a time. */
function limits(view: DaemonView): { surge: number; unavailable: number } {
  const { maxSurge, maxUnavailable } = view.daemonSet.spec.updateStrategy.rollingUpdate ?? {};
  const total = desired(view);
  const count = (value: number | string | undefined): number =>
    typeof value === "string" ? Math.ceil((Number.parseInt(value, 10) * total) / 100) : (value ?? 0);
  const surge = count(maxSurge);
  return { surge, unavailable: surge === 0 ? Math.max(1, count(maxUnavailable)) : 0 };
}

/** One pod on every Node that should have one, none elsewhere; failed pods are made anew. */
export function placementMoves(view: DaemonView): DaemonMoves {
  const create: string[] = [];
  const remove: Pod[] = [...(view.pods.get("") ?? [])];
  const known = new Set(view.nodes.map(({ metadata }) => metadata.name));
  for (const [nodeName, pods] of view.pods) if (nodeName !== "" && !known.has(nodeName)) remove.push(...pods);
  for (const node of view.nodes) {
    const pods = view.pods.get(node.metadata.name) ?? [];
    const { shouldRun, mayStay } = placeOn(view.daemonSet, node);
    if (shouldRun && pods.length === 0) create.push(node.metadata.name);
    else remove.push(...(mayStay ? surplusOn(view, pods) : pods));
  }
  return { create, remove: remove.filter((pod) => !isGoing(pod)) };
}

function surplusOn(view: DaemonView, pods: readonly Pod[]): Pod[] {
  const staying = pods.filter((pod) => !isGoing(pod));
  const failed = staying.filter(({ status }) => status.phase === "Failed");
  const running = staying.filter((pod) => !failed.includes(pod));
  if (running.length <= 1) return failed;
  const oldestNew = running.find((pod) => isUpdated(pod, view.hash));
  const oldestOld = running.find((pod) => !isUpdated(pod, view.hash));
  const isSurging = limits(view).surge > 0 && oldestNew && oldestOld && isReadyPod(oldestOld) && !isAvailable(view, oldestNew);
  const kept = isSurging ? [oldestNew, oldestOld] : limits(view).surge > 0 ? [oldestNew ?? oldestOld] : [running[0]];
  return [...failed, ...running.filter((pod) => !kept.includes(pod))];
}

/** One step of a rolling update: old pods that do not serve go at once, others as far as maxUnavailable (or maxSurge) allows. */
export function updateMoves(view: DaemonView): DaemonMoves {
  const { surge, unavailable } = limits(view);
  const onNodes = [...view.pods].filter(([nodeName]) => nodeName !== "").map(([nodeName, pods]) => ({ nodeName, ...sides(view, pods) }));
  return surge > 0 ? surgeMoves(view, onNodes, surge) : { create: [], remove: replaceMoves(view, onNodes, unavailable) };
}

interface NodeSides {
  readonly nodeName: string;
  readonly updated: Pod | undefined;
  readonly old: Pod | undefined;
}

function sides({ hash }: DaemonView, pods: readonly Pod[]): Omit<NodeSides, "nodeName"> {
  const staying = pods.filter((pod) => !isGoing(pod));
  return { updated: staying.find((pod) => isUpdated(pod, hash)), old: staying.find((pod) => !isUpdated(pod, hash)) };
}

function replaceMoves(view: DaemonView, onNodes: readonly NodeSides[], maxUnavailable: number): Pod[] {
  const single = onNodes.filter(({ updated, old }) => (updated === undefined) !== (old === undefined));
  const notServing = single.filter(({ updated }) => updated && !isAvailable(view, updated)).length;
  const missing = onNodes.length - single.length;
  const old = single.flatMap((side) => side.old ?? []);
  const broken = old.filter((pod) => !isAvailable(view, pod));
  const room = Math.max(0, maxUnavailable - notServing - missing);
  return [...broken, ...old.filter((pod) => isAvailable(view, pod)).slice(0, room)];
}

function surgeMoves(view: DaemonView, onNodes: readonly NodeSides[], maxSurge: number): DaemonMoves {
  const both = onNodes.filter(({ updated, old }) => updated && old);
  const serving = both.filter(({ old }) => old && isAvailable(view, old));
  const remove = both.filter((side) => !serving.includes(side) || (side.updated && isAvailable(view, side.updated)));
  const waiting = onNodes.filter(({ updated, old }) => old && !updated);
  const broken = waiting.filter(({ old }) => old && !isAvailable(view, old));
  const room = Math.max(0, maxSurge - serving.length);
  const create = [...broken, ...waiting.filter((side) => !broken.includes(side)).slice(0, room)];
  return { create: create.map(({ nodeName }) => nodeName), remove: remove.flatMap(({ old }) => old ?? []) };
}

/** The counters of a DaemonSet. A Node that may not get a pod now is not counted as wanted, even if one runs there. */
export function daemonStatus(view: DaemonView): DaemonSetStatus {
  const wanted = view.nodes.filter((node) => placeOn(view.daemonSet, node).shouldRun);
  const first = wanted.flatMap((node) => view.pods.get(node.metadata.name)?.[0] ?? []);
  const available = first.filter((pod) => isAvailable(view, pod)).length;
  const updated = first.filter((pod) => isUpdated(pod, view.hash)).length;
  const elsewhere = view.nodes.filter((node) => !wanted.includes(node) && view.pods.has(node.metadata.name)).length;
  const unavailable = wanted.length - available;
  return {
    observedGeneration: view.daemonSet.metadata.generation ?? 1,
    currentNumberScheduled: first.length,
    numberMisscheduled: elsewhere,
    desiredNumberScheduled: wanted.length,
    numberReady: first.filter(isReadyPod).length,
    ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
    ...(available > 0 ? { numberAvailable: available } : {}),
    ...(unavailable > 0 ? { numberUnavailable: unavailable } : {}),
  };
}
