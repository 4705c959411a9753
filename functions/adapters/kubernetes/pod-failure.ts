import type { Container, ContainerStatus, Pod, PodCondition } from "kubernetes-types/core/v1.d.ts";
import { redactedTo } from "../../domain/redact.ts";

export interface PodFailure {
  /** Kubernetes' own word: `CrashLoopBackOff`, `OOMKilled`, `ImagePullBackOff`, `Unschedulable`, `ContainersNotReady`, `Evicted` ... */
  readonly reason: string;
  readonly message: string;
}

/** Not yet running, and that is all that is known: no failure by itself. */
const STARTING_REASONS = new Set(["ContainerCreating", "PodInitializing"]);
/** A container that crashed twice and runs for less than this is still in its loop, whatever it looks like at this moment. */
const SETTLED_SECONDS = 30;
/** A crash longer ago than this explains nothing today (the back-off between two crashes is at most 5 minutes). */
const RECENT_CRASH_SECONDS = 600;
/** A pod that ended longer ago than this was replaced long since. */
const RECENT_END_SECONDS = 900;
/** Time to become ready that every pod gets beyond what its probes declare. */
const READY_GRACE_SECONDS = 30;
const MESSAGE_LENGTH = 200;

/** Pods that say nothing about the release: on their way out, or ended long ago and only not collected yet. */
export function isPast(pod: Pod, now: Date): boolean {
  if (pod.metadata?.deletionTimestamp) return true;
  const phase = pod.status?.phase;
  if (phase === "Succeeded") return true;
  return phase === "Failed" && secondsSince(endedAt(pod), now) > RECENT_END_SECONDS;
}

/** Why a pod is failing, by its most decisive field; null while it is healthy or has not had time to start. */
export function podFailure(pod: Pod, now: Date): PodFailure | null {
  const status = pod.status ?? {};
  if (status.phase === "Failed") return ended(pod);
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled?.status === "False") return failure(scheduled.reason ?? "Unschedulable", scheduled.message);
  for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const found = containerFailure(container, now);
    if (found) return found;
  }
  return neverReady(pod, now);
}

/** Ready by Kubernetes' own condition. */
export function isReady(pod: Pod): boolean {
  return condition(pod, "Ready")?.status === "True";
}

/** Restarts of all containers of the pod. */
export function restartsOf(pod: Pod): number {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return statuses.reduce((sum, container) => sum + container.restartCount, 0);
}

function ended(pod: Pod): PodFailure {
  const terminated = pod.status?.containerStatuses?.map((container) => container.state?.terminated).find((state) => state?.exitCode);
  const reason = pod.status?.reason ?? condition(pod, "DisruptionTarget")?.reason ?? terminated?.reason ?? "Failed";
  return failure(reason, pod.status?.message ?? (terminated ? `exit code ${terminated.exitCode}` : undefined));
}

/** A loop alternates running, terminated and waiting: it is recognised by the last end and the restarts, not by the state of one moment. */
export function containerFailure(container: ContainerStatus, now: Date): PodFailure | null {
  const { waiting, running } = container.state ?? {};
  const crash = recentEnd(container, now);
  const described = crash ? `exit code ${crash.exitCode}, ${container.restartCount} restarts` : undefined;
  if (waiting?.reason && !STARTING_REASONS.has(waiting.reason)) {
    if (waiting.reason === "CrashLoopBackOff" && crash?.reason === "OOMKilled") return failure("OOMKilled", described);
    return failure(waiting.reason, waiting.reason === "CrashLoopBackOff" ? (described ?? waiting.message) : waiting.message);
  }
  if (!crash) return null;
  const settled = running !== undefined && secondsSince(running.startedAt, now) >= SETTLED_SECONDS;
  if (running && container.ready && (settled || container.restartCount < 2)) return null;
  if (crash.reason === "OOMKilled") return failure("OOMKilled", described);
  return failure(container.restartCount >= 2 ? "CrashLoopBackOff" : (crash.reason ?? "Error"), described);
}

/** How the container's run ended, or the one before it if that was recent; null when neither ended badly. */
export function recentEnd({ state, lastState }: ContainerStatus, now: Date) {
  const last = lastState?.terminated;
  return failedEnd(state?.terminated) ?? (last && secondsSince(last.finishedAt, now) <= RECENT_CRASH_SECONDS ? failedEnd(last) : null);
}

/** The end of an init container that did its work is none. */
function failedEnd(end: NonNullable<ContainerStatus["state"]>["terminated"]) {
  return end && (end.exitCode !== 0 || end.reason === "OOMKilled") ? end : null;
}

function neverReady(pod: Pod, now: Date): PodFailure | null {
  const ready = condition(pod, "Ready");
  if (ready?.status === "True") return null;
  if (secondsSince(pod.status?.startTime ?? pod.metadata?.creationTimestamp, now) <= graceSeconds(pod)) return null;
  const starting = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
    .map((container) => container.state?.waiting)
    .find((waiting) => waiting !== undefined);
  return failure(starting?.reason ?? ready?.reason ?? "NotReady", starting?.message ?? ready?.message);
}

/** What the slowest container of the pod declares that it needs until its first readiness, and a bit. */
function graceSeconds(pod: Pod): number {
  return READY_GRACE_SECONDS + Math.max(0, ...(pod.spec?.containers ?? []).map(declaredStartSeconds));
}

function declaredStartSeconds({ startupProbe, readinessProbe }: Container): number {
  const startup = startupProbe
    ? (startupProbe.initialDelaySeconds ?? 0) + (startupProbe.periodSeconds ?? 10) * (startupProbe.failureThreshold ?? 3)
    : 0;
  return startup + (readinessProbe?.initialDelaySeconds ?? 0);
}

function endedAt(pod: Pod): string | undefined {
  const ends = (pod.status?.containerStatuses ?? []).map((container) => container.state?.terminated?.finishedAt);
  const changes = (pod.status?.conditions ?? []).map((entry) => entry.lastTransitionTime);
  const times = [...ends, ...changes].filter((time) => typeof time === "string");
  return times.sort().at(-1) ?? pod.metadata?.creationTimestamp;
}

function condition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((entry) => entry.type === type);
}

/** Kubelet and scheduler messages only: a container's own last words may hold secrets. */
function failure(reason: string, message = ""): PodFailure {
  return { reason, message: redactedTo(MESSAGE_LENGTH, message) };
}

function secondsSince(time: string | undefined, now: Date): number {
  return time === undefined ? 0 : (now.getTime() - Date.parse(time)) / 1000;
}
