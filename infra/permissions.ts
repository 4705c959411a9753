import { ArnFormat, Stack } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { Blueprint } from "../functions/domain/blueprint.ts";

/** What a function may do with the items of the incident table. A transaction needs the action of each of its pieces. */
export type TableAction = "GetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem" | "ConditionCheckItem";

/** The table alone: no Lambda reads the indexes, they serve the command and the console. With the key, if the table has one of its own. */
export function tableAccess(table: ITableV2, actions: readonly TableAction[]): PolicyStatement[] {
  return [new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn] }), ...tableKey(table)];
}

/** DynamoDB uses the table's key in the name of whoever calls it; under AWS's own key that needs no permission. */
export function tableKey({ encryptionKey }: ITableV2): PolicyStatement[] {
  if (encryptionKey === undefined) return [];
  const actions = [
    "Decrypt",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
  ];
  return [
    new PolicyStatement({
      actions: actions.map((action) => `kms:${action}`),
      resources: [encryptionKey.keyArn],
      conditions: { StringLike: { "kms:ViaService": "dynamodb.*.amazonaws.com*" } },
    }),
  ];
}

/** CloudWatch offers no resource for GetMetricData; DescribeAlarms and ListAlarmMuteRules answer lists only for all alarms. */
export function readMetrics(actions: readonly ("GetMetricData" | "DescribeAlarms" | "ListAlarmMuteRules")[]): PolicyStatement {
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
