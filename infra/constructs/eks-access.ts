import { CfnAccessEntry } from "aws-cdk-lib/aws-eks";
import type { IRole } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/** Groups that `kubernetes/rbac.yaml` binds. */
export const KUBERNETES_GROUPS = { read: "rollguard:read", write: "rollguard:write", keep: "rollguard:keep" } as const;

export interface EksAccessProps {
  readonly clusters: readonly string[];
  /** Roles that read Deployments, ReplicaSets, pods and autoscalers. */
  readonly readers: Readonly<Record<string, IRole>>;
  /** Roles that also change Deployments: ExecuteStep alone. */
  readonly writers: Readonly<Record<string, IRole>>;
  /** Roles that create copies of configuration, and nothing else. */
  readonly keepers: Readonly<Record<string, IRole>>;
}

/** One access entry per cluster and role. No access policy is attached: what the groups may do is our own RBAC, since AWS's edit policy can read Secrets. */
export class EksAccess extends Construct {
  constructor(scope: Construct, id: string, props: EksAccessProps) {
    super(scope, id);
    for (const cluster of props.clusters) {
      const admit = (name: string, role: IRole, kubernetesGroups: string[]) =>
        new CfnAccessEntry(this, `${cluster}-${name}`, {
          clusterName: cluster,
          principalArn: role.roleArn,
          type: "STANDARD",
          kubernetesGroups,
        });
      for (const [name, role] of Object.entries(props.readers)) admit(name, role, [KUBERNETES_GROUPS.read]);
      for (const [name, role] of Object.entries(props.keepers)) admit(name, role, [KUBERNETES_GROUPS.keep]);
      for (const [name, role] of Object.entries(props.writers)) admit(name, role, [KUBERNETES_GROUPS.read, KUBERNETES_GROUPS.write]);
    }
  }
}
