import type { EscalationNotice } from "../domain/escalation.ts";
import type { GovernanceWrites } from "../domain/governance.ts";
import type { Incident, IncidentAlarm, IncidentMember, IncidentMeta, IncidentSeries, TimelineEvent } from "../domain/incident.ts";
import type { Quarantine } from "../domain/release.ts";
import type { Lock } from "../domain/rollback-document.ts";

export type AcquireResult =
  | { readonly outcome: "acquired"; readonly lock: Lock }
  | { readonly outcome: "held"; readonly owner: string; readonly incidentId: string; readonly leaseUntil: string };

export interface SwitchState {
  readonly state: "armed" | "off";
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** A ledger verdict that is written in the same transaction as the end of an incident. */
export interface VerdictWrite {
  readonly templateHash: string;
  readonly verdict: "good" | "bad";
  /** Set for a scale change: the verdict is about this replica count of the release, not about the release. */
  readonly replicas: number | null;
}

/** What the end of an incident says about snapshots: the release that was rolled back from, and what of it may not come back. */
export interface LedgerWrites {
  readonly badRelease: string | null;
  readonly quarantine: readonly Quarantine[];
}

/** What else the end of an incident leaves: for the rules of the next one, and for the people who are called later. */
export interface AfterWrites {
  readonly governance: GovernanceWrites | null;
  readonly escalations: readonly EscalationNotice[];
}

/** A member of a group's incident as announced, before any of its locks is taken: whoever cleans up after a dead execution finds them by it. */
export interface AnnouncedMember extends IncidentMember {
  readonly service: string;
  readonly group: string;
}

/** What the end of a group's incident writes for one member: the same as for a service alone. */
export interface MemberClosing {
  readonly service: string;
  readonly group: string;
  readonly member: IncidentMember;
  readonly verdicts: readonly VerdictWrite[];
  readonly ledger: LedgerWrites;
  readonly governance: GovernanceWrites | null;
}

/** Incidents, timeline, lease lock and the global switch: one DynamoDB table. Throws `TransientUpstreamError` or `PermissionError`. */
export interface IncidentStore {
  /** Writes the members down once, all planned. */
  announce(incidentId: string, members: readonly AnnouncedMember[]): Promise<void>;
  /** Members of a group's incident, by name; none for a service alone. */
  members(incidentId: string): Promise<readonly AnnouncedMember[]>;
  /** What became of a member, with its verdicts and what the rules are to know, in one transaction. Settling twice changes nothing. */
  settle(meta: IncidentMeta, closing: MemberClosing): Promise<void>;
  /** Takes the lease of a service, or of a group by `groupLockName`, or says who has it. Our own retry gets it again; the fence only grows. */
  acquire(service: string, owner: string, incidentId: string, now: Date, leaseSeconds: number): Promise<AcquireResult>;
  /** Null when the lease is no longer ours. */
  renew(service: string, owner: string, fence: number, now: Date, leaseSeconds: number): Promise<Lock | null>;
  /** META and first event in one transaction that also checks the lock. Opening twice changes nothing; throws `IncidentEndedError` once it is closed. */
  open(meta: IncidentMeta, event: TimelineEvent, fence: number): Promise<void>;
  /** Adds an alarm to an open incident. */
  attach(incidentId: string, alarm: IncidentAlarm, event: TimelineEvent): Promise<void>;
  /** Appends events; existing ids stay as they are. */
  append(incidentId: string, events: readonly TimelineEvent[]): Promise<void>;
  saveSeries(incidentId: string, series: readonly IncidentSeries[]): Promise<void>;
  /** META (also where OpenIncident failed), event, verdicts, quarantine and the release of the lock, of a group's locks, in one transaction. Closing twice changes nothing. */
  close(
    meta: IncidentMeta,
    event: TimelineEvent,
    verdicts: readonly VerdictWrite[],
    ledger?: LedgerWrites,
    after?: AfterWrites,
  ): Promise<void>;
  /** Frees the lock if `owner` still has it; true when it did. */
  release(service: string, owner: string): Promise<boolean>;
  /** Who holds the lease now, whatever its age, and for which incident: of a member that is its group's. Null when free. */
  holder(service: string): Promise<{ readonly owner: string; readonly incidentId: string; readonly leaseUntil: string } | null>;
  read(incidentId: string): Promise<Incident | null>;
  /** META alone: one small item, however long the incident's timeline is. Null where it was never opened. */
  readMeta(incidentId: string): Promise<IncidentMeta | null>;
  /** Newest first. */
  list(filter: { readonly service?: string; readonly limit: number }): Promise<readonly IncidentMeta[]>;
  readSwitch(): Promise<SwitchState>;
  writeSwitch(state: SwitchState): Promise<void>;
}
