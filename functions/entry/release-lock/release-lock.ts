import * as z from "zod/mini";
import { callsOfKilledRun } from "../../domain/conclusion/killed-run.ts";
import type { EscalationNotice } from "../../domain/escalation.ts";
import { locksOf } from "../../domain/group/locks.ts";
import type { IncidentMeta, TimelineEvent } from "../../domain/incident.ts";
import { formatNotification, notificationOf } from "../../domain/notification.ts";
import type { BlueprintRegistry } from "../../ports/blueprint-registry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { Pager } from "../../ports/pager.ts";
import { announcedGroup } from "../../runtime/announced-group.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { type ExecutionEnded, parseExecutionEnded } from "./execution-ended.ts";

export interface ReleaseLockPorts {
  readonly store: Pick<IncidentStore, "holder" | "release" | "read" | "members" | "close" | "append">;
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
 * Cleans up after an execution that was stopped, ran out of time or failed: those skip every Catch. If it still holds a lock it recorded nothing,
 * so the incident is closed as an error, its locks (of a group those of all members) are freed, and people are called, the first
 * page also directly. Otherwise it ended in order and nothing is done,
 * which makes a second event about it (FAILED after ABORTED) harmless.
 */
export function releaseLock({
  store,
  pager,
  blueprints,
  clock,
}: ReleaseLockPorts): Step<unknown, z.infer<typeof releaseLockSchemas.output>> {
  return async (event, { logger }) => {
    const ended = parseExecutionEnded(event);
    const { execution, service, incidentId } = ended;
    const group = await announcedGroup(store, incidentId);
    const held = await locksHeld(store, locksOf({ service, ...group }), execution);
    if (held.length === 0) return { execution, service, outcome: "nothing-to-do" };

    const closedAt = ended.stoppedAt ?? clock.now().toISOString();
    const incident = await store.read(incidentId);
    if (incident?.meta.status === "closed") {
      for (const name of held) await store.release(name, execution);
      return { execution, service, outcome: "released" };
    }
    const page = pageEvent(ended, closedAt);
    const meta = closedMeta(ended, incident?.meta ?? null, page, closedAt, group);
    const topicArn = meta?.topicArn ?? null;
    logger.error("an execution ended without freeing its lock", { execution, service, status: ended.status });
    const blueprint = blueprints?.byService(service) ?? null;
    const calls = meta === null ? [] : callsOfKilledRun(meta, page, incident?.events ?? [], blueprint);
    const [recorded] = await Promise.allSettled([record(store, ended, { meta, page, held, calls })]);
    // Whatever became of the record, a human must know; the outbox delivers the same event id.
    await pager.publish(formatNotification(notificationOf(page, { id: incidentId, service, topicArn })));
    if (recorded.status === "rejected") throw recorded.reason;
    return { execution, service, outcome: "released" };
  };
}

type OfGroup = Pick<IncidentMeta, "group" | "members">;

async function locksHeld(store: ReleaseLockPorts["store"], names: readonly string[], execution: string): Promise<readonly string[]> {
  const holders = await Promise.all(names.map((name) => store.holder(name)));
  return names.filter((_, index) => holders[index]?.owner === execution);
}

async function record(
  store: ReleaseLockPorts["store"],
  ended: ExecutionEnded,
  {
    meta,
    page,
    held,
    calls,
  }: {
    readonly meta: IncidentMeta | null;
    readonly page: TimelineEvent;
    readonly held: readonly string[];
    readonly calls: readonly EscalationNotice[];
  },
): Promise<void> {
  if (meta !== null) return store.close(meta, page, [], undefined, { governance: null, escalations: calls });
  await store.append(ended.incidentId, [{ ...page, service: ended.service }]);
  for (const name of held) await store.release(name, ended.execution);
}

function pageEvent({ execution, status, error, service }: ExecutionEnded, at: string): TimelineEvent {
  const why = error === null ? "" : ` (${error})`;
  return {
    id: `${at}#ReleaseLock#execution-ended`,
    at,
    type: "execution_ended",
    message: `${service}: execution ${execution} ended as ${status}${why} before it had recorded anything; its lock is being freed, and the service may be half rolled back`,
    urgency: "page",
    data: { execution, status, error },
  };
}

/** Null when neither the table nor the event says what the incident was about. */
function closedMeta(
  ended: ExecutionEnded,
  opened: IncidentMeta | null,
  page: TimelineEvent,
  closedAt: string,
  group: OfGroup,
): IncidentMeta | null {
  const end = { status: "closed", outcome: "error", summary: page.message, closedAt } as const;
  if (opened !== null) return { ...opened, ...group, ...end };
  if (ended.input === null) return null;
  const { trigger, incidentId } = ended.input;
  return {
    id: incidentId,
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
