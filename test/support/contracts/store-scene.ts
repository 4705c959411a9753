import { randomUUID } from "node:crypto";
import type { IncidentMeta, TimelineEvent } from "../../../functions/domain/incident.ts";
import type { IncidentStore } from "../../../functions/ports/incident-store.ts";
import type { ReleaseLedger } from "../../../functions/ports/release-ledger.ts";
import { anEvent, anIncidentMeta, anOpenIncidentMeta } from "../builders/incident.ts";
import { MOMENTS } from "../builders/moments.ts";

export interface StoreUnderTest {
  readonly store: IncidentStore;
  /** The observations of the same table: closing an incident writes verdicts there. */
  readonly ledger: ReleaseLedger;
}

export const now = new Date(MOMENTS.openedAt);
export const secondsLater = (seconds: number) => new Date(now.getTime() + seconds * 1000);

/** What the suites start from: a service of its own, free or with an open incident. */
export function storeScene(storeUnderTest: () => StoreUnderTest) {
  const setUp = () => {
    const service = `svc-${randomUUID().slice(0, 8)}`;
    const meta = (overrides: Partial<IncidentMeta> = {}) =>
      anOpenIncidentMeta({ service, id: `inc-${service}`, execution: `rg-${service}`, ...overrides });
    const closedMeta = (overrides: Partial<IncidentMeta> = {}) =>
      anIncidentMeta({ service, id: `inc-${service}`, execution: `rg-${service}`, ...overrides });
    return { ...storeUnderTest(), service, meta, closedMeta };
  };
  const openedIncident = async () => {
    const prepared = setUp();
    const meta = prepared.meta();
    const acquired = await prepared.store.acquire(prepared.service, meta.execution, meta.id, now, 900);
    if (acquired.outcome !== "acquired") throw new Error("the lock of a new service was not free");
    await prepared.store.open(meta, anEvent(), acquired.lock.fence);
    return { ...prepared, opened: meta, lock: acquired.lock };
  };
  const closing: TimelineEvent = anEvent({
    id: `${MOMENTS.closedAt}#RecordIncident#incident_closed`,
    at: MOMENTS.closedAt,
    type: "incident_closed",
  });
  return { setUp, openedIncident, closing };
}
