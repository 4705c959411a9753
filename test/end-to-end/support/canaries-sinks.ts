import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { DescribeExecutionCommand, paginateGetExecutionHistory, SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, ListQueuesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { PARAMETERS } from "../../../infra/parameters.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { DEMO_NAMESPACE } from "../../../local/scenarios/demo-cluster.ts";
import { everyLogLine, everyObject } from "./canaries-emulator.ts";
import { rollguard } from "./command.ts";
import type { Stage } from "./stage.ts";

/** One place where Rollguard leaves something, with all that lies there. */
export interface Sink {
  readonly name: string;
  readonly pieces: readonly (string | Buffer)[];
}

/** A queue that hears all that people are told. */
export async function hearEverything(topicArn: string): Promise<string> {
  const [sqs, sns] = [new SQSClient({}), new SNSClient({})];
  try {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "rollguard-canaries" }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "sqs", Endpoint: Attributes?.QueueArn }));
    return QueueUrl;
  } finally {
    for (const client of [sqs, sns]) client.destroy();
  }
}

/** Reads everything of a deployment: tables and buckets whole, and what was said of these services' incidents. */
export async function readSinks({ target }: Stage, { services, incidents, executions, heardAt }: SinkProps): Promise<readonly Sink[]> {
  const { endpoint, logFile } = target.emulator;
  if (logFile === null) throw new Error("this emulator's log is not ours to read");
  const bucket = await parameter(PARAMETERS.archiveBucket);
  const sinks: readonly (readonly [name: string, read: () => Promise<Sink["pieces"]> | Sink["pieces"]])[] = [
    ["the table", () => tableItems(target.outputs.TableName)],
    ["the archive", async () => (await everyObject(endpoint, bucket)).flatMap(({ key, bytes }) => [key, bytes])],
    ["execution history", () => histories(executions)],
    ["the emulator's log", () => [readFileSync(logFile)]],
    ["functions' logs", () => everyLogLine(endpoint)],
    ["what people are told", () => messages([heardAt])],
    ["other queues", async () => messages((await queues()).filter((url) => url !== heardAt))],
    ["the command", () => commandOutputs(services, incidents)],
    ["reports", () => Promise.all(incidents.map(report))],
    ["events in the cluster", () => eventsOf(target.cluster.client)],
  ];
  return Promise.all(sinks.map(async ([name, read]) => ({ name, pieces: await read() })));
}

export interface SinkProps {
  readonly services: readonly string[];
  /** Their ids. */
  readonly incidents: readonly string[];
  /** Their ARNs. */
  readonly executions: readonly string[];
  /** URL of the queue of `hearEverything`. */
  readonly heardAt: string;
}

/** Value of one of the parameters that the stacks publish. */
export async function parameter(Name: string): Promise<string> {
  const ssm = new SSMClient({});
  try {
    return (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value ?? "";
  } finally {
    ssm.destroy();
  }
}

const asText = (value: unknown): string => JSON.stringify(value);

/** What Rollguard told whoever asks kubectl; controllers and kubelets have their own. */
async function eventsOf(client: ClusterClient): Promise<string[]> {
  const events = await client.list(`/api/v1/namespaces/${DEMO_NAMESPACE}/events`);
  return events.filter(({ source }) => (source as { component?: string } | undefined)?.component === "rollguard").map(asText);
}

async function tableItems(TableName: string): Promise<string[]> {
  const client = new DynamoDBClient({});
  const items: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) items.push(...Items.map(asText));
  client.destroy();
  return items;
}

async function histories(executionArns: readonly string[]): Promise<string[]> {
  const client = new SFNClient({});
  const pieces: string[] = [];
  for (const executionArn of executionArns) {
    pieces.push(asText(await client.send(new DescribeExecutionCommand({ executionArn }))));
    for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn, includeExecutionData: true })) {
      pieces.push(...events.map(asText));
    }
  }
  client.destroy();
  return pieces;
}

async function queues(): Promise<string[]> {
  const sqs = new SQSClient({});
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ MaxResults: 1000 }));
  sqs.destroy();
  return QueueUrls;
}

/** Of queues that others read from, too: nothing is deleted, and nothing stays hidden for longer than a moment. */
async function messages(urls: readonly string[]): Promise<string[]> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const bodies: string[] = [];
  for (const QueueUrl of urls) {
    for (let more = true; more; ) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 5,
        MessageAttributeNames: ["All"],
      });
      const { Messages = [] } = await sqs.send(command);
      bodies.push(...Messages.map(asText));
      more = Messages.length > 0;
    }
  }
  sqs.destroy();
  return bodies;
}

async function commandOutputs(services: readonly string[], incidents: readonly string[]): Promise<string[]> {
  const runs = await Promise.all([
    ...incidents.flatMap((id) => [rollguard("show", id), rollguard("show", id, "--json")]),
    ...services.map((service) => rollguard("releases", service, "--json")),
  ]);
  return runs.map(({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(`the command ended with ${exitCode}: ${stderr}`);
    return stdout + stderr;
  });
}

async function report(incident: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "rollguard-report-"));
  try {
    const { exitCode, stderr } = await rollguard("show", incident, "--html", join(folder, "report.html"));
    if (exitCode !== 0) throw new Error(`the report of ${incident} was not written: ${stderr}`);
    return readFileSync(join(folder, "report.html"), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
