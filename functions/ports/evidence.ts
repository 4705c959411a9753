import type { Target } from "../domain/blueprint.ts";
import type { EvidenceBundle } from "../domain/diagnosis/evidence-bundle.ts";
import type { WorkloadState } from "../domain/workload.ts";

/** What is asked of a collection. */
export interface EvidenceRequest {
  readonly target: Target;
  /** As read before: which templates, whose pods. In a diagnosis the one that was assessed, so that the failed release is looked at. */
  readonly workload: WorkloadState;
  /** Older events are left out. */
  readonly since: Date;
  /** `quick`: bounded to about a second beyond one round of lists. `thorough`: more logs, and the nodes of failing pods. */
  readonly depth: EvidenceBundle["depth"];
}

/** Pods, events, logs and limits around a workload, redacted. Never throws for what it cannot read: that is a gap in the bundle. */
export interface Evidence {
  collect(request: EvidenceRequest): Promise<EvidenceBundle>;
}
