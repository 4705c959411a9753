import { createHash } from "node:crypto";
import { type Condition, type ContainerState, type ContainerStatus, type Pod, type PodStatus, timestamp } from "../objects.ts";

/** Where the pod runs. */
export interface Placement {
  readonly hostIP: string;
  readonly podIP: string;
  readonly startTime: string;
}

/** What the containers are doing; all containers of a pod do the same in this model. */
export interface ContainerPicture {
  readonly state: ContainerState;
  readonly lastState?: ContainerState;
  readonly ready: boolean;
  readonly restartCount?: number;
}

function digestOf(image: string): string {
  return `sha256:${createHash("sha256").update(image).digest("hex")}`;
}

function containerStatuses(pod: Pod, picture: ContainerPicture): ContainerStatus[] {
  const pulled = !picture.state.waiting || picture.state.waiting.reason === "CrashLoopBackOff";
  return pod.spec.containers.map(({ name, image }) => ({
    name,
    state: picture.state,
    lastState: picture.lastState ?? {},
    ready: picture.ready,
    started: picture.state.running !== undefined,
    restartCount: picture.restartCount ?? 0,
    image,
    imageID: pulled ? `${image.replace(/[:@].*$/, "")}@${digestOf(image)}` : "",
    ...(pulled ? { containerID: `containerd://${digestOf(pod.metadata.uid + name + (picture.restartCount ?? 0)).slice(7)}` } : {}),
  }));
}

/** Keeps the transition time of a condition whose status did not change: availability is counted from it. */
function condition(before: readonly Condition[], next: Pick<Condition, "type" | "status" | "reason" | "message">, now: Date): Condition {
  const old = before.find((one) => one.type === next.type);
  const lastTransitionTime = old?.status === next.status && old.lastTransitionTime ? old.lastTransitionTime : timestamp(now);
  return { ...next, lastProbeTime: null, lastTransitionTime };
}

/** The whole status of a pod on a node. */
export function podStatus(pod: Pod, placement: Placement, picture: ContainerPicture, now: Date): PodStatus {
  const before = pod.status.conditions ?? [];
  const names = pod.spec.containers.map(({ name }) => name).join(" ");
  const unready = { reason: "ContainersNotReady", message: `containers with unready status: [${names}]` };
  const readiness = { status: picture.ready ? "True" : "False", ...(picture.ready ? {} : unready) };
  const neverStarted = picture.state.waiting !== undefined && picture.state.waiting.reason !== "CrashLoopBackOff";
  return {
    phase: neverStarted ? "Pending" : "Running",
    conditions: [
      condition(before, { type: "Initialized", status: "True" }, now),
      condition(before, { type: "Ready", ...readiness }, now),
      condition(before, { type: "ContainersReady", ...readiness }, now),
      condition(before, { type: "PodScheduled", status: "True" }, now),
    ],
    ...(neverStarted
      ? { hostIP: placement.hostIP }
      : { hostIP: placement.hostIP, podIP: placement.podIP, podIPs: [{ ip: placement.podIP }] }),
    startTime: placement.startTime,
    containerStatuses: containerStatuses(pod, picture),
    qosClass: "BestEffort",
  };
}

/** Status of a pod that no node has room for. */
export function unschedulableStatus(pod: Pod, nodes: number, now: Date): Partial<PodStatus> {
  const message = `0/${nodes} nodes are available: ${nodes} Too many pods.`;
  const next = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  return { conditions: [condition(pod.status.conditions ?? [], next, now)] };
}
