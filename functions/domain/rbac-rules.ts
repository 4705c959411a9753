/** Who a right is for: functions that look, ExecuteStep that writes, and the keeper of copies of the configuration. */
export const RBAC_GROUPS = { read: "rollguard:read", write: "rollguard:write", keep: "rollguard:keep" } as const;
export type RbacGroup = keyof typeof RBAC_GROUPS;

/** One verb on one resource, as RBAC sees it. `resource` may carry a subresource: `rollouts/status`. */
export interface AccessRule {
  /** API group; "" is the core group. */
  readonly apiGroup: string;
  readonly resource: string;
  readonly verb: string;
  /** The one object that it is about; absent where the verb or the name does not allow that. */
  readonly name?: string;
  /** @default the workload's own */
  readonly namespace?: string;
}

/** As it stands in a Role. */
export function describeAccess({ apiGroup, resource, verb, namespace }: AccessRule): string {
  const rule = `{apiGroups: ["${apiGroup}"], resources: ["${resource}"], verbs: ["${verb}"]}`;
  return namespace === undefined ? rule : `${rule} in namespace ${namespace}`;
}
