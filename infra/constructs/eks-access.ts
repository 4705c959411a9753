import { CfnAccessEntry } from "aws-cdk-lib/aws-eks";
import type { IRole } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { RBAC_GROUPS } from "../../functions/domain/rbac-rules.ts";

/** Functions' roles by what they may do in a cluster. */
export interface EksRoles {
  /** Roles that read Deployments, ReplicaSets, pods and autoscalers. */
  readonly readers: Readonly<Record<string, IRole>>;
  /** Roles that also change Deployments: ExecuteStep alone. */
  readonly writers: Readonly<Record<string, IRole>>;
  /** Roles that create copies of configuration, and nothing else. */
  readonly keepers: Readonly<Record<string, IRole>>;
}

export interface EksAccessProps extends EksRoles {
  /** Of the stack's own account and region. */
  readonly clusters: readonly string[];
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
      for (const [name, role] of Object.entries(props.readers)) admit(name, role, [RBAC_GROUPS.read]);
      for (const [name, role] of Object.entries(props.keepers)) admit(name, role, [RBAC_GROUPS.keep]);
      for (const [name, role] of Object.entries(props.writers)) admit(name, role, [RBAC_GROUPS.read, RBAC_GROUPS.write]);
    }
  }
}
