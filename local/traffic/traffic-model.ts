/** What users feel and what machines show of a service, as far as the load decides it. */
export interface LoadFigures {
  readonly p95Millis: number;
  readonly errorRatePercent: number;
  readonly cpuPercent: number;
}

/** The same with what only the version decides. */
export interface Figures extends LoadFigures {
  /** Of the pod that uses most. */
  readonly memoryPercent: number;
  /** Of the visitors, who buy something. */
  readonly conversionPercent: number;
}

/** How a service behaves under load: its figures at the nominal load per pod and at one heavier load; between and beyond is a power law. */
export interface TrafficProfile {
  readonly requestsPerSecond: number;
  /** Ready pods that serve the traffic with the nominal figures. */
  readonly nominalPods: number;
  readonly nominal: LoadFigures;
  readonly overloaded: LoadFigures & { readonly loadFactor: number };
  /** Figures while a pod has been ready for less than `seconds` (cold caches). */
  readonly settling: LoadFigures & { readonly seconds: number };
}

/** A pod that is ready takes its share of the traffic; the tag of its image decides how well it serves it. */
export interface ReadyPod {
  readonly image: string;
  readonly readySeconds: number;
  /** Its share of the traffic, in any unit; 0 = none. @default 1, as behind one Service */
  readonly weight?: number;
}

export interface TrafficConditions {
  /** 1 = the profile's traffic. */
  readonly loadFactor: number;
  /** Something that the service calls is down: no pod and no version is to blame. */
  readonly dependencyDown: boolean;
}

/** What an image does to the requests that reach it, read from its tag `<version>-<behaviour>`. */
interface Behaviour {
  readonly p95Factor: number;
  readonly addedErrorPercent: number;
  /** Percentage points of memory that a pod loses in a second. */
  readonly leakPerSecond: number;
  readonly conversionFactor: number;
}
const HEALTHY: Behaviour = { p95Factor: 1, addedErrorPercent: 0, leakPerSecond: 0, conversionFactor: 1 };
const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  slow: { ...HEALTHY, p95Factor: 4 },
  errors: { ...HEALTHY, addedErrorPercent: 12 },
  leak: { ...HEALTHY, leakPerSecond: 2.5 },
  unloved: { ...HEALTHY, conversionFactor: 0.6 },
};
const DEPENDENCY_DOWN: Behaviour = { ...HEALTHY, p95Factor: 1.6, addedErrorPercent: 35 };
/** Memory of a pod that leaks nothing (worked example of a leak: 45 %), the most it gets before the kernel ends it, and a usual share of buyers. */
const MEMORY_PERCENT = 45;
const MOST_MEMORY_PERCENT = 95;
const CONVERSION_PERCENT = 5;

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
  const total = pods.reduce((sum, { weight = 1 }) => sum + weight, 0);
  if (pods.length === 0 || total === 0) return null;
  const load = (conditions.loadFactor * profile.nominalPods) / pods.length;
  const settling = pods.some((pod) => pod.readySeconds < profile.settling.seconds);
  const base = (of: (figures: LoadFigures) => number) => {
    const atNominal = of(profile.nominal);
    const exponent = Math.log(of(profile.overloaded) / atNominal) / Math.log(profile.overloaded.loadFactor);
    return atNominal * load ** exponent * (settling ? of(profile.settling) / atNominal : 1);
  };
  const dependency = conditions.dependencyDown ? DEPENDENCY_DOWN : HEALTHY;
  const behaves = ({ image }: ReadyPod) => BEHAVIOURS[behaviourOf(image)] ?? HEALTHY;
  const mean = (of: (behaviour: Behaviour) => number) => pods.reduce((sum, pod) => sum + of(behaves(pod)) * (pod.weight ?? 1), 0) / total;
  return {
    p95Millis: base((figures) => figures.p95Millis) * mean(({ p95Factor }) => p95Factor) * dependency.p95Factor,
    errorRatePercent: Math.min(
      100,
      base((figures) => figures.errorRatePercent) + mean(({ addedErrorPercent }) => addedErrorPercent) + dependency.addedErrorPercent,
    ),
    memoryPercent: Math.max(
      ...pods.map((pod) => Math.min(MOST_MEMORY_PERCENT, MEMORY_PERCENT + behaves(pod).leakPerSecond * pod.readySeconds)),
    ),
    conversionPercent: CONVERSION_PERCENT * mean(({ conversionFactor }) => conversionFactor),
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
    memoryPercent: Math.min(100, noisy(figures.memoryPercent)),
    conversionPercent: noisy(figures.conversionPercent),
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
