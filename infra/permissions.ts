import { ArnFormat, Stack } from "aws-cdk-lib";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IStateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import type { Blueprint, Target } from "../functions/domain/blueprint.ts";

/** What a function may do with the items of the incident table. A transaction needs the action of each of its pieces. */
export type TableAction = "GetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem" | "ConditionCheckItem";

/** The table alone: the indexes serve the command and the console, and `dueAccess` and `incidentsAccess` one function each. With the key, if the table has one of its own. */
export function tableAccess(table: ITableV2, actions: readonly TableAction[]): PolicyStatement[] {
  return [new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn] }), ...tableKey(table)];
}

/** What is due at a time, over all incidents. */
export function dueAccess(table: ITableV2): PolicyStatement {
  return new PolicyStatement({ actions: ["dynamodb:Query"], resources: [`${table.tableArn}/index/due`] });
}

/** Incidents of a service, newest first. */
export function incidentsAccess(table: ITableV2): PolicyStatement {
  return new PolicyStatement({ actions: ["dynamodb:Query"], resources: [`${table.tableArn}/index/gsi2`] });
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

/**
 * Where the API servers are and which CAs sign for them: DescribeCluster on exactly the blueprints' clusters, in whatever region; a cluster of another account
 * by its role, and on that nothing but AssumeRole. What a role may do inside a cluster is Kubernetes' RBAC, see `EksAccess`.
 */
export function clusterAccess(scope: Construct, blueprints: readonly Blueprint[]): PolicyStatement[] {
  const targets = blueprints.map(({ target }) => target);
  const arn = ({ cluster, region }: Target) =>
    Stack.of(scope).formatArn({
      service: "eks",
      resource: "cluster",
      resourceName: cluster,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      ...(region === undefined ? {} : { region }),
    });
  const clusters = distinct(targets.filter(({ roleArn }) => roleArn === undefined).map(arn));
  const roles = distinct(targets.flatMap(({ roleArn }) => roleArn ?? []));
  return [
    ...(clusters.length === 0 ? [] : [new PolicyStatement({ actions: ["eks:DescribeCluster"], resources: [...clusters] })]),
    ...(roles.length === 0 ? [] : [new PolicyStatement({ actions: ["sts:AssumeRole"], resources: [...roles] })]),
  ];
}

/**
 * Is the image of a release still in the registry? Asked for images of any repository of the account, or of those that are named (templates name them, not
 * blueprints), in the regions of the stack and of the clusters.
 */
export function imageAccess(scope: Construct, blueprints: readonly Blueprint[], repositories: readonly string[] = ["*"]): PolicyStatement {
  const stack = Stack.of(scope);
  const regions = distinct([stack.region, ...blueprints.flatMap(({ target }) => target.region ?? [])]);
  const arns = regions.flatMap((region) =>
    repositories.map((resourceName) => stack.formatArn({ service: "ecr", resource: "repository", resourceName, region })),
  );
  return new PolicyStatement({ actions: ["ecr:BatchGetImage"], resources: arns });
}

/** Functions that blueprints name as hooks, and no others. */
export function hookAccess(blueprints: readonly Blueprint[]): PolicyStatement[] {
  const hooks = blueprints.flatMap(({ policy }) => [...policy.hooks.pre, ...policy.hooks.confirm, ...policy.hooks.post]);
  const arns = distinct(hooks.flatMap(({ run }) => (run.kind === "function" ? run.functionArn : [])));
  return arns.length === 0 ? [] : [new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [...arns] })];
}

/** Has another image the vulnerability too? Asked only by who lists Inspector's findings; neither question knows a narrower resource. */
export function imageFindingAccess(blueprints: readonly Pick<Blueprint, "findings">[]): PolicyStatement[] {
  const isListed = blueprints.some(({ findings }) => findings?.sources.includes("inspector"));
  return isListed ? [new PolicyStatement({ actions: ["inspector2:ListCoverage", "inspector2:ListFindings"], resources: ["*"] })] : [];
}

export function startExecution(machine: IStateMachine): PolicyStatement {
  return new PolicyStatement({ actions: ["states:StartExecution"], resources: [machine.stateMachineArn] });
}

/** Clusters of the stack's own account and region, each once, sorted: only there can the stack make access entries. */
export function clustersHere(scope: Construct, blueprints: readonly Blueprint[]): readonly string[] {
  const here = blueprints.filter(({ target }) => isHere(scope, target));
  return distinct(here.map(({ target }) => target.cluster));
}

/** The others, in words. */
export function clustersElsewhere(scope: Construct, blueprints: readonly Blueprint[]): readonly string[] {
  const elsewhere = blueprints.flatMap(({ target }) => (isHere(scope, target) ? [] : [target]));
  return distinct(
    elsewhere.map(({ cluster, region, roleArn }) =>
      [cluster, ...(region === undefined ? [] : [`in ${region}`]), ...(roleArn === undefined ? [] : [`as ${roleArn}`])].join(" "),
    ),
  );
}

/** A region that is not known until the deployment counts as another one. */
function isHere(scope: Construct, { region, roleArn }: Target): boolean {
  return roleArn === undefined && (region === undefined || region === Stack.of(scope).region);
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
