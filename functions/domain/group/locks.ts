import type { IncidentMeta } from "../incident.ts";
import { groupLockName } from "./group.ts";

/** Names of all locks that an incident may hold: the service's, its group's and those of the members. */
export function locksOf({ service, group, members = [] }: Pick<IncidentMeta, "service" | "group" | "members">): string[] {
  return [...new Set([service, ...members, ...(group === undefined ? [] : [groupLockName(group)])])];
}
