import type { Incident, IncidentMeta } from "../../functions/domain/incident.ts";
import type { IncidentStore } from "../../functions/ports/incident-store.ts";
import { badInput, notFound } from "../command-error.ts";

type Reads = Pick<IncidentStore, "read" | "readMeta" | "list" | "holder">;

/** Ids of incidents begin like this; whatever does not is taken for a service. */
export function isIncidentId(name: string): boolean {
  return name.startsWith("inc-");
}

/** The open incident of a service, also one of its group that another member opened; null when there is none. */
export async function openIncidentOf(store: Reads, service: string): Promise<IncidentMeta | null> {
  const own = (await store.list({ service, limit: 5 })).find(({ status }) => status === "open");
  if (own !== undefined) return own;
  const lock = await store.holder(service);
  const meta = lock === null ? null : await store.readMeta(lock.incidentId);
  return meta?.status === "open" ? meta : null;
}

/** The running incident that is meant by its id or by its service. Throws CommandError when there is none, or it has ended. */
export async function runningIncident(store: Reads, name: string): Promise<IncidentMeta> {
  if (!isIncidentId(name)) {
    const open = await openIncidentOf(store, name);
    if (open === null) throw notFound(`${name} has no open incident. 'rollguard incidents --service ${name}' lists those that ended.`);
    return open;
  }
  const { meta } = await incidentById(store, name);
  if (meta.status === "closed") throw badInput(`${name} has ended already (${meta.outcome}): nothing was changed.`);
  return meta;
}

/** A finished incident by its id. Throws CommandError when there is none, or it still runs. */
export async function finishedIncident(store: Reads, id: string): Promise<Incident> {
  const incident = await incidentById(store, id);
  if (incident.meta.status === "open") throw badInput(`${id} is still open: 'rollguard show ${id}' tells how far it is.`);
  return incident;
}

async function incidentById(store: Reads, id: string): Promise<Incident> {
  const incident = await store.read(id);
  if (incident === null) throw notFound(`There is no incident ${id}. 'rollguard incidents' lists those that there are.`);
  return incident;
}
