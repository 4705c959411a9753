import type { Target } from "../domain/blueprint.ts";
import type { PreflightFacts } from "../domain/preflight-facts.ts";
import type { AccessRule } from "../domain/rbac-rules.ts";
import type { WorkloadState } from "../domain/workload.ts";

/** A release that may come back. */
export interface PreflightCandidate {
  readonly templateHash: string;
  /** ReplicaSet or ControllerRevision that holds the template. */
  readonly revisionName: string;
  /** A snapshot keeps the template too, sealed: only the write itself opens it. */
  readonly kept: boolean;
  /** Images by container as `name@sha256:...`: what is written in place of the template's own. @default the template as it is */
  readonly images?: Readonly<Record<string, string>>;
}

export interface PreflightRequest {
  readonly target: Target;
  /** As assessed. */
  readonly workload: WorkloadState;
  /** In the plan's order of preference. */
  readonly candidates: readonly PreflightCandidate[];
  /** What the plan's steps need of the group that writes. */
  readonly rights: readonly AccessRule[];
  /** The blueprint lets Rollguard read Secrets; else their keys are not checked. */
  readonly secrets: boolean;
}

/** Looks around before the first write. Reads only, all at once, bounded by time; never throws for what cannot be read. */
export interface PreflightReader {
  look(request: PreflightRequest): Promise<PreflightFacts>;
}
