import type { Container, Pod } from "../objects.ts";

/** How a container behaves in the kubelet model; its image's tag decides (`<version>` or `<version>-<behaviour>`). */
export type PodBehaviour = "healthy" | "crash" | "oom" | "pull" | "noready" | "liveness" | "exit0" | "exit1";

const BEHAVIOURS: readonly string[] = ["crash", "oom", "pull", "noready", "liveness", "exit0", "exit1"] satisfies PodBehaviour[];

/** `demo/checkout:v2-crash` -> `crash`. Words that are not the kubelet's (`slow`, `errors`) are healthy. */
export function behaviourOfImage(image: string): PodBehaviour {
  const tag = /:([^:/@]+)(@.*)?$/.exec(image)?.[1] ?? "";
  const word = tag.split("-").at(-1) ?? "";
  return BEHAVIOURS.includes(word) ? (word as PodBehaviour) : "healthy";
}

export const READY_DELAY_ANNOTATION = "rollguard.dev/ready-delay-seconds";
export const TERMINATION_DELAY_ANNOTATION = "rollguard.dev/termination-delay-seconds";
/** Text that the containers write, instead of what the model makes up. */
export const LOG_ANNOTATION = "rollguard.dev/log";
/** Evicts the pod that carries it; the value is the resource that the Node ran out of. */
export const EVICT_ANNOTATION = "rollguard.dev/evict";

/** A number of seconds from an annotation of the pod, or the kubelet's own setting. */
export function secondsOf(pod: Pod, annotation: string, otherwise: number): number {
  const seconds = Number(pod.metadata.annotations?.[annotation] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : otherwise;
}

/** How long a pod takes to go: its delay and its preStop sleep, but never longer than its grace period. */
export function terminationSecondsOf(pod: Pod, otherwise: number): number {
  const sleeps = pod.spec.containers.map(preStopSeconds);
  const wanted = secondsOf(pod, TERMINATION_DELAY_ANNOTATION, otherwise) + Math.max(0, ...sleeps);
  return Math.min(wanted, pod.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY);
}

function preStopSeconds({ lifecycle }: Container & { lifecycle?: unknown }): number {
  const { preStop } = (lifecycle ?? {}) as { preStop?: { sleep?: { seconds?: number }; exec?: { command?: string[] } } };
  const command = preStop?.exec?.command?.join(" ") ?? "";
  return preStop?.sleep?.seconds ?? Number(/(?:^|\s)sleep (\d+(?:\.\d+)?)/.exec(command)?.[1] ?? 0);
}
