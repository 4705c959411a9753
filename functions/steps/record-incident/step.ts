import { conclude } from "../../domain/conclude.ts";
import { liftedRelease } from "../../domain/conclusion/lifted-release.ts";
import { allIsWell } from "../../domain/conclusion/outcome.ts";
import { governanceWrites } from "../../domain/governance-writes.ts";
import { firedAlone, memberClosings } from "../../domain/group/member-ends.ts";
import { type RecordSlice, RecordSliceSchema, type RollbackDocument, RollbackDocumentSchema } from "../../domain/rollback-document.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import { announcedGroup } from "../../runtime/announced-group.ts";
import type { Step } from "../../runtime/step-handler.ts";

export interface RecordIncidentPorts {
  readonly store: IncidentStore;
  readonly ledger: Pick<ReleaseLedger, "mark">;
  readonly clock: Clock;
}

/** What the state needs of the document, and the slice it adds. */
export const recordIncidentSchemas = { input: RollbackDocumentSchema, output: RecordSliceSchema };

/**
 * Looks once more for alarms that joined late, closes the incident, writes verdicts into the ledger, leaves calls to be made and frees the lock, in one
 * transaction; of a group each member's part before it. Looks again after it: an alarm may join until the lock is free. Works with any slice missing.
 */
export function recordIncident({ store, ledger, clock }: RecordIncidentPorts): Step<RollbackDocument, RecordSlice> {
  return async (document) => {
    const recordedAt = clock.now().toISOString();
    const alone = conclude(document, recordedAt);
    const read = allIsWell(alone.outcome) ? await store.read(document.incidentId) : null;
    const conclusion = read === null ? alone : conclude(document, recordedAt, { joined: read.alarms, called: read.escalations ?? [] });
    const { outcome, summary, meta, event, verdicts, ledger: writes, escalations, freeze } = conclusion;
    // Before the end: a try that broke off in between marks it again.
    const lifted = liftedRelease(document, recordedAt);
    if (lifted !== null) await ledger.mark(lifted);
    for (const closing of memberClosings(document, recordedAt)) await store.settle(meta, closing);
    const governance = governanceWrites(firedAlone(document), recordedAt, freeze);
    // An OpenIncident that failed may have taken its group's locks before.
    const group = document.opening === undefined ? await announcedGroup(store, document.incidentId) : {};
    await store.close({ ...meta, ...group }, event, verdicts, writes, { governance, escalations });
    const late = allIsWell(alone.outcome) ? await joinedAtTheEnd(store, document, recordedAt) : null;
    return late ?? { outcome, summary, recordedAt };
  };
}

/**
 * Calls a human for alarms that joined between the last look and the end: they are in a closed incident, and nothing starts them again. The record stays as
 * it is. Null when there are none, or when the end that is stored has named them: a try that broke off in between finds both.
 */
async function joinedAtTheEnd(store: IncidentStore, document: RollbackDocument, recordedAt: string): Promise<RecordSlice | null> {
  const stored = await store.read(document.incidentId);
  if (stored === null || stored.meta.outcome === null || !allIsWell(stored.meta.outcome)) return null;
  const { meta, alarms, escalations: called = [] } = stored;
  const { outcome, summary } = conclude(document, recordedAt, { joined: alarms, called });
  if (allIsWell(outcome)) return null;
  const at = meta.closedAt ?? recordedAt;
  const page = { id: `${at}#RecordIncident#joined-at-the-end`, at, type: "incident_closed", message: summary, urgency: "page" } as const;
  await store.append(meta.id, [{ ...page, data: { outcome, service: meta.service }, service: meta.service, topicArn: meta.topicArn }]);
  return { outcome, summary, recordedAt };
}
