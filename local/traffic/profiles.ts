import type { TrafficProfile } from "./traffic-model.ts";

/** Figures of the worked example (3 -> 2 -> 3 replicas): p95 120 -> 280 -> 125 ms, errors 0.2 -> 1.2 -> 0.3 %, CPU 35 -> 65 -> 38 %. */
const TODO_FRONTEND: TrafficProfile = {
  requestsPerSecond: 200,
  nominalPods: 3,
  nominal: { p95Millis: 120, errorRatePercent: 0.2, cpuPercent: 35 },
  overloaded: { loadFactor: 1.5, p95Millis: 280, errorRatePercent: 1.2, cpuPercent: 65 },
  settling: { seconds: 60, p95Millis: 125, errorRatePercent: 0.3, cpuPercent: 38 },
};

/** Profiles of the demo's services. `nominalPods` is also the number of replicas that the demo seeds. */
export const DEMO_PROFILES: Readonly<Record<string, TrafficProfile>> = {
  "todo-frontend": TODO_FRONTEND,
  checkout: { ...TODO_FRONTEND, nominalPods: 4 },
  payments: { ...TODO_FRONTEND, nominalPods: 3 },
  // Without spare capacity: one pod of four less already costs errors.
  catalog: { ...TODO_FRONTEND, nominalPods: 4, overloaded: { loadFactor: 1.5, p95Millis: 300, errorRatePercent: 12, cpuPercent: 65 } },
  search: { ...TODO_FRONTEND, nominalPods: 3 },
  tickets: { ...TODO_FRONTEND, nominalPods: 3 },
  sessions: { ...TODO_FRONTEND, nominalPods: 3 },
  offers: { ...TODO_FRONTEND, nominalPods: 4 },
  comments: { ...TODO_FRONTEND, nominalPods: 3 },
};
