import type { Incident, TimelineEvent } from "../../functions/domain/incident.ts";
import type { Progress } from "../../functions/domain/rollback-document.ts";

/** The moments of an incident (ISO 8601 UTC, null = did not happen or is not known) and the durations between them in seconds. */
export interface IncidentTimes {
  readonly changeAt: string | null;
  readonly onsetAt: string | null;
  /** The alarm's transition, or the time of a manual request. */
  readonly triggeredAt: string;
  readonly appliedAt: string | null;
  readonly recoveredAt: string | null;
  /** Onset to trigger; null for a request, where nothing was detected. */
  readonly detectionSeconds: number | null;
  /** Trigger to the accepted write. */
  readonly reactionSeconds: number | null;
  /** Onset (or trigger) to verified recovery, as VerifyStep measured it. */
  readonly recoverySeconds: number | null;
}

/** Reads the times out of the record and its timeline. */
export function incidentTimes({ meta, events }: Incident): IncidentTimes {
  const { record, trigger } = meta;
  const onsetAt = record?.assessment?.onsetAt ?? null;
  const appliedAt = events.find(isRestoringWrite)?.at ?? lastWrite(record?.progress ?? null);
  return {
    changeAt: record?.assessment?.change?.kind === "leftover" ? null : (record?.assessment?.change?.startedAt ?? null),
    onsetAt,
    triggeredAt: trigger.at,
    appliedAt,
    recoveredAt: record?.verification?.recoveredAt ?? null,
    detectionSeconds: trigger.kind === "alarm" ? between(onsetAt, trigger.at) : null,
    reactionSeconds: between(trigger.at, appliedAt),
    recoverySeconds: record?.verification?.recoverySeconds ?? null,
  };
}

/** `already-applied` is a write whose answer was lost. Putting the strategy back comes last and restores nothing. */
function isRestoringWrite({ type, data }: TimelineEvent): boolean {
  return type === "rollback_executed" || (data.outcome === "already-applied" && data.stepId !== "restore-strategy");
}

/** Without an event: the last step's own time, where it wrote. */
function lastWrite(progress: Progress | null): string | null {
  return progress?.outcome === "applied" || progress?.outcome === "already-applied" ? progress.appliedAt : null;
}

/** Seconds from one moment to another, never negative: clocks of two services may disagree by a little. */
function between(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
