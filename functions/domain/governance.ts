/** What the automation's own rules look at. The rules themselves are in `governance/`, put together in `plan/govern.ts`. */

/** No releases to a scope until a time. A freeze never denies a rollback. */
export interface Freeze {
  readonly scope: "service" | "group" | "all";
  /** Of the service or group; null for `all`. */
  readonly name: string | null;
  readonly since: string;
  readonly until: string;
  readonly reason: string;
  readonly by: string;
  /** The incident whose rollback froze it; null when a person did. */
  readonly incidentId: string | null;
  /** A rollback of class security: not even a declared fix passes (seed-figures, section 5). */
  readonly security: boolean;
  /** Who ended it before its time; `until` is then when. */
  readonly liftedBy?: string;
}

/** A rollback that wrote something, as it is remembered for cooldown, rate and breaker. */
export interface PastRollback {
  readonly incidentId: string;
  readonly service: string;
  /** When its plan was allowed. */
  readonly at: string;
  /** `open` while it runs; of an earlier incident: its run died. */
  readonly outcome: "open" | "recovered" | "failed";
  /** What was live before and what the plan leads to, by `governance/release-key.ts`. Absent where nobody knows. */
  readonly from?: string | null;
  readonly to?: string | null;
}

export interface Breaker {
  /** Failed rollbacks of the whole deployment within a month, oldest first. */
  readonly failures: readonly { readonly incidentId: string; readonly at: string }[];
  /** By a person; failures before it count no more. */
  readonly closedAt: string | null;
  readonly closedBy?: string;
  readonly closedReason?: string;
}

/** Everything that the rules know of the past. */
export interface GovernanceFacts {
  /** Of this service, newest first; this incident's own is left out. */
  readonly rollbacks: readonly PastRollback[];
  /** Of all services within the last hour, this incident's own not counted. */
  readonly rollbacksOfAllInTheHour: number;
  readonly breaker: Breaker;
  readonly freezes: readonly Freeze[];
}

/** What the end of an incident adds, in the transaction that closes it. */
export interface GovernanceWrites {
  /** Null when nothing was written to the cluster: then what the incident had reserved is given back. */
  readonly rollback: PastRollback | null;
  /** A person allowed it, so that it took no place before it began: it counts in its hour from now on. */
  readonly approved: boolean;
  readonly freezes: readonly Freeze[];
}

/** So many rollbacks may begin in any hour. */
export interface ReserveLimits {
  readonly maxPerHour: number;
  readonly maxPerHourAll: number;
}

/** A deployment in which nothing has happened yet. */
export const NO_GOVERNANCE: GovernanceFacts = {
  rollbacks: [],
  rollbacksOfAllInTheHour: 0,
  breaker: { failures: [], closedAt: null },
  freezes: [],
};
