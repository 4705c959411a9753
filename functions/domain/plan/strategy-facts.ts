import type { Blueprint } from "../blueprint.ts";
import type { GitopsState } from "../gitops.ts";
import type { GovernanceFacts } from "../governance.ts";
import type { Preflight } from "../preflight.ts";
import type { Quarantine, Release } from "../release.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import type { Assessment, PlanStep, RollbackTrigger } from "../rollback-document.ts";
import type { Surroundings } from "./surroundings.ts";

/** Everything that a plan is made of. */
export interface StrategyFacts {
  readonly trigger: RollbackTrigger;
  readonly blueprint: Blueprint;
  readonly assessment: Assessment;
  readonly observations: readonly ReleaseObservation[];
  /** Snapshots, most recently live first. */
  readonly releases: readonly Release[];
  /** What may not come back. @default nothing */
  readonly quarantine?: readonly Quarantine[];
  readonly switchState: "armed" | "off";
  /** The controller that would undo a write; null when nobody would, or when it could not be read (`gitopsProblem` says why). */
  readonly gitops: GitopsState | null;
  readonly gitopsProblem: string | null;
  /** Null when nothing was looked at: a plan that writes no template. */
  readonly preflight: Preflight | null;
  /** Earlier rollbacks, breaker and freezes; absent where nobody looked (a preview). */
  readonly governance?: GovernanceFacts;
  /** The route and the autoscaler as they are; absent where nobody looked (a preview): then no plan writes them. */
  readonly surroundings?: Surroundings;
  /** Of the decision. @default the assessment's time */
  readonly now?: string;
  /** Services that the incident rolls back together. @default 1 */
  readonly servicesInIncident?: number;
}

/** Steps of one part of a plan, or why there are none. */
export interface PlannedSteps {
  readonly steps: readonly PlanStep[];
  readonly problem: string | null;
  /** What stays as it is though the change had changed it, for people. */
  readonly notes?: readonly string[];
}
