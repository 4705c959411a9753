import type { Breaker, Freeze, GovernanceFacts, PastRollback, ReserveLimits } from "../domain/governance.ts";

/** Whose releases are frozen: a service or a group by its name, or all. */
export type FreezeScope = Pick<Freeze, "scope" | "name">;

/**
 * What the automation remembers about itself: rollbacks, breaker and freezes. Throws `TransientUpstreamError` or `PermissionError`. The end of an
 * incident writes its part through `IncidentStore.close`.
 */
export interface GovernanceStore {
  /** All of it consistent, for one decision; `incidentId`'s own rollback is left out, so that a retry decides the same. */
  read(service: string, group: string | null, incidentId: string, now: Date): Promise<GovernanceFacts>;
  /**
   * Notes that a rollback begins (its outcome is `open`), unless that would be more than the limits allow in the hour before its `at`; null = whatever they
   * say (a person decided). Idempotent per incident and service. Under concurrency never more than the limits, at times one less.
   */
  reserve(rollback: PastRollback, limits: ReserveLimits | null): Promise<"reserved" | "lost">;
  freeze(freeze: Freeze): Promise<void>;
  /** Ends the freezes of exactly this scope; answers with those that it ended. */
  unfreeze(scope: FreezeScope, by: string, now: Date): Promise<readonly Freeze[]>;
  /** Every freeze that holds now, the one that ends first first. */
  freezes(now: Date): Promise<readonly Freeze[]>;
  /** The freezes that hold now for a service: its own, its group's, everybody's. Consistent. */
  freezesOf(service: string, group: string | null, now: Date): Promise<readonly Freeze[]>;
  breaker(now: Date): Promise<Breaker>;
  /** A person's word: failures before `at` count no more. */
  closeBreaker(by: string, reason: string, at: Date): Promise<Breaker>;
}
