import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction, Confirmation } from "../../domain/cluster-action.ts";
import type { WriteResult, WriteStamp } from "../../domain/workload.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";

/** One kind of plan step (or a few that belong together) over one cluster; see `ClusterActions` for what both promise. */
export interface ActionModule<Action extends ClusterAction> {
  apply(kubernetes: KubernetesClient, target: Target, action: Action, stamp: WriteStamp): Promise<WriteResult>;
  confirm(kubernetes: KubernetesClient, target: Target, action: Action, stamp: WriteStamp): Promise<Confirmation>;
}
