import { type Blueprint, keepsSecrets, type RestorePolicy, type Target } from "./blueprint.ts";
import { cronJobsOf } from "./rbac-checks.ts";
import { clusterRules, gitopsRules, keepRules, type OwnerPlace, readRules } from "./rbac-reads.ts";
import { type AccessRule, RBAC_GROUPS, type RbacGroup } from "./rbac-rules.ts";
import { hasControllerRevisions, type StepAccess, writeRules } from "./rbac-steps.ts";

/** One rule of a Role: verbs on one resource, of all objects or of those named. */
export interface RoleRule {
  readonly apiGroups: readonly [string];
  readonly resources: readonly [string];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface Named<Kind extends string> {
  readonly apiVersion: "rbac.authorization.k8s.io/v1";
  readonly kind: Kind;
  /** No namespace: cluster-wide. */
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface RoleObject extends Named<"Role" | "ClusterRole"> {
  readonly rules: readonly RoleRule[];
}

export interface BindingObject extends Named<"RoleBinding" | "ClusterRoleBinding"> {
  readonly roleRef: { readonly apiGroup: "rbac.authorization.k8s.io"; readonly kind: "Role" | "ClusterRole"; readonly name: string };
  readonly subjects: readonly [{ readonly apiGroup: "rbac.authorization.k8s.io"; readonly kind: "Group"; readonly name: string }];
}

export type RbacObject = RoleObject | BindingObject;

export interface RolesOptions {
  /** What the Roles' names begin with. @default `rollguard-<service>` */
  readonly prefix?: string;
  /** Objects of GitOps controllers that may be read and held, and where they are. @default none: a rollback of an owned workload is watched, not held */
  readonly owners?: readonly OwnerPlace[];
  /** The Secrets that may be read where the blueprint asks for digests, and written where they are sealed. @default all of the namespace */
  readonly secrets?: readonly string[];
  /** Nodes and what runs on them, for the headroom. @default false */
  readonly clusterWide?: boolean;
  /** Leave names out, for a manifest that fits every service. @default false */
  readonly anyName?: boolean;
}

/** Roles and bindings for one service, ready for `kubectl apply`: exactly the verbs that its kind, traffic, restore and GitOps settings use. */
export function rolesOf(blueprint: Blueprint, options: RolesOptions = {}): RbacObject[] {
  const { target, service } = blueprint;
  const { prefix = `rollguard-${service}`, owners = [], clusterWide = false, anyName = false } = options;
  const writes = possibleSteps(blueprint, owners, options.secrets).flatMap((step) => writeRules(target, step));
  const reads = [...readRules(blueprint, options.secrets), ...gitopsRules(owners)];
  const byGroup: Readonly<Record<RbacGroup, readonly AccessRule[]>> = {
    read: reads,
    // Whoever writes is in the reading group too.
    write: writes.filter((rule) => !reads.some((read) => covers(read, rule))),
    keep: keepRules(blueprint, options.secrets),
  };
  const groups = Object.keys(byGroup) as RbacGroup[];
  return [
    ...groups.flatMap((group) => {
      const rules = byGroup[group].map(({ name, ...rule }) => ({ ...rule, ...(name === undefined || anyName ? {} : { name }) }));
      const namespaces = [...new Set(rules.map(({ namespace = target.namespace }) => namespace))];
      return namespaces.flatMap((namespace) =>
        granted(`${prefix}-${group}`, namespace, group, merged(rules.filter((rule) => (rule.namespace ?? target.namespace) === namespace))),
      );
    }),
    ...(clusterWide ? granted("rollguard-cluster-read", null, "read", merged(clusterRules())) : []),
  ];
}

/** Every kind of step that a plan for this service may have, with what is known of its object beforehand. `secrets`: the names of those that may be written. */
export function possibleSteps(blueprint: Blueprint, owners: readonly OwnerPlace[], secrets?: readonly string[]): StepAccess[] {
  const { target, traffic, restore, gitops } = blueprint;
  // Names of copies in the namespace are not known beforehand.
  const written = restore.secrets === "encrypted" && secrets !== undefined ? { names: secrets } : {};
  const configs = [
    ...(restore.configMaps ? [{ kind: "ConfigMap" } as const] : []),
    ...(keepsSecrets(restore) ? [{ kind: "Secret", ...written } as const] : []),
  ];
  return [
    { kind: "restore-template" },
    { kind: "restore-strategy" },
    ...(target.kind === "DaemonSet"
      ? []
      : ([
          { kind: "restore-scale" },
          { kind: "restore-autoscaler" },
          { kind: "hold-autoscaler" },
          { kind: "release-autoscaler" },
        ] as const)),
    ...ofKind(target, restore),
    ...(configs.length === 0 ? [] : [{ kind: "restore-config", configs } as const]),
    ...(traffic === null ? [] : [{ kind: "set-weights", route: traffic.route } as const]),
    ...(traffic !== null && target.kind === "Deployment" ? [{ kind: "scale-arm", deployment: target.name } as const] : []),
    ...(traffic === null || traffic.maintenance === null ? [] : [{ kind: "maintenance", route: traffic.route } as const]),
    ...cronJobsOf(blueprint).map((job): StepAccess => ({ kind: "run-check", job })),
    ...(gitops.hold ? owners.map((owner): StepAccess => ({ kind: "hold-gitops", object: { ...owner } })) : []),
  ];
}

function ofKind({ kind }: Target, { deleteFailedReplicaSet, fieldManagerGuard }: RestorePolicy): StepAccess[] {
  const guard: StepAccess[] = fieldManagerGuard ? [{ kind: "release-guard" }] : [];
  if (hasControllerRevisions(kind)) return [{ kind: "replace-pods" }, ...guard];
  const failed: StepAccess = { kind: deleteFailedReplicaSet ? "delete-replica-set" : "quarantine-replica-set" };
  if (kind === "Rollout") return [{ kind: "abort-rollout" }, { kind: "promote-rollout" }, failed, ...guard];
  return [{ kind: "pause-at-share" }, { kind: "resume" }, { kind: "relax-rollout" }, failed, ...guard];
}

function covers(given: AccessRule, needed: AccessRule): boolean {
  const { apiGroup, resource, verb, name, namespace } = needed;
  const same = given.apiGroup === apiGroup && given.resource === resource && given.verb === verb && given.namespace === namespace;
  return same && (given.name === undefined || given.name === name);
}

/** Each resource and set of names once, with all its verbs; a verb that is given for any name is not given for one of them again. */
function merged(rules: readonly AccessRule[]): RoleRule[] {
  const names = new Map<string, ReadonlySet<string> | "any">();
  for (const { apiGroup, resource, verb, name } of rules) {
    const key = [apiGroup, resource, verb].join("|");
    const known = names.get(key);
    names.set(key, name === undefined || known === "any" ? "any" : new Set([...(known ?? []), name]));
  }
  const roleRules = new Map<string, RoleRule>();
  for (const [key, some] of names) {
    const [apiGroup = "", resource = "", verb = ""] = key.split("|");
    const resourceNames = some === "any" ? [] : [...some].sort();
    const place = [apiGroup, resource, ...resourceNames].join("|");
    const verbs = [...(roleRules.get(place)?.verbs ?? []), verb];
    roleRules.set(place, { apiGroups: [apiGroup], resources: [resource], verbs, ...(resourceNames.length === 0 ? {} : { resourceNames }) });
  }
  return [...roleRules.values()];
}

function granted(name: string, namespace: string | null, group: RbacGroup, rules: readonly RoleRule[]): RbacObject[] {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const apiGroup = "rbac.authorization.k8s.io";
  const [role, binding] = namespace === null ? (["ClusterRole", "ClusterRoleBinding"] as const) : (["Role", "RoleBinding"] as const);
  const metadata = { name, ...(namespace === null ? {} : { namespace }) };
  return [
    { apiVersion, kind: role, metadata, rules },
    {
      apiVersion,
      kind: binding,
      metadata,
      roleRef: { apiGroup, kind: role, name },
      subjects: [{ apiGroup, kind: "Group", name: RBAC_GROUPS[group] }],
    },
  ];
}
