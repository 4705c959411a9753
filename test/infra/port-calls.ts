import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What each port method asks of IAM, as the AWS adapters do it. Table actions are those of the pieces of a transaction. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  "store.acquire": ["dynamodb:UpdateItem"],
  "store.renew": ["dynamodb:UpdateItem"],
  "store.release": ["dynamodb:UpdateItem"],
  "store.holder": ["dynamodb:GetItem"],
  "store.open": ["dynamodb:ConditionCheckItem", "dynamodb:PutItem"],
  "store.attach": ["dynamodb:PutItem"],
  "store.append": ["dynamodb:PutItem"],
  "store.saveSeries": ["dynamodb:PutItem"],
  "store.close": ["dynamodb:PutItem", "dynamodb:UpdateItem"],
  "store.read": ["dynamodb:Query"],
  "store.readMeta": ["dynamodb:GetItem"],
  "store.list": ["dynamodb:Query"],
  "store.announce": ["dynamodb:PutItem"],
  "store.members": ["dynamodb:Query"],
  "store.settle": ["dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  "store.readSwitch": ["dynamodb:GetItem"],
  "ledger.observations": ["dynamodb:Query"],
  "ledger.save": ["dynamodb:PutItem"],
  "ledger.releases": ["dynamodb:Query"],
  "ledger.mark": ["dynamodb:DeleteItem", "dynamodb:Query", "dynamodb:UpdateItem"],
  "ledger.saveRelease": ["dynamodb:PutItem"],
  "ledger.sealedTemplate": ["dynamodb:GetItem"],
  "ledger.quarantine": ["dynamodb:Query"],
  "ledger.forget": ["dynamodb:DeleteItem", "dynamodb:Query"],
  "seal.close": ["kms:GenerateDataKey"],
  "seal.open": ["kms:Decrypt"],
  "archive.put": ["kms:GenerateDataKey", "s3:PutObject"],
  "archive.get": ["kms:Decrypt", "s3:GetObject", "s3:ListBucket"],
  "archive.remove": ["s3:DeleteObject"],
  "keeper.ask": ["lambda:InvokeFunction"],
  "snapshots.pass": ["eks:DescribeCluster"],
  "copies.copy": ["eks:DescribeCluster"],
  "copies.prune": ["eks:DescribeCluster"],
  "metrics.series": ["cloudwatch:GetMetricData"],
  "metrics.alarms": ["cloudwatch:DescribeAlarms"],
  "metrics.alarmsInAlarm": ["cloudwatch:DescribeAlarms"],
  "editor.put": ["cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"],
  "editor.configurations": ["cloudwatch:DescribeAlarms"],
  "editor.remove": ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms"],
  "tunings.ofService": ["dynamodb:Query"],
  "tunings.keep": ["dynamodb:PutItem"],
  "tunings.applied": ["dynamodb:UpdateItem"],
  "tunings.forget": ["dynamodb:DeleteItem"],
  "baselines.ofService": ["dynamodb:Query"],
  "baselines.keep": ["dynamodb:PutItem"],
  "baselines.forget": ["dynamodb:DeleteItem"],
  "looks.keep": ["dynamodb:PutItem"],
  "looks.ofRun": ["dynamodb:Query"],
  "looks.ofService": ["dynamodb:Query"],
  // The schedule carries the role that invokes its target.
  "lookSchedules.plan": ["iam:PassRole", "scheduler:CreateSchedule"],
  "muteRules.isMuted": ["cloudwatch:ListAlarmMuteRules"],
  "workload.read": ["eks:DescribeCluster"],
  "workload.apply": ["eks:DescribeCluster"],
  "evidence.collect": ["eks:DescribeCluster"],
  "gitops.state": ["eks:DescribeCluster"],
  "preflight.look": ["ecr:BatchGetImage", "eks:DescribeCluster"],
  "actions.apply": ["eks:DescribeCluster"],
  "actions.confirm": ["eks:DescribeCluster"],
  "starter.start": ["states:StartExecution"],
  "pager.publish": ["kms:Decrypt", "kms:GenerateDataKey", "sns:Publish"],
  "parking.park": ["sqs:SendMessage"],
  "controls.read": ["dynamodb:GetItem"],
  "approvals.ask": ["dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
  "approvals.latest": ["dynamodb:Query"],
  "approvals.decide": ["dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  "approvals.settle": ["dynamodb:UpdateItem"],
  "approvals.abandon": ["dynamodb:UpdateItem"],
  "approvals.due": ["dynamodb:Query"],
  "governance.close": ["dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  "governance.read": ["dynamodb:GetItem", "dynamodb:Query"],
  "governance.reserve": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"],
  "escalations.schedule": ["dynamodb:PutItem"],
  "escalations.due": ["dynamodb:Query"],
  "escalations.send": ["dynamodb:PutItem"],
  "wouldHaves.record": ["dynamodb:PutItem"],
  "wouldHaves.of": ["dynamodb:GetItem"],
  "run.answer": ["states:SendTaskSuccess"],
  "knownFindings.remember": ["dynamodb:PutItem"],
  "knownFindings.of": ["dynamodb:GetItem"],
  // inspector2:ListFindings where a blueprint lists inspector, and there alone: see findings.test.ts.
  "imageFindings.ask": [],
};

const CALL =
  /\b(editor|tunings|baselines|store|ledger|metrics|muteRules|workload|starter|pager|parking|seal|archive|keeper|snapshots|copies|gitops|preflight|actions|approvals|escalations|controls|governance|wouldHaves|run|knownFindings|imageFindings|looks|lookSchedules)\??\.(\w+)\(/g;

/** IAM actions that the code in a folder of `functions/` needs, found by reading which port methods it calls. Throws on a method it does not know. */
export function actionsNeededBy(folder: string): readonly string[] {
  const directory = join("functions", folder);
  const sources = readdirSync(directory).map((file) => readFileSync(join(directory, file), "utf8"));
  const calling = (name: string) => sources.some((source) => source.includes(`${name}(`));
  // A thorough collection is put beside the quick one that is there.
  const adds = sources.some((source) => source.includes('depth: "thorough"'));
  const evidence = calling("gatherEvidence") ? ["evidence.collect", "archive.put", ...(adds ? ["archive.get"] : [])] : [];
  const answers = calling("deliverAnswer") ? ["approvals.latest", "approvals.settle", "seal.open", "run.answer"] : [];
  const asks = calling("sealToken") ? ["seal.close"] : [];
  // What was reserved and came to nothing is looked for in the same transaction.
  const gives = calling("governanceWrites") || calling("governanceOfKilledRun") ? ["governance.close"] : [];
  const acts = calling("actOnTransition") ? ["ledger.observations", "ledger.releases", "wouldHaves.record", "starter.start"] : [];
  const members = calling("announcedGroup") ? ["store.members"] : [];
  const shared = [
    ...acts,
    ...members,
    ...(calling("readSignals") || calling("readSignal") ? ["metrics.series"] : []),
    ...evidence,
    ...answers,
    ...asks,
    ...gives,
  ];
  const calls = sources.flatMap((source) => [...source.matchAll(CALL)].map(([, port, method]) => `${port}.${method}`));
  const needs = [...calls, ...shared].flatMap((call) => {
    const actions = NEEDS[call];
    if (actions === undefined) throw new Error(`${directory} calls ${call}, whose IAM actions are not known: add it to NEEDS`);
    return actions;
  });
  return [...new Set(needs)].sort();
}
