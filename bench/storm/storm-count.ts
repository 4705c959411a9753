import { setTimeout as pause } from "node:timers/promises";
import type { IncidentStore } from "../../functions/ports/incident-store.ts";
import { settleBounded } from "../../functions/runtime/bounded.ts";

export interface StormFigures {
  readonly services: number;
  readonly alarms: number;
  readonly incidents: number;
  /** Alarms that neither opened an incident nor joined one. */
  readonly lost: number;
  /** Incidents and first writes beyond one of each service. */
  readonly twice: number;
  /** Services whose template nobody had changed when patience ended; 0 in a good run. */
  readonly unwritten: number;
  /** First event sent to the last first write of a template. */
  readonly seconds: number;
}

export interface CountRequest {
  readonly services: readonly string[];
  readonly alarms: number;
  readonly store: Pick<IncidentStore, "list" | "read">;
  /** Epoch milliseconds: joiners that have not come by then count as lost. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
}

const READS_AT_ONCE = 8;

/** What the table says of a storm, once every alarm is in it or patience has ended. */
export async function countStorm(request: CountRequest): Promise<Pick<StormFigures, "alarms" | "incidents" | "lost" | "twice">> {
  const { services, alarms, store, deadline, signal } = request;
  const total = services.length * alarms;
  for (;;) {
    signal?.throwIfAborted();
    const incidents = await store.list({ limit: 10 * total });
    const read = await settleBounded(incidents, READS_AT_ONCE, ({ id }) => store.read(id));
    const joined = read.flatMap((result) => (result.status === "fulfilled" ? (result.value?.alarms ?? []) : []));
    const told = new Set([...incidents.map(({ trigger }) => trigger.alarmName), ...joined.map(({ alarmName }) => alarmName)]);
    const counted = { alarms: total, incidents: incidents.length, lost: total - told.size };
    if (counted.lost <= 0 || Date.now() > deadline)
      return { ...counted, twice: incidents.length - new Set(incidents.map(({ service }) => service)).size };
    await pause(500);
  }
}
