/** What users feel and what machines show of a service. */
export interface Figures {
  readonly p95Millis: number;
  readonly errorRatePercent: number;
  readonly cpuPercent: number;
}

/** How a service behaves under load: its figures at the nominal load per pod and at one heavier load; between and beyond is a power law. */
export interface TrafficProfile {
  readonly requestsPerSecond: number;
  /** Ready pods that serve the traffic with the nominal figures. */
  readonly nominalPods: number;
  readonly nominal: Figures;
  readonly overloaded: Figures & { readonly loadFactor: number };
  /** Figures while a pod has been ready for less than `seconds` (cold caches). */
  readonly settling: Figures & { readonly seconds: number };
}

/** A pod that is ready takes its share of the traffic; the tag of its image decides how well it serves it. */
export interface ReadyPod {
  readonly image: string;
  readonly readySeconds: number;
}

export interface TrafficConditions {
  /** 1 = the profile's traffic. */
  readonly loadFactor: number;
  /** Something that the service calls is down: no pod and no version is to blame. */
  readonly dependencyDown: boolean;
}

/** What an image does to the requests that reach it, read from its tag `<version>-<behaviour>`. */
const BEHAVIOURS: Readonly<Record<string, { readonly p95Factor: number; readonly addedErrorPercent: number }>> = {
  slow: { p95Factor: 4, addedErrorPercent: 0 },
  errors: { p95Factor: 1, addedErrorPercent: 12 },
};
const HEALTHY = { p95Factor: 1, addedErrorPercent: 0 };
const DEPENDENCY_DOWN = { p95Factor: 1.6, addedErrorPercent: 35 };

/** `slow` of `demo/checkout:v2-slow`: the last word of the tag, as the kubelet model reads it; an empty string for a plain version. */
export function behaviourOf(image: string): string {
  const tag = /:([^:/@]+)(@.*)?$/.exec(image)?.[1] ?? "";
  return tag.includes("-") ? (tag.split("-").at(-1) ?? "") : "";
}

/**
 * The figures of a service from the pods that are ready: fewer pods carry more load each, and every pod serves its share as its image can.
 * Null when no pod is ready: then every request fails and there is no latency to speak of.
 */
export function serviceFigures(profile: TrafficProfile, pods: readonly ReadyPod[], conditions: TrafficConditions): Figures | null {
  if (pods.length === 0) return null;
  const load = (conditions.loadFactor * profile.nominalPods) / pods.length;
  const settling = pods.some((pod) => pod.readySeconds < profile.settling.seconds);
  const base = (of: (figures: Figures) => number) => {
    const atNominal = of(profile.nominal);
    const exponent = Math.log(of(profile.overloaded) / atNominal) / Math.log(profile.overloaded.loadFactor);
    return atNominal * load ** exponent * (settling ? of(profile.settling) / atNominal : 1);
  };
  const served = pods.map((pod) => BEHAVIOURS[behaviourOf(pod.image)] ?? HEALTHY);
  const dependency = conditions.dependencyDown ? DEPENDENCY_DOWN : HEALTHY;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    p95Millis: base((figures) => figures.p95Millis) * mean(served.map((pod) => pod.p95Factor)) * dependency.p95Factor,
    errorRatePercent: Math.min(
      100,
      base((figures) => figures.errorRatePercent) + mean(served.map((pod) => pod.addedErrorPercent)) + dependency.addedErrorPercent,
    ),
    cpuPercent: Math.min(
      100,
      base((figures) => figures.cpuPercent),
    ),
  };
}

/** Small, reproducible noise: each figure by up to 2 %. */
export function withNoise(figures: Figures, random: () => number): Figures {
  const noisy = (value: number) => value * (0.98 + 0.04 * random());
  return {
    p95Millis: noisy(figures.p95Millis),
    errorRatePercent: Math.min(100, noisy(figures.errorRatePercent)),
    cpuPercent: Math.min(100, noisy(figures.cpuPercent)),
  };
}

/** Pseudo-random numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
