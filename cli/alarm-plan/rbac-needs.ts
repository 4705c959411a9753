import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { type RbacObject, type RoleRule, rolesOf } from "../../functions/domain/rbac.ts";
import { RBAC_GROUPS, type RbacGroup } from "../../functions/domain/rbac-rules.ts";

/** What one of Rollguard's groups needs in the service's namespace; `rollguard rbac` prints the Roles themselves. */
export interface RbacNeed {
  readonly group: (typeof RBAC_GROUPS)[RbacGroup];
  /** `get, list pods`: verbs, then resources; in parentheses the only objects that are meant. */
  readonly rules: readonly string[];
}

/** The rights that arming needs, one entry a group; rules that allow the same verbs of the same objects are one. */
export function rbacNeeds(blueprint: Blueprint): readonly RbacNeed[] {
  const objects = rolesOf(blueprint);
  return (Object.keys(RBAC_GROUPS) as RbacGroup[]).flatMap((key) => {
    const group = RBAC_GROUPS[key];
    const rules = objects.flatMap((object) => (isGrantedTo(object, group, objects) ? object.rules : []));
    return rules.length === 0 ? [] : [{ group, rules: inWords(rules) }];
  });
}

function isGrantedTo(object: RbacObject, group: string, all: readonly RbacObject[]): object is Extract<RbacObject, { rules: unknown }> {
  return (
    "rules" in object &&
    all.some(
      (other) =>
        "roleRef" in other &&
        other.roleRef.name === object.metadata.name &&
        other.metadata.namespace === object.metadata.namespace &&
        other.subjects.some(({ name }) => name === group),
    )
  );
}

function inWords(rules: readonly RoleRule[]): readonly string[] {
  const resources = new Map<string, string[]>();
  for (const {
    verbs,
    resources: [resource],
    resourceNames,
  } of rules) {
    const allowed = verbs.join(", ");
    const named = resourceNames === undefined ? resource : `${resource} (${resourceNames.join(", ")})`;
    resources.set(allowed, [...(resources.get(allowed) ?? []), named]);
  }
  return [...resources].map(([verbs, names]) => `${verbs} ${[...new Set(names)].join(", ")}`);
}
