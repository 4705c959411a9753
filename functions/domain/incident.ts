import type { Approval } from "./approval.ts";
import type { Mode, Severity, Target } from "./blueprint.ts";
import type { EscalationNotice } from "./escalation.ts";
import type { Assessment, Diagnosis, Outcome, Plan, Progress, RollbackTrigger, Verification } from "./rollback-document.ts";
import type { Unit } from "./signal.ts";
import type { VerificationReport } from "./verification-report.ts";

/** A timeline event: append-only, delivered to people by the outbox. `id` is deterministic, so a retry writes it once. */
export interface TimelineEvent {
  /** `<iso>#<state>#<name>`; the sort key is `EV#<id>`. */
  readonly id: string;
  readonly at: string;
  /** Audit types of seed 000 where they fit (`rollback_executed`, `rollback_verified`, `verification_failed`), else our own (`incident_opened` ...). */
  readonly type: string;
  /** One sentence for a person. */
  readonly message: string;
  /** `page`: a human must act now. `notice`: worth a message. `quiet`: timeline only. */
  readonly urgency: "page" | "notice" | "quiet";
  readonly data: Readonly<Record<string, unknown>>;
  /** For the outbox only, so that delivery needs no read; the store takes them from META where it has it, and does not read them back. */
  readonly service?: string;
  readonly topicArn?: string | null;
}

/** `INC#<id> / META`. */
export interface IncidentMeta {
  readonly id: string;
  readonly service: string;
  readonly execution: string;
  readonly status: "open" | "closed";
  readonly outcome: Outcome | null;
  readonly severity: Severity | null;
  readonly summary: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly topicArn: string | null;
  readonly trigger: RollbackTrigger;
  /** Everything the machine knew, written by RecordIncident; null while open. */
  readonly record: IncidentRecord | null;
  /** Group whose incident it is, and the services whose locks its execution holds; absent for a service alone. */
  readonly group?: string;
  readonly members?: readonly string[];
}

/** What became of a member of the group: `INC#<id> / MEMBER#<service>`, and in the record. */
export interface IncidentMember {
  readonly state: "planned" | "restored" | "skipped" | "failed";
  readonly reason: string;
  /** Where it was rolled back to, or was to be; null when nowhere. */
  readonly target: string | null;
}

/** The incident record: the slices as they were at the end. */
export interface IncidentRecord {
  readonly service: string;
  readonly target: Target | null;
  readonly mode: Mode | null;
  readonly assessment: Assessment | null;
  readonly plan: Plan | null;
  /** Absent where nobody was asked. */
  readonly approval?: Approval;
  readonly progress: Progress | null;
  readonly verification: Verification | null;
  readonly diagnosis: Diagnosis | null;
  /** What became worse, and what of it is well again; absent where nothing was verified. */
  readonly analysis?: VerificationReport;
  readonly failure: { readonly error: string; readonly cause: string } | null;
  /** Display ids in seed 000's form (`ver-20260210-190200-008`), beside our own. */
  readonly displayIds: Readonly<Record<string, string>>;
  /** By service; absent for a service alone. */
  readonly members?: Readonly<Record<string, IncidentMember>>;
}

/** `INC#<id> / SERIES#<signal>`: the points that the report draws. */
export interface IncidentSeries {
  readonly signal: string;
  readonly unit: Unit;
  readonly periodSeconds: number;
  /** Trigger or check threshold, null if none. */
  readonly threshold: number | null;
  /** Oldest first, at most 240. */
  readonly points: readonly { readonly at: string; readonly value: number }[];
}

/** An alarm that joined: `INC#<id> / ALARM#<alarmName>`. */
export interface IncidentAlarm {
  readonly alarmName: string;
  readonly at: string;
  readonly reason: string;
}

export interface Incident {
  readonly meta: IncidentMeta;
  readonly events: readonly TimelineEvent[];
  readonly alarms: readonly IncidentAlarm[];
  readonly series: readonly IncidentSeries[];
  /** Who was called, is to be called, or need not be any more; absent when nobody. */
  readonly escalations?: readonly EscalationNotice[];
}
