import { beganWithin } from "../../../functions/domain/governance/pace.ts";
import { withoutOpen, withRollback } from "../../../functions/domain/governance/past-rollbacks.ts";
import {
  type Breaker,
  type Freeze,
  type GovernanceFacts,
  type GovernanceWrites,
  NO_GOVERNANCE,
  type PastRollback,
  type ReserveLimits,
} from "../../../functions/domain/governance.ts";
import { secondsBetween } from "../../../functions/domain/time.ts";
import type { FreezeScope, GovernanceStore } from "../../../functions/ports/governance-store.ts";

const HOUR_SECONDS = 3600;
const LONGEST_MEMORY_MILLISECONDS = 31 * 24 * 3_600_000;

/** What the automation remembers, in memory. Every call is atomic, since nothing in it awaits. */
export class InMemoryGovernance implements GovernanceStore {
  private readonly past = new Map<string, readonly PastRollback[]>();
  private began: PastRollback[] = [];
  private held: Breaker = NO_GOVERNANCE.breaker;
  private frozen: Freeze[] = [];

  async read(service: string, group: string | null, incidentId: string, now: Date): Promise<GovernanceFacts> {
    const at = now.toISOString();
    return structuredClone({
      rollbacks: this.rollbacksOf(service).filter((one) => one.incidentId !== incidentId),
      rollbacksOfAllInTheHour: this.began.filter((one) => one.incidentId !== incidentId && near(one, at)).length,
      breaker: await this.breaker(now),
      freezes: await this.freezesOf(service, group, now),
    });
  }

  async reserve(rollback: PastRollback, limits: ReserveLimits | null): Promise<"reserved" | "lost"> {
    const { incidentId, service, at } = rollback;
    const counted = this.began.some((one) => one.incidentId === incidentId && one.service === service && near(one, at));
    const others = this.began.filter((one) => near(one, at));
    if (!counted && limits !== null && others.length >= limits.maxPerHourAll) return "lost";
    const before = this.rollbacksOf(service);
    if (!before.some((one) => one.incidentId === incidentId)) {
      if (limits !== null && beganWithin(before, HOUR_SECONDS, at).length >= limits.maxPerHour) return "lost";
      this.past.set(service, withRollback(before, structuredClone(rollback)));
    }
    if (!counted) this.began.push(structuredClone(rollback));
    return "reserved";
  }

  async freeze(freeze: Freeze): Promise<void> {
    this.frozen = [...this.frozen.filter((one) => idOf(one) !== idOf(freeze)), structuredClone(freeze)];
  }

  async unfreeze({ scope, name }: FreezeScope, by: string, now: Date): Promise<readonly Freeze[]> {
    const ended = (await this.freezes(now)).filter((one) => one.scope === scope && one.name === name);
    for (const one of ended) await this.freeze({ ...one, until: now.toISOString(), liftedBy: by });
    return ended;
  }

  async freezes(now: Date): Promise<readonly Freeze[]> {
    const active = this.frozen.filter(({ until }) => Date.parse(until) > now.getTime());
    return structuredClone(active.sort((a, b) => Date.parse(a.until) - Date.parse(b.until)));
  }

  async freezesOf(service: string, group: string | null, now: Date): Promise<readonly Freeze[]> {
    return (await this.freezes(now)).filter(({ scope, name }) =>
      scope === "all" ? true : scope === "group" ? group !== null && name === group : name === service,
    );
  }

  async breaker(now: Date): Promise<Breaker> {
    const failures = this.held.failures.filter(({ at }) => now.getTime() - Date.parse(at) < LONGEST_MEMORY_MILLISECONDS);
    return structuredClone({ ...this.held, failures });
  }

  async closeBreaker(by: string, reason: string, at: Date): Promise<Breaker> {
    this.held = { ...this.held, closedAt: at.toISOString(), closedBy: by, closedReason: reason };
    return await this.breaker(at);
  }

  /** The part of a closing incident's transaction. */
  writeClosing(
    { service, id, closedAt }: { readonly service: string; readonly id: string; readonly closedAt: string | null },
    { rollback, approved, freezes }: GovernanceWrites,
  ): void {
    this.frozen.push(...structuredClone(freezes));
    if (rollback === null) {
      this.past.set(service, withoutOpen(this.rollbacksOf(service), id));
      return;
    }
    this.past.set(rollback.service, withRollback(this.rollbacksOf(rollback.service), structuredClone(rollback)));
    if (approved) this.began.push(structuredClone(rollback));
    const failure = { incidentId: rollback.incidentId, at: closedAt ?? rollback.at };
    if (rollback.outcome === "failed") this.held = { ...this.held, failures: [...this.held.failures, failure] };
  }

  /** For tests: rollbacks that were made before. */
  seed(...rollbacks: readonly PastRollback[]): void {
    for (const rollback of rollbacks) {
      this.past.set(rollback.service, withRollback(this.rollbacksOf(rollback.service), rollback));
      this.began.push(rollback);
    }
  }

  /** For assertions: of a service, newest first. */
  rollbacksOf(service: string): readonly PastRollback[] {
    return this.past.get(service) ?? [];
  }
}

function near({ at }: PastRollback, now: string): boolean {
  return Math.abs(secondsBetween(at, now)) < HOUR_SECONDS;
}

function idOf({ scope, name, since, incidentId, by }: Freeze): string {
  return [scope, name, since, incidentId ?? by].join(" ");
}
