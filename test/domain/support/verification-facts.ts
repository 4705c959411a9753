import { selectStrategy } from "../../../functions/domain/select-strategy.ts";
import type { VerificationFacts } from "../../../functions/domain/verify.ts";
import {
  ALARM_NAME,
  aBlueprint,
  anAssessment,
  aPodGroup,
  aProgress,
  aReleaseObservation,
  aRollbackTrigger,
  aVerification,
  aWorkloadState,
  GOOD_HASH,
  GOOD_IMAGE,
} from "../../support/builders/index.ts";

/** When the write was accepted. */
export const APPLIED = "2026-11-20T03:12:42.000Z";
/** So many seconds after the write. */
export const at = (seconds: number) => new Date(Date.parse(APPLIED) + seconds * 1000).toISOString();
/** What was assessed before. */
export const assessment = anAssessment();
/** Back to the good release, then the Deployment's own strategy. */
export const plan = selectStrategy({
  trigger: aRollbackTrigger(),
  blueprint: aBlueprint(),
  assessment,
  observations: [aReleaseObservation()],
  switchState: "armed",
  releases: [],
  gitops: null,
  gitopsProblem: null,
  preflight: null,
});
/** The Deployment with the good release live. */
export const restored = aWorkloadState({
  templateHash: GOOD_HASH,
  image: GOOD_IMAGE,
  generation: 5,
  observedGeneration: 5,
  pods: [aPodGroup({ templateHash: GOOD_HASH })],
  stamps: { execution: "rg", fence: 7, savedStrategy: "{}" },
});
/** The restoring step, applied. */
export const progress = aProgress({
  stepId: "restore-template-1",
  stepIndex: 0,
  outcome: "applied",
  appliedAt: APPLIED,
  deadlineAt: at(700),
  generation: 5,
});
/** A look that found it stable since two seconds after the write. */
export const stable = aVerification({
  stepId: "restore-template-1",
  stableSince: at(2),
  consecutiveFailures: 0,
  recovery: "undecided",
  recoveredAt: null,
  recoverySeconds: null,
});
/** Signals as they were before the bad release. */
export const good = [
  { signal: "latency_p95", value: 125 },
  { signal: "error_rate", value: 0.3 },
];

/** A look at a minute after the write: everything passes. */
export function facts(overrides: Partial<VerificationFacts> = {}): VerificationFacts {
  return {
    trigger: aRollbackTrigger(),
    blueprint: aBlueprint(),
    assessment,
    plan,
    confirmation: null,
    progress,
    previous: stable,
    workload: restored,
    alarms: [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: "OK" }],
    readings: good,
    leaseRenewed: true,
    now: at(60),
    ...overrides,
  };
}
