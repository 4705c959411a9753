import * as z from "zod/mini";
import { callsOfKilledRun, governanceOfKilledRun } from "../../domain/conclusion/killed-run.ts";
import { locksOf } from "../../domain/group/locks.ts";
import type { IncidentMeta, TimelineEvent } from "../../domain/incident.ts";
import { formatNotification, notificationOf } from "../../domain/notification.ts";
import type { RollbackTrigger } from "../../domain/rollback-document.ts";
import type { BlueprintRegistry } from "../../ports/blueprint-registry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { Pager } from "../../ports/pager.ts";
import { announcedGroup } from "../../runtime/announced-group.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { type ExecutionEnded, parseExecutionEnded } from "./execution-ended.ts";

export interface ReleaseLockPorts {
  readonly store: Pick<IncidentStore, "holder" | "release" | "read" | "members" | "close">;
  readonly pager: Pager;
  /** Whom the service calls. @default the seeds' times, through the service's own topic */
  readonly blueprints?: Pick<BlueprintRegistry, "byService">;
  readonly clock: Clock;
}

export const releaseLockSchemas = {
  input: z.unknown(),
  output: z.strictObject({ execution: z.string(), service: z.string(), outcome: z.enum(["released", "nothing-to-do"]) }),
};

/**
 * Cleans up after an execution that was stopped, ran out of time or failed: those skip every Catch. Its closed incident is its tombstone: where there is
 * one it ended in order, and only locks that a late request took are freed. Else the incident is closed as an error, its locks (of a group those of all
 * members) are freed, and people are called, the first page also directly. Where it had neither opened an incident nor held a lock there is one page only:
 * an alarm starts one execution, so nobody else will look; and an OpenIncident that still runs finds the tombstone. A second event about it (FAILED after ABORTED) is harmless.
 */
export function releaseLock({
  store,
  pager,
  blueprints,
  clock,
}: ReleaseLockPorts): Step<unknown, z.infer<typeof releaseLockSchemas.output>> {
  return async (event, { logger }) => {
    const ended = parseExecutionEnded(event);
    const { execution, incidentId } = ended;
    const incident = await store.read(incidentId);
    // The execution's name has only the first characters of a long one.
    const service = incident?.meta.service ?? ended.service;
    const group = await announcedGroup(store, incidentId);
    const held = await locksHeld(store, locksOf({ service, ...group }), execution);
    if (incident?.meta.status === "closed") {
      for (const name of held) await store.release(name, execution);
      return { execution, service, outcome: held.length === 0 ? "nothing-to-do" : "released" };
    }
    const closedAt = ended.stoppedAt ?? clock.now().toISOString();
    if (incident === null && held.length === 0) {
      const left = endEvent(ended, closedAt, "page", "opened an incident; it held no lock, and nobody works on what had started it");
      await store.close(closedMeta(ended, null, left, closedAt, group), left, []);
      return { execution, service, outcome: "nothing-to-do" };
    }
    const lock = held.length === 0 ? "it had lost its lock" : "its lock is being freed";
    const page = endEvent(ended, closedAt, "page", `recorded anything; ${lock}, and the service may be half rolled back`);
    const meta = closedMeta(ended, incident?.meta ?? null, page, closedAt, group);
    logger.error("an execution ended without closing its incident", { execution, service, status: ended.status, held });
    const calls = callsOfKilledRun(meta, page, incident?.events ?? [], blueprints?.byService(service) ?? null);
    const governance = incident === null ? null : governanceOfKilledRun(meta, incident.events);
    const [recorded] = await Promise.allSettled([store.close(meta, page, [], undefined, { governance, escalations: calls })]);
    // Whatever became of the record, a human must know; the outbox delivers the same event id.
    await pager.publish(formatNotification(notificationOf(page, meta)));
    if (recorded.status === "rejected") throw recorded.reason;
    return { execution, service, outcome: "released" };
  };
}

type OfGroup = Pick<IncidentMeta, "group" | "members">;

async function locksHeld(store: ReleaseLockPorts["store"], names: readonly string[], execution: string): Promise<readonly string[]> {
  const holders = await Promise.all(names.map((name) => store.holder(name)));
  return names.filter((_, index) => holders[index]?.owner === execution);
}

function endEvent(
  { execution, status, error, service }: ExecutionEnded,
  at: string,
  urgency: TimelineEvent["urgency"],
  before: string,
): TimelineEvent {
  const why = error === null ? "" : ` (${error})`;
  return {
    id: `${at}#ReleaseLock#execution-ended`,
    at,
    type: "execution_ended",
    message: `${service}: execution ${execution} ended as ${status}${why} before it had ${before}`,
    urgency,
    data: { execution, status, error },
  };
}

function closedMeta(
  ended: ExecutionEnded,
  opened: IncidentMeta | null,
  event: TimelineEvent,
  closedAt: string,
  group: OfGroup,
): IncidentMeta {
  const end = { status: "closed", outcome: "error", summary: event.message, closedAt } as const;
  if (opened !== null) return { ...opened, ...group, ...end };
  const trigger = ended.input?.trigger ?? unknownTrigger(ended, closedAt);
  return {
    id: ended.incidentId,
    service: trigger.service,
    execution: ended.execution,
    severity: null,
    openedAt: trigger.at,
    topicArn: null,
    trigger,
    record: null,
    ...group,
    ...end,
  };
}

/** When neither the table nor the event says what the incident was about. */
function unknownTrigger({ service }: ExecutionEnded, at: string): RollbackTrigger {
  return {
    kind: "alarm",
    source: "unknown",
    service,
    at,
    reason: "unknown: the event of the execution's end did not carry its input",
    alarmName: null,
    alarmArn: null,
    requestedBy: null,
    datapoints: [],
    threshold: null,
  };
}
