import type { AssessmentFacts } from "../../../functions/domain/assess.ts";
import {
  ALARM_NAME,
  aBlueprint,
  aGoodReplicaSet,
  aReleaseObservation,
  aRollbackTrigger,
  aScaleObservation,
  aWorkloadState,
  GOOD_HASH,
  GOOD_IMAGE,
  MOMENTS,
} from "../../support/builders/index.ts";

/** The night of the latency regression, as AssessIncident reads it. */
export function facts(overrides: Partial<AssessmentFacts> = {}): AssessmentFacts {
  return {
    trigger: aRollbackTrigger(),
    triggerName: "latency-p95",
    blueprint: aBlueprint(),
    workload: aWorkloadState(),
    observations: [aReleaseObservation()],
    alarms: [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: "ALARM" }],
    onsetAt: MOMENTS.onsetAt,
    signals: [],
    now: MOMENTS.assessedAt,
    attempt: 1,
    ...overrides,
  };
}

/** Seed 000: 3 -> 2 replicas of one release; the ledger saw 3 for a day and 2 since `at`. */
export function scaledDown(at: string) {
  return {
    workload: aWorkloadState({
      templateHash: GOOD_HASH,
      image: GOOD_IMAGE,
      replicas: 2,
      replicaSets: [aGoodReplicaSet({ replicas: 2 })],
      pods: [],
    }),
    observations: [
      aReleaseObservation({
        scales: [
          aScaleObservation({ lastSeenAt: at }),
          aScaleObservation({ replicas: 2, since: at, lastSeenAt: at, healthySince: null, verdict: "candidate" }),
        ],
      }),
    ],
  };
}
