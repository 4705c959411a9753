import type { BaselineItem } from "./baselines/baseline-item.ts";
import type { Blueprint } from "./blueprint.ts";
import type { Finding } from "./evidence.ts";
import type { LiveRelease, Release } from "./release.ts";
import type { ReleaseObservation } from "./release-observation.ts";
import type { Assessment, RollbackTrigger } from "./rollback-document.ts";
import type { SignalData } from "./signal-readings.ts";
import type { WorkloadState } from "./workload.ts";

/** How often an assessment without a verdict is repeated, and after how long. */
export const HOLD = { attempts: 3, seconds: 20 } as const;

/** What an assessment rests on. */
export interface AssessmentFacts {
  readonly trigger: RollbackTrigger;
  readonly triggerName: string | null;
  readonly blueprint: Blueprint;
  /** Null when it does not exist. */
  readonly workload: WorkloadState | null;
  readonly observations: readonly ReleaseObservation[];
  /** Snapshots, and one of what is live. @default none: then a change of the configuration alone is not seen */
  readonly releases?: readonly Release[];
  readonly live?: LiveRelease | null;
  readonly alarms: Assessment["alarms"];
  readonly onsetAt: string | null;
  readonly signals: readonly SignalData[];
  /** Stored baselines of the service. @default none: then the hour before the change is read from the metric */
  readonly baselines?: readonly BaselineItem[];
  /** What the evidence showed; absent or empty when there is none. */
  readonly findings?: readonly Finding[];
  readonly now: string;
  /** 1 for the first assessment of an incident. */
  readonly attempt: number;
}

/** The part of an assessment that decides. */
export type Verdict = Pick<Assessment, "decision" | "reasons" | "change">;

/** A person has to look. */
export function escalate(...reasons: readonly string[]): Verdict {
  return { decision: "escalate", reasons: [...reasons], change: null };
}
