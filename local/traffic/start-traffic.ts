import type { Clock } from "../../functions/ports/clock.ts";
import { type MetricPoint, metricPoints } from "./metric-points.ts";
import { type ServicePods, serviceTraffic } from "./service-traffic.ts";
import type { TrafficConditions, TrafficProfile } from "./traffic-model.ts";

/** Who serves the traffic now, by service (Deployment name). */
export interface PodSource {
  read(): Promise<ReadonlyMap<string, ServicePods>>;
}

/** Where the metrics go. */
export interface MetricPublisher {
  publish(namespace: string, points: readonly MetricPoint[]): Promise<void>;
}

export interface StartTrafficProps {
  readonly services: Readonly<Record<string, TrafficProfile>>;
  readonly pods: PodSource;
  readonly publisher: MetricPublisher;
  readonly clock: Clock;
  /** @default 2 */
  readonly everySeconds?: number;
  /** Healthy metrics before the start, so that there is a "before". @default 15 */
  readonly pastMinutes?: number;
  /** @default 1 */
  readonly seed?: number;
  /** An interval whose pods could not be read or whose metrics could not be sent; the next one tries again. @default ignored */
  readonly onError?: (error: unknown) => void;
}

export interface RunningTraffic {
  /** Changes the weather of a service, from the next interval on. */
  setConditions(service: string, conditions: Partial<TrafficConditions>): void;
  stop(): Promise<void>;
}

/** The metric namespace of a demo service. */
export function namespaceOf(service: string): string {
  return `Demo/${service}`;
}

const PAST_STEP_SECONDS = 10;

/** Publishes a healthy past, then the metrics of every interval as it ends, until it is stopped. */
export async function startTraffic(props: StartTrafficProps): Promise<RunningTraffic> {
  const { clock, publisher } = props;
  const everyMillis = (props.everySeconds ?? 2) * 1000;
  const startedAt = clock.now();
  const conditions = new Map<string, TrafficConditions>();
  const services = Object.entries(props.services).map(([service, profile], i) => ({
    service,
    traffic: serviceTraffic(profile, (props.seed ?? 1) + i, startedAt),
  }));
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const publishInterval = async (at: Date) => {
    try {
      const states = await props.pods.read();
      const publishing = services.map(({ service, traffic }) => {
        const state = states.get(service) ?? { desiredReplicas: 0, pods: [] };
        const sample = traffic.sample(at, everyMillis / 1000, state, conditions.get(service) ?? CALM);
        return publisher.publish(namespaceOf(service), metricPoints(sample));
      });
      await Promise.all(publishing);
    } catch (error) {
      if (!stopped) props.onError?.(error);
    }
  };
  const arm = () => {
    if (stopped) return;
    const now = clock.now().getTime();
    const end = Math.floor(now / everyMillis + 1) * everyMillis;
    timer = setTimeout(() => {
      // Stamped with the interval's beginning: a period that has closed is complete as soon as its last interval has arrived.
      running = publishInterval(new Date(end - everyMillis)).finally(arm);
    }, end - now);
  };

  const to = new Date(Math.floor(startedAt.getTime() / everyMillis) * everyMillis);
  const from = new Date(to.getTime() - (props.pastMinutes ?? 15) * 60_000);
  await Promise.all(
    services.map(({ service, traffic }) =>
      publisher.publish(namespaceOf(service), traffic.past(from, to, PAST_STEP_SECONDS).flatMap(metricPoints)),
    ),
  );
  arm();
  return {
    setConditions: (service, change) => {
      if (!(service in props.services))
        throw new Error(`no traffic flows to "${service}"; services are ${Object.keys(props.services).join(", ")}`);
      conditions.set(service, { ...CALM, ...conditions.get(service), ...change });
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

const CALM: TrafficConditions = { loadFactor: 1, dependencyDown: false };
