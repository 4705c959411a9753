import type { IncidentMeta } from "../domain/incident.ts";
import type { IncidentStore } from "../ports/incident-store.ts";

/** The group of an incident as it was announced, whatever of it has been locked since; empty for a service alone. */
export async function announcedGroup(
  store: Pick<IncidentStore, "members">,
  incidentId: string,
): Promise<Pick<IncidentMeta, "group" | "members">> {
  const members = await store.members(incidentId);
  const [first] = members;
  return first === undefined ? {} : { group: first.group, members: members.map(({ service }) => service) };
}
