import { errorCounter, type TrafficSample } from "./metric-points.ts";
import { seededRandom, serviceFigures, type TrafficConditions, type TrafficProfile, withNoise } from "./traffic-model.ts";

/** A pod as the traffic sees it. */
export interface ServicePod {
  readonly image: string;
  /** Null while it is not ready. */
  readonly readySince: Date | null;
}

export interface ServicePods {
  readonly desiredReplicas: number;
  readonly pods: readonly ServicePod[];
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
    ready: readonly { image: string; readySeconds: number }[],
    desired: number,
    conditions: TrafficConditions,
  ): TrafficSample => {
    const clean = serviceFigures(profile, ready, conditions);
    const figures = clean && withNoise(clean, random);
    const requests = Math.round(profile.requestsPerSecond * conditions.loadFactor * seconds);
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
        toSample(new Date(from.getTime() + i * everyMillis), everySeconds, ready, ready.length, { loadFactor: 1, dependencyDown: false }),
      );
    },
    sample(at, seconds, state, conditions) {
      const ready = state.pods.flatMap(({ image, readySince }) => {
        if (readySince === null) return [];
        return [{ image, readySeconds: readySince <= since ? settled : (at.getTime() - readySince.getTime()) / 1000 }];
      });
      return toSample(at, seconds, ready, state.desiredReplicas, conditions);
    },
  };
}
