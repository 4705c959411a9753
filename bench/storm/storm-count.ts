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
}

const READS_AT_ONCE = 8;

/** What the table says of a storm. */
export async function countStorm({
  services,
  alarms,
  store,
}: CountRequest): Promise<Pick<StormFigures, "alarms" | "incidents" | "lost" | "twice">> {
  const total = services.length * alarms;
  const incidents = await store.list({ limit: 10 * total });
  const read = await settleBounded(incidents, READS_AT_ONCE, ({ id }) => store.read(id));
  const joined = read.flatMap((result) => (result.status === "fulfilled" ? (result.value?.alarms ?? []) : []));
  const told = new Set([...incidents.map(({ trigger }) => trigger.alarmName), ...joined.map(({ alarmName }) => alarmName)]);
  const twice = incidents.length - new Set(incidents.map(({ service }) => service)).size;
  return { alarms: total, incidents: incidents.length, lost: total - told.size, twice };
}
