import { errorCounter, type TrafficSample } from "./metric-points.ts";
import { type ReadyPod, seededRandom, serviceFigures, type TrafficConditions, type TrafficProfile, withNoise } from "./traffic-model.ts";

/** A pod as the traffic sees it. */
export interface ServicePod {
  readonly image: string;
  /** Null while it is not ready. */
  readonly readySince: Date | null;
  /** Its share of the traffic where a route splits it. @default 1 */
  readonly weight?: number;
}

export interface ServicePods {
  readonly desiredReplicas: number;
  readonly pods: readonly ServicePod[];
  /** Of the requests, 0 to 1; the others get a notice of somebody else. @default 1 */
  readonly servedShare?: number;
}

/** Makes the samples of one service, one after the other: noise and error counts carry on from one to the next. */
export interface ServiceTraffic {
  /** Samples of a healthy past, one per `everySeconds` in [from, to). */
  past(from: Date, to: Date, everySeconds: number): TrafficSample[];
  /** The interval of `seconds` that begins at `at`. */
  sample(at: Date, seconds: number, state: ServicePods, conditions: TrafficConditions): TrafficSample;
}

/** Pods that were ready before `since` (the start of the traffic) count as settled. */
export function serviceTraffic(profile: TrafficProfile, seed: number, since: Date): ServiceTraffic {
  const random = seededRandom(seed);
  const countErrors = errorCounter();
  const settled = profile.settling.seconds;

  const toSample = (
    at: Date,
    seconds: number,
    ready: readonly ReadyPod[],
    { desiredReplicas: desired, servedShare = 1 }: Pick<ServicePods, "desiredReplicas" | "servedShare">,
    conditions: TrafficConditions,
  ): TrafficSample => {
    const clean = serviceFigures(profile, ready, conditions);
    const figures = clean && withNoise(clean, random);
    const requests = Math.round(profile.requestsPerSecond * conditions.loadFactor * seconds * servedShare);
    return {
      at,
      requests,
      errors: countErrors(requests, figures?.errorRatePercent ?? 100),
      figures,
      readyPercent: desired === 0 ? 100 : Math.min(100, (100 * ready.length) / desired),
    };
  };

  return {
    past(from, to, everySeconds) {
      const everyMillis = everySeconds * 1000;
      const count = Math.max(0, Math.floor((to.getTime() - from.getTime()) / everyMillis));
      const ready = Array.from({ length: profile.nominalPods }, () => ({ image: "healthy", readySeconds: settled }));
      return Array.from({ length: count }, (_, i) =>
        toSample(
          new Date(from.getTime() + i * everyMillis),
          everySeconds,
          ready,
          { desiredReplicas: ready.length },
          { loadFactor: 1, dependencyDown: false },
        ),
      );
    },
    sample(at, seconds, state, conditions) {
      const ready = state.pods.flatMap(({ image, readySince, weight }) => {
        if (readySince === null) return [];
        const readySeconds = readySince <= since ? settled : (at.getTime() - readySince.getTime()) / 1000;
        return [{ image, readySeconds, ...(weight === undefined ? {} : { weight }) }];
      });
      return toSample(at, seconds, ready, state, conditions);
    },
  };
}
