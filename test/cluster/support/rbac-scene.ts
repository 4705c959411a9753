import { randomBytes } from "node:crypto";
import { type ConnectToCluster, eksConnections } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import { type RbacObject, type RoleObject, type RolesOptions, rolesOf } from "../../../functions/domain/rbac.ts";
import { type AccessRule, describeAccess, RBAC_GROUPS, type RbacGroup } from "../../../functions/domain/rbac-rules.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { ensureNamespace } from "../../../local/cluster/seed.ts";
import { type RunningCluster, startCluster } from "../../../local/cluster/start-cluster.ts";

const ROLE = (group: string) => `arn:aws:iam::000000000000:role/${group}`;
const SECRET = "secret";
const SCENE = "scene";
const GROUPS = Object.keys(RBAC_GROUPS) as RbacGroup[];
const PLURALS: Readonly<Record<string, string>> = { Role: "roles", RoleBinding: "rolebindings" };

/** One verb of one rule, of one group. */
export interface Right extends AccessRule {
  readonly group: RbacGroup;
}

/** A cluster whose front knows the three groups by their own keys, and that gives nobody anything but what Roles say. */
export async function startStrictCluster(): Promise<RunningCluster> {
  const kubeconfig = process.env.KUBECONFIG;
  return startCluster({
    eksPort: 0,
    kubernetesPort: 0,
    kubelet: { readyDelaySeconds: 0.1, terminationDelaySeconds: 0.05 },
    simulator: { grants: {} },
    knownKeys: Object.fromEntries([...GROUPS, SCENE].map((who) => [who.toUpperCase(), { secretAccessKey: SECRET, arn: ROLE(who) }])),
    // ExecuteStep, which writes, may also read.
    accessEntries: [
      { principalArn: ROLE(SCENE), groups: ["system:masters"] },
      ...GROUPS.map((group) => ({
        principalArn: ROLE(group),
        groups: group === "write" ? [RBAC_GROUPS.read, RBAC_GROUPS.write] : [RBAC_GROUPS[group]],
      })),
    ],
    ...(kubeconfig ? { kubeconfig } : {}),
  });
}

/** A connection as a member of one of the groups, or with all rights (for what a scene itself has to know). */
export function connectionAs({ eksUrl }: RunningCluster, group: RbacGroup | typeof SCENE): ConnectToCluster {
  return eksConnections({
    identity: { credentials: async () => ({ accessKeyId: group.toUpperCase(), secretAccessKey: SECRET }), region: async () => "us-east-1" },
    environment: { AWS_ENDPOINT_URL_EKS: eksUrl },
  });
}

export async function newNamespace(client: ClusterClient): Promise<string> {
  const namespace = `rg-${randomBytes(4).toString("hex")}`;
  await ensureNamespace(client, namespace);
  return namespace;
}

/** Every verb that the Roles of a blueprint give, each on its own. */
export function rightsOf(blueprint: Blueprint, options: RolesOptions = {}): Right[] {
  return rolesOf(blueprint, options).flatMap((object) => {
    if (!isRole(object)) return [];
    const group = GROUPS.find((candidate) => object.metadata.name.endsWith(`-${candidate}`));
    if (group === undefined) throw new Error(`${object.metadata.name} is of no group`);
    const { namespace } = object.metadata;
    const where = namespace === undefined || namespace === blueprint.target.namespace ? {} : { namespace };
    return object.rules.flatMap(({ apiGroups: [apiGroup], resources: [resource], verbs }) =>
      verbs.map((verb): Right => ({ group, apiGroup, resource, verb, ...where })),
    );
  });
}

/** Applies the Roles as `rollguard rbac` prints them, without the one verb. */
export async function applyRoles(
  client: ClusterClient,
  blueprint: Blueprint,
  without: Right | null,
  options: RolesOptions = {},
): Promise<void> {
  for (const object of rolesOf(blueprint, options)) {
    const { kind, metadata } = object;
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${metadata.namespace}/${PLURALS[kind]}`;
    const body = without === null || !isRole(object) ? object : lacking(object, without, blueprint.target.namespace);
    const found = await client.find(`${path}/${metadata.name}`);
    if (found) await client.put(`${path}/${metadata.name}`, { ...body });
    else await client.post(path, { ...body });
  }
}

/** As a refusal or a check names the rule that is missing. */
export function namedIn(text: string, { apiGroup, resource, verb }: Right): boolean {
  return text.includes(describeAccess({ apiGroup, resource, verb }));
}

/** All rules that a text asks for, each once. */
export function rulesIn(text: string): string[] {
  return [...new Set(text.match(/\{apiGroups: \["[^"]*"\], resources: \["[^"]*"\], verbs: \["[^"]*"\]\}/g) ?? [])].sort();
}

function lacking(role: RoleObject, { group, apiGroup, resource, verb, namespace }: Right, own: string): RoleObject {
  if (!role.metadata.name.endsWith(`-${group}`) || role.metadata.namespace !== (namespace ?? own)) return role;
  const rules = role.rules.map((rule) =>
    rule.apiGroups[0] === apiGroup && rule.resources[0] === resource ? { ...rule, verbs: rule.verbs.filter((one) => one !== verb) } : rule,
  );
  return { ...role, rules: rules.filter(({ verbs }) => verbs.length > 0) };
}

function isRole(object: RbacObject): object is RoleObject {
  return "rules" in object;
}
