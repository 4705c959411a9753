import { ArnFormat, Stack } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { Blueprint } from "../functions/domain/blueprint.ts";

/** What a function may do with the items of the incident table. A transaction needs the action of each of its pieces. */
export type TableAction = "GetItem" | "Query" | "PutItem" | "UpdateItem" | "ConditionCheckItem";

/** The table alone: no Lambda reads the indexes, they serve the command and the console. */
export function tableAccess(table: ITableV2, actions: readonly TableAction[]): PolicyStatement {
  return new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn] });
}

/** CloudWatch offers no resource for GetMetricData, and DescribeAlarms answers lists only for all alarms. */
export function readMetrics(actions: readonly ("GetMetricData" | "DescribeAlarms")[]): PolicyStatement {
  return new PolicyStatement({ actions: actions.map((action) => `cloudwatch:${action}`), resources: ["*"] });
}

/** Where the API server is and which CA signs for it. What a role may do inside the cluster is Kubernetes' RBAC, see `EksAccess`. */
export function describeClusters(scope: Construct, clusters: readonly string[]): PolicyStatement[] {
  if (clusters.length === 0) return [];
  const arn = (cluster: string) =>
    Stack.of(scope).formatArn({ service: "eks", resource: "cluster", resourceName: cluster, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
  return [new PolicyStatement({ actions: ["eks:DescribeCluster"], resources: clusters.map(arn) })];
}

export function startExecution(machine: IStateMachine): PolicyStatement {
  return new PolicyStatement({ actions: ["states:StartExecution"], resources: [machine.stateMachineArn] });
}

/** Names of the clusters that the blueprints aim at, each once, sorted. */
export function clustersOf(blueprints: readonly Blueprint[]): readonly string[] {
  return [...new Set(blueprints.map((blueprint) => blueprint.target.cluster))].sort();
}
