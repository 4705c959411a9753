import {
  type Condition,
  type Container,
  type ContainerState,
  type ContainerStatus,
  type Pod,
  type PodStatus,
  timestamp,
} from "../objects.ts";
import { digestOf } from "./image-digests.ts";

/** Where the pod runs. */
export interface Placement {
  readonly hostIP: string;
  readonly podIP: string;
  readonly startTime: string;
}

/** What one container is doing. */
export interface ContainerPicture {
  readonly state: ContainerState;
  readonly lastState?: ContainerState;
  readonly ready: boolean;
  readonly restartCount?: number;
  /** What its image was resolved to; "" while it was never pulled. */
  readonly imageId?: string;
}

/** What all containers of a pod are doing, by name. */
export type PodPicture = ReadonlyMap<string, ContainerPicture>;

function isWaiting({ state, lastState }: ContainerPicture): boolean {
  return state.waiting !== undefined && lastState?.terminated === undefined;
}

/** A container nobody has looked at yet. */
function atFirst(pod: Pod): ContainerPicture {
  const reason = pod.spec.initContainers?.length ? "PodInitializing" : "ContainerCreating";
  return { state: { waiting: { reason } }, ready: false };
}

function statusOf(pod: Pod, { name, image }: Container, picture: ContainerPicture): ContainerStatus {
  const { state, lastState = {}, ready, restartCount = 0, imageId = "" } = picture;
  return {
    name,
    state,
    lastState,
    ready,
    started: state.running !== undefined,
    restartCount,
    image,
    imageID: imageId,
    ...(imageId === "" ? {} : { containerID: `containerd://${digestOf(pod.metadata.uid + name + restartCount).slice(7)}` }),
  };
}

/** Keeps the transition time of a condition whose status did not change: availability is counted from it. */
function condition(before: readonly Condition[], next: Pick<Condition, "type" | "status" | "reason" | "message">, now: Date): Condition {
  const old = before.find((one) => one.type === next.type);
  const lastTransitionTime = old?.status === next.status && old.lastTransitionTime ? old.lastTransitionTime : timestamp(now);
  return { ...next, lastProbeTime: null, lastTransitionTime };
}

/** Sets some conditions and keeps the others, which belong to somebody else. */
function withConditions(
  pod: Pod,
  next: readonly Pick<Condition, "type" | "status" | "reason" | "message">[],
  now: Date,
): { conditions: Condition[] } {
  const before = pod.status.conditions ?? [];
  const kept = before.filter(({ type }) => !next.some((one) => one.type === type));
  return { conditions: [...next.map((one) => condition(before, one, now)), ...kept] };
}

interface Pictures {
  readonly init: readonly ContainerPicture[];
  readonly main: readonly ContainerPicture[];
}

/** As the kubelet's getPhase. */
function phaseOf(pod: Pod, { init, main }: Pictures): string {
  const restartPolicy = pod.spec.restartPolicy ?? "Always";
  const failedInit = init.some(({ state }) => state.terminated && state.terminated.exitCode !== 0);
  if (failedInit && restartPolicy === "Never") return "Failed";
  if (init.some(({ state }) => state.terminated?.exitCode !== 0) || main.some(isWaiting)) return "Pending";
  if (main.some(({ state }) => state.running) || restartPolicy === "Always") return "Running";
  if (main.every(({ state }) => state.terminated?.exitCode === 0)) return "Succeeded";
  return restartPolicy === "Never" ? "Failed" : "Running";
}

/** Condition types outside the kubelet that must hold before the pod is ready. */
export function unmetGates(pod: Pod): string[] {
  const gates = (pod.spec.readinessGates ?? []) as { conditionType: string }[];
  const holds = (type: string): boolean => pod.status.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
  return gates.map(({ conditionType }) => conditionType).filter((type) => !holds(type));
}

/** The whole status of a pod on a node. */
export function podStatus(pod: Pod, placement: Placement, picture: PodPicture, now: Date): PodStatus {
  const pictureOf = ({ name }: Container): ContainerPicture => picture.get(name) ?? atFirst(pod);
  const { containers, initContainers = [] } = pod.spec;
  const phase = phaseOf(pod, { init: initContainers.map(pictureOf), main: containers.map(pictureOf) });
  const incomplete = initContainers.filter((one) => pictureOf(one).state.terminated?.exitCode !== 0).map(({ name }) => name);
  const unready = containers.filter((one) => !pictureOf(one).ready).map(({ name }) => name);
  const over = phase === "Succeeded" ? { reason: "PodCompleted" } : undefined;
  const notReady = over ?? { reason: "ContainersNotReady", message: `containers with unready status: [${unready.join(" ")}]` };
  const gates = unmetGates(pod);
  const gated = { reason: "ReadinessGatesNotReady", message: `the status of pod readiness gate "${gates[0]}" is not "True"` };
  const containersReady = unready.length === 0;
  const initialized =
    incomplete.length === 0
      ? { status: "True", ...over }
      : {
          status: "False",
          reason: "ContainersNotInitialized",
          message: `containers with incomplete status: [${incomplete.join(" ")}]`,
        };
  return {
    phase,
    ...withConditions(
      pod,
      [
        { type: "Initialized", ...initialized },
        { type: "Ready", ...(!containersReady ? { status: "False", ...notReady } : gates.length ? { status: "False", ...gated } : TRUE) },
        { type: "ContainersReady", ...(containersReady ? TRUE : { status: "False", ...notReady }) },
        { type: "PodScheduled", ...TRUE },
      ],
      now,
    ),
    hostIP: placement.hostIP,
    ...(phase === "Pending" && incomplete.length === 0 ? {} : { podIP: placement.podIP, podIPs: [{ ip: placement.podIP }] }),
    startTime: placement.startTime,
    ...(initContainers.length > 0 ? { initContainerStatuses: initContainers.map((one) => statusOf(pod, one, pictureOf(one))) } : {}),
    containerStatuses: containers.map((one) => statusOf(pod, one, pictureOf(one))),
    qosClass: pod.status.qosClass ?? "BestEffort",
  };
}

const TRUE = { status: "True" };

/** Status of a pod that no node takes. */
export function unschedulableStatus(pod: Pod, message: string, now: Date): Partial<PodStatus> {
  return withConditions(pod, [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }], now);
}

/** Status of a pod whose Node ran out of something. */
export function evictedStatus(pod: Pod, resource: string, now: Date): Partial<PodStatus> {
  const message = `The node was low on resource: ${resource}. `;
  const disruption = { type: "DisruptionTarget", status: "True", reason: "TerminationByKubelet", message };
  const ready = { status: "False", reason: "PodFailed" };
  const conditions = [disruption, { type: "Ready", ...ready }, { type: "ContainersReady", ...ready }];
  const at = timestamp(now);
  const containerStatuses = (pod.status.containerStatuses ?? []).map((status) => ({
    ...status,
    ready: false,
    started: false,
    state: { terminated: { exitCode: 137, reason: "Error", startedAt: status.state.running?.startedAt ?? at, finishedAt: at } },
  }));
  return { phase: "Failed", reason: "Evicted", message, ...withConditions(pod, conditions, now), containerStatuses };
}

/** Status of a pod on a Node that is not heard of any more. */
export function lostStatus(pod: Pod, now: Date): Partial<PodStatus> {
  return withConditions(pod, [{ type: "Ready", status: "False" }], now);
}
