import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { actionsNeededBy } from "../port-calls.ts";
import { permissionsOf, resourcesOf } from "../read-template.ts";
import type { Synthesised } from "../synthesise.ts";

const TABLE = "parameter tablename";
const table = (...actions: string[]) => actions.map((action) => `dynamodb:${action} ${TABLE}`);
const METRICS = ["cloudwatch:DescribeAlarms *", "cloudwatch:GetMetricData *"];
const CLUSTER = "eks:DescribeCluster eks cluster/demo";
const START = "states:StartExecution RollbackMachine";
const KEY = "parameter archivekeyarn";
const archived = (folder: string) => [`s3:PutObject parameter archivebucket/${folder}/*`, `kms:GenerateDataKey ${KEY}`];
const PAGE = ["kms:Decrypt parameter topickeyarn", "kms:GenerateDataKey parameter topickeyarn", "sns:Publish parameter topicarn"];
const sendTo = (queue: string) => ["GetQueueAttributes", "GetQueueUrl", "SendMessage"].map((action) => `sqs:${action} ${queue}`);

/** Opening a token and sending it. */
const ANSWERS = [
  ...table("ConditionCheckItem", "PutItem", "Query", "UpdateItem"),
  `kms:Decrypt ${KEY}`,
  "states:SendTaskSuccess RollbackMachine",
];

/** What every function may do besides: write its own log and its traces. */
const COMMON = ["logs:CreateLogStream own Logs", "logs:PutLogEvents own Logs", "xray:PutTelemetryRecords *", "xray:PutTraceSegments *"];

/** Who may do what, all of it. Folder of the code, then what its role may do. */
const ROLES: Readonly<Record<string, readonly [folder: string, may: readonly string[]]>> = {
  StepsOpenIncident: ["steps/open-incident", table("ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem")],
  StepsAssessIncident: ["steps/assess-incident", [...METRICS, ...table("PutItem", "Query"), CLUSTER, ...archived("evidence")]],
  StepsSelectStrategy: [
    "steps/select-strategy",
    [...table("GetItem", "Query", "UpdateItem"), CLUSTER, "ecr:BatchGetImage ecr repository/*"],
  ],
  StepsRequestApproval: ["steps/request-approval", [...table("PutItem", "Query", "UpdateItem"), `kms:GenerateDataKey ${KEY}`]],
  StepsExecuteStep: ["steps/execute-step", [...table("GetItem", "PutItem", "UpdateItem"), CLUSTER, `kms:Decrypt ${KEY}`]],
  StepsVerifyStep: ["steps/verify-step", [...METRICS, ...table("PutItem", "UpdateItem"), CLUSTER]],
  StepsDiagnoseCause: [
    "steps/diagnose-cause",
    [
      ...["cloudwatch:GetMetricData *", ...table("PutItem"), CLUSTER, ...archived("evidence"), `kms:Decrypt ${KEY}`],
      ...["s3:GetObject parameter archivebucket/evidence/*", "s3:ListBucket parameter archivebucket"],
    ],
  ],
  StepsRecordIncident: ["steps/record-incident", table("ConditionCheckItem", "DeleteItem", "PutItem", "Query", "UpdateItem")],
  AlarmTriggerStartRollback: ["entry/start-rollback", [START, ...table("PutItem", "Query"), ...sendTo("AlarmTriggerFailedQueue")]],
  ObserverReconcileAlarms: [
    "entry/reconcile-alarms",
    [
      "cloudwatch:DescribeAlarms *",
      "cloudwatch:GetMetricData *",
      "cloudwatch:ListAlarmMuteRules *",
      START,
      ...table("GetItem", "PutItem", "Query"),
    ],
  ],
  ObserverObserveReleases: [
    "entry/observe-releases",
    [
      ...[...METRICS, ...table("DeleteItem", "GetItem", "PutItem", "Query"), CLUSTER, START],
      ...archived("snapshots"),
      ...["snapshots", "secrets"].map((folder) => `s3:DeleteObject parameter archivebucket/${folder}/*`),
      "lambda:InvokeFunction ObserverKeepConfigFunction",
      "scheduler:CreateSchedule scheduler schedule/LooksSchedules/rg-look-*",
      "iam:PassRole LooksSchedulerRole to scheduler.amazonaws.com",
    ],
  ],
  LooksJudgeRelease: [
    "entry/judge-release",
    ["cloudwatch:GetMetricData *", ...table("GetItem", "PutItem", "Query"), `dynamodb:Query ${TABLE}/index/gsi2`, START],
  ],
  ObserverKeepConfig: ["entry/keep-config", [CLUSTER]],
  ApprovalsDecideApproval: ["entry/decide-approval", ANSWERS],
  ApprovalsSweepDue: ["entry/sweep-due", [...ANSWERS, `dynamodb:Query ${TABLE}/index/due`]],
  LockReleaseReleaseLock: [
    "entry/release-lock",
    [...table("ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem"), ...PAGE, ...sendTo("LockReleaseFailedQueue")],
  ],
  OutboxDeliverNotifications: [
    "entry/deliver-notifications",
    [
      ...["DescribeStream", "GetRecords", "GetShardIterator"].map((action) => `dynamodb:${action} parameter tablestreamarn`),
      "dynamodb:ListStreams *",
      ...PAGE,
      ...sendTo("OutboxFailedQueue"),
      "sqs:SendMessage OutboxParkingQueue",
    ],
  ],
};

/** Granted by what surrounds a function, not asked for by its code: reading its stream and handing on what it failed on. */
const BY_PLUMBING = /^(dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)|sqs:\w+ (?!OutboxParkingQueue).*|sqs:Get\w+) ?/;

export function permissionSuite(aws: Synthesised, enrolled: Synthesised): void {
  const granted = permissionsOf(aws.pipeline);

  it("knows every role", () => {
    expect(Object.keys(granted).sort()).toEqual([...Object.keys(ROLES), "LooksScheduler", "RollbackMachine"].sort());
    expect(Object.keys(resourcesOf(aws.pipeline, "AWS::IAM::Role"))).toHaveLength(Object.keys(granted).length);
  });

  describe.each(Object.entries(ROLES))("%s", (role, [folder, may]) => {
    it("may do exactly this", () => {
      expect(granted[role]).toEqual([...may, ...COMMON].sort());
    });

    it("may do what its code calls, and nothing that it does not call", () => {
      const asked = may.filter((permission) => !BY_PLUMBING.test(permission)).map((permission) => permission.split(" ")[0]);

      expect([...new Set(asked)].sort()).toEqual(actionsNeededBy(folder));
    });
  });

  it("lets the machine invoke the eight steps and page, nothing else of ours", () => {
    const ours = (granted.RollbackMachine ?? []).filter((permission) => !permission.endsWith(" *"));
    const steps = Object.keys(ROLES).filter((role) => role.startsWith("Steps"));

    expect(ours).toEqual([...steps.map((role) => `lambda:InvokeFunction ${role}Function`), ...PAGE].sort());
  });

  it("has no wildcard action, and any resource only for services that offer no narrower one", () => {
    const all = [...Object.values(granted), ...Object.values(permissionsOf(enrolled.pipeline))].flat();
    const anyResource = all.filter((permission) => permission.endsWith(" *")).map((permission) => permission.replace(" *", ""));

    expect(all.filter((permission) => /^[^ ]*\*/.test(permission))).toEqual([]);
    const folder =
      / (parameter archivebucket\/(snapshots|secrets|evidence)\/|ecr repository\/|scheduler schedule\/LooksSchedules\/rg-look-)\*$/;
    expect(all.filter((permission) => permission.includes("*") && !permission.endsWith(" *") && !folder.test(permission))).toEqual([]);
    expect([...new Set(anyResource.map((action) => action.split(":")[0]))].sort()).toEqual([
      "cloudwatch",
      "dynamodb",
      "ec2",
      "logs",
      "xray",
    ]);
    expect(anyResource.filter((action) => action.startsWith("dynamodb"))).toEqual(["dynamodb:ListStreams", "dynamodb:ListStreams"]);
  });

  it("uses no managed policy and no user", () => {
    for (const { pipeline } of [aws, enrolled]) {
      pipeline.allResourcesProperties("AWS::IAM::Role", { ManagedPolicyArns: Match.absent(), Policies: Match.absent() });
      pipeline.resourceCountIs("AWS::IAM::User", 0);
    }
  });

  it("trusts Step Functions only for machines of this account", () => {
    const principals = Object.values(resourcesOf(aws.pipeline, "AWS::IAM::Role")).map(
      ({ Properties }) => Properties.AssumeRolePolicyDocument.Statement,
    );
    const [machine, ...others] = principals.filter(([statement]) => statement.Principal.Service === "states.amazonaws.com");

    expect(others).toEqual([]);
    expect(machine).toMatchObject([{ Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } }]);
    expect(principals.filter(([statement]) => statement.Principal.Service === "lambda.amazonaws.com")).toHaveLength(17);
  });

  it("lets the scheduler, for this account alone, invoke the one function that looks", () => {
    const trusts = Object.values(resourcesOf(aws.pipeline, "AWS::IAM::Role"))
      .flatMap(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement)
      .filter(({ Principal }) => Principal.Service === "scheduler.amazonaws.com");

    expect(trusts).toMatchObject([{ Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } }]);
    expect(granted.LooksScheduler).toEqual(["lambda:InvokeFunction LooksJudgeReleaseFunction"]);
  });

  it("admits the roles that call Kubernetes to the blueprints' clusters: reading, ExecuteStep alone also writing, and KeepConfig for copies alone", () => {
    const entries = Object.values(resourcesOf(aws.pipeline, "AWS::EKS::AccessEntry")).map(({ Properties }) => [
      Properties.ClusterName,
      Properties.PrincipalArn["Fn::GetAtt"][0].replace(/^Rollguard(.*)Role[0-9A-F]{8}$/, "$1"),
      Properties.KubernetesGroups,
      Properties.AccessPolicies,
    ]);

    expect(entries.sort()).toEqual([
      ["demo", "ObserverKeepConfig", ["rollguard:keep"], undefined],
      ["demo", "ObserverObserveReleases", ["rollguard:read"], undefined],
      ["demo", "StepsAssessIncident", ["rollguard:read"], undefined],
      ["demo", "StepsDiagnoseCause", ["rollguard:read"], undefined],
      ["demo", "StepsExecuteStep", ["rollguard:read", "rollguard:write"], undefined],
      ["demo", "StepsSelectStrategy", ["rollguard:read"], undefined],
      ["demo", "StepsVerifyStep", ["rollguard:read"], undefined],
    ]);
    enrolled.pipeline.allResourcesProperties("AWS::EKS::AccessEntry", { ClusterName: "finance" });
  });

  it("lets messages go to the topics that blueprints name", () => {
    const topic = "sns:Publish arn:aws:sns:eu-west-1:111122223333:finance-on-call";
    const publishers = Object.entries(permissionsOf(enrolled.pipeline)).filter(([, may]) => may.includes(topic));

    expect(publishers.map(([role]) => role).sort()).toEqual(["LockReleaseReleaseLock", "OutboxDeliverNotifications"]);
  });
}
