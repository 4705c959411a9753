import type { ManualWish } from "../functions/domain/rollback-document.ts";
import type { Decide, Decided } from "../functions/entry/decide-approval/decide-approval.ts";
import type { DescribedService } from "../functions/entry/start-rollback/describe-services.ts";
import type { Approvals } from "../functions/ports/approvals.ts";
import type { Baselines } from "../functions/ports/baselines.ts";
import type { Clock } from "../functions/ports/clock.ts";
import type { Controls } from "../functions/ports/controls.ts";
import type { Escalations } from "../functions/ports/escalations.ts";
import type { GovernanceStore } from "../functions/ports/governance-store.ts";
import type { IncidentStore } from "../functions/ports/incident-store.ts";
import type { Looks } from "../functions/ports/looks.ts";
import type { MetricSource } from "../functions/ports/metric-source.ts";
import type { ReleaseLedger } from "../functions/ports/release-ledger.ts";
import type { Tunings } from "../functions/ports/tunings.ts";
import type { WouldHaves } from "../functions/ports/would-haves.ts";

/** A person's request to roll a service back, or to give it back to its GitOps controller; with what was asked for beyond that. */
export interface RollbackRequest extends ManualWish {
  /** @default "rollback" */
  readonly action?: "rollback" | "resume";
  readonly service: string;
  readonly reason: string;
  readonly requestedBy: string;
  /** ISO 8601 UTC; the same request sent twice is one rollback. */
  readonly at: string;
}

export interface RollbackStarted {
  readonly incidentId: string;
  readonly execution: string;
}

/** What became of a snapshot that was asked for. */
export interface SnapshotTaken {
  readonly service: string;
  /** Null when the release cannot be named now; `notes` say why. */
  readonly hash: string | null;
  readonly isNew: boolean;
  readonly notes: readonly string[];
}

/** Everything outside the program. Real ones are made in `aws-ports.ts`; tests pass small fakes. */
export interface CommandPorts {
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Who sits at this terminal, for the record. */
  readonly person: string;
  store(table: string): Pick<IncidentStore, "read" | "readMeta" | "list" | "holder" | "readSwitch" | "writeSwitch">;
  governance(table: string): Pick<GovernanceStore, "freeze" | "unfreeze" | "freezes" | "freezesOf" | "breaker" | "closeBreaker">;
  ledger(table: string): Pick<ReleaseLedger, "observations" | "releases" | "quarantine" | "mark">;
  tunings(table: string): Pick<Tunings, "ofService">;
  baselines(table: string): Pick<Baselines, "ofService">;
  looks(table: string): Pick<Looks, "ofService">;
  wouldHaves(table: string): Pick<WouldHaves, "list">;
  controls(table: string): Controls;
  escalations(table: string): Pick<Escalations, "pending" | "of" | "acknowledge">;
  /** CloudWatch in the region and account of the credentials. */
  metrics(): Pick<MetricSource, "series">;
  approvals(table: string): Pick<Approvals, "latest" | "pending">;
  /** Value of an SSM parameter; null when there is none. */
  parameter(name: string): Promise<string | null>;
  /** Invokes the function `start-rollback`. Throws CommandError when it refuses the request. */
  startRollback(functionName: string, request: RollbackRequest): Promise<RollbackStarted>;
  /** Asks the function `start-rollback` which services are deployed; all, or the one. */
  describeServices(functionName: string, service?: string): Promise<readonly DescribedService[]>;
  /** Invokes the function `decide-approval`, which alone can open the token of the run that waits. Throws CommandError when it fails. */
  decideApproval(functionName: string, decide: Decide): Promise<Decided>;
  /** Invokes the function `observe-releases` for one service; null when its workload does not exist. Throws CommandError when it fails. */
  takeSnapshot(functionName: string, service: string): Promise<SnapshotTaken | null>;
  writeFile(path: string, text: string): Promise<void>;
  /** Whole or not at all; false when the file is there and may not be replaced. */
  writeWhole(path: string, text: string, replace: boolean): Promise<boolean>;
  pause(milliseconds: number): Promise<void>;
}
