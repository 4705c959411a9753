import type { Blueprint } from "../blueprint.ts";
import type { RollbackTrigger } from "../rollback-document.ts";
import type { GroupNode } from "./waves.ts";

/** Members that one incident may have: the document that flows holds each one's slices, and one transaction frees all their locks. */
export const MOST_MEMBERS = 10;

/** What the lease lock of a group is called among those of services, none of which has a colon in its name. */
export function groupLockName(group: string): string {
  return `group:${group}`;
}

/** The group that a lock of this name belongs to; null for a service's own. */
export function groupOfLock(name: string): string | null {
  return name.startsWith("group:") ? name.slice("group:".length) : null;
}

/** Does this trigger concern the whole group? What a person asks for, and what mends or gives back one workload, is about one service, and takes no other's lock. */
export function concernsGroup({ kind }: Pick<RollbackTrigger, "kind">): boolean {
  return kind === "alarm" || kind === "verification";
}

/** Members of a group, by name. */
export function membersOf(group: string, blueprints: readonly Blueprint[]): Blueprint[] {
  return blueprints.filter(({ policy }) => policy.group?.name === group).sort((one, other) => (one.service < other.service ? -1 : 1));
}

export function nodeOf({ service, policy }: Pick<Blueprint, "service" | "policy">): GroupNode {
  return { service, dependsOn: policy.group?.dependsOn ?? [] };
}
