import { authoredProblem, type Problem } from "../blueprint-problem.ts";
import { MOST_MEMBERS } from "./group.ts";
import type { GroupNode } from "./waves.ts";

/** What one blueprint says of its group. */
export interface GroupClaim extends GroupNode {
  readonly group: string;
}

/** What is wrong with a blueprint's group among all that are deployed together; `claims` in the order of the files, `own` among them. */
export function groupProblems(own: GroupClaim, claims: readonly GroupClaim[]): Problem[] {
  const members = claims.filter(({ group }) => group === own.group);
  return [...foreignProblems(own, members, claims), ...circleProblems(own, members), ...sizeProblems(own, members)];
}

function foreignProblems(own: GroupClaim, members: readonly GroupClaim[], claims: readonly GroupClaim[]): Problem[] {
  return own.dependsOn.flatMap((name, index) => {
    if (members.some(({ service }) => service === name)) return [];
    const other = claims.find(({ service }) => service === name);
    const is = other === undefined ? "is no service of these blueprints with a group" : `is in group ${other.group}`;
    const fix = `name services of group ${own.group} (${members.map(({ service }) => service).join(", ")}), all of them among the files`;
    return [authoredProblem(["spec", "rollback", "depends_on", index], `${name} ${is}`, fix)];
  });
}

/** Said at the last file of the circle only, so that one circle is one problem. */
function circleProblems(own: GroupClaim, members: readonly GroupClaim[]): Problem[] {
  const circle = wayBack(own.service, members, [own.service]);
  const last = circle === null ? null : members.findLast(({ service }) => circle.includes(service));
  if (circle === null || last?.service !== own.service) return [];
  const message = `${circle.join(" -> ")} is a circle: nothing could be rolled back first`;
  return [authoredProblem(["spec", "rollback", "depends_on"], message, "leave one of them out")];
}

function wayBack(goal: string, members: readonly GroupClaim[], way: readonly string[], seen = new Set<string>()): string[] | null {
  const here = members.find(({ service }) => service === way.at(-1));
  for (const name of here?.dependsOn ?? []) {
    // that a service depends on itself is said where it is read alone
    if (name === goal && way.length > 1) return [...way, goal];
    if (name === goal || seen.has(name)) continue;
    seen.add(name);
    const found = wayBack(goal, members, [...way, name], seen);
    if (found !== null) return found;
  }
  return null;
}

function sizeProblems({ group, service }: GroupClaim, members: readonly GroupClaim[]): Problem[] {
  const place = members.findIndex((member) => member.service === service) + 1;
  if (place <= MOST_MEMBERS) return [];
  const message = `group ${group} has ${members.length} services, and this is number ${place}: at most ${MOST_MEMBERS} are rolled back together`;
  return [authoredProblem(["spec", "rollback", "group"], message, "make two groups of them")];
}
