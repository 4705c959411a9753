import type { Pod } from "../objects.ts";

/** How a pod behaves in the kubelet model; its image's tag decides (`<version>` or `<version>-<behaviour>`). */
export type PodBehaviour = "healthy" | "crash" | "oom" | "pull" | "noready";

const FAILURES: readonly string[] = ["crash", "oom", "pull", "noready"];

/** `demo/checkout:v2-crash` -> `crash`. Words that are not the kubelet's (`slow`, `errors`) are healthy pods. */
export function behaviourOfImage(image: string): PodBehaviour {
  const tag = /:([^:/@]+)(@.*)?$/.exec(image)?.[1] ?? "";
  const word = tag.split("-").at(-1) ?? "";
  return FAILURES.includes(word) ? (word as PodBehaviour) : "healthy";
}

/** The first container that does not behave decides. */
export function behaviourOf(pod: Pod): PodBehaviour {
  return pod.spec.containers.map(({ image }) => behaviourOfImage(image)).find((behaviour) => behaviour !== "healthy") ?? "healthy";
}

export const READY_DELAY_ANNOTATION = "rollguard.dev/ready-delay-seconds";
export const TERMINATION_DELAY_ANNOTATION = "rollguard.dev/termination-delay-seconds";

/** A number of seconds from an annotation of the pod, or the kubelet's own setting. */
export function secondsOf(pod: Pod, annotation: string, otherwise: number): number {
  const seconds = Number(pod.metadata.annotations?.[annotation] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : otherwise;
}
