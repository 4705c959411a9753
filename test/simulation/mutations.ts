import type { GovernanceStore } from "../../functions/ports/governance-store.ts";
import type { IncidentStore } from "../../functions/ports/incident-store.ts";
import type { ReleaseLedger } from "../../functions/ports/release-ledger.ts";

/** What keeps the automation from doing harm, each of which a year must notice the loss of. */
export type Mutation = "no lock" | "no quarantine" | "no limits";

/** Everybody gets the lock, also while another has it, and nobody hears of having lost it. */
export function withoutLock(store: IncidentStore): IncidentStore {
  return overlaid(store, {
    acquire: async (service, owner, incidentId, now, leaseSeconds) => {
      const holder = await store.holder(service);
      if (holder !== null) await store.release(service, holder.owner);
      return store.acquire(service, owner, incidentId, now, leaseSeconds);
    },
    renew: async (_service, _owner, fence, now, leaseSeconds) => ({
      fence,
      leaseUntil: new Date(now.getTime() + leaseSeconds * 1000).toISOString(),
    }),
  });
}

/** What was proven bad is forgotten at once. */
export function withoutQuarantine(ledger: ReleaseLedger): ReleaseLedger {
  return overlaid(ledger, { quarantine: async () => [] });
}

/** Nothing that happened before is remembered, and everybody gets a place in the hour. */
export function withoutLimits(governance: GovernanceStore): GovernanceStore {
  return overlaid(governance, {
    read: async (service, group, incidentId, now) => ({
      ...(await governance.read(service, group, incidentId, now)),
      rollbacks: [],
      rollbacksOfAllInTheHour: 0,
    }),
    reserve: async (rollback) => {
      await governance.reserve(rollback, null);
      return "reserved";
    },
  });
}

function overlaid<Port extends object>(port: Port, changed: Partial<Port>): Port {
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(changed, property) ?? Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
