import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { runToEnd } from "./child-process.ts";
import { LOCAL_ACCOUNT, LOCAL_REGION, localEnvironment } from "./local-environment.ts";
import { assertLocalTarget } from "./local-target-guard.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const CDK = `${REPOSITORY}node_modules/.bin/cdk`;
const STACKS = ["RollguardState", "RollguardPipeline"];

/** Names of the outputs of stack RollguardPipeline. */
export const STACK_OUTPUTS = [
  "TableName",
  "MachineArn",
  "TopicArn",
  "StartRollbackFunction",
  "ReconcileAlarmsFunction",
  "ObserveReleasesFunction",
  "DecideApprovalFunction",
  "SweepDueFunction",
  "ReleaseLockFunction",
  "DeliverNotificationsFunction",
  "ParkingQueueUrl",
] as const;
/** Those that are there only where a blueprint has tuned thresholds, or looks at new releases. */
const OPTIONAL_OUTPUTS = ["TuneAlarmsFunction", "JudgeReleaseFunction", "LookScheduleGroup"] as const;
export type StackOutputs = Readonly<Record<(typeof STACK_OUTPUTS)[number], string>> &
  Readonly<Partial<Record<(typeof OPTIONAL_OUTPUTS)[number], string>>>;

export interface DeployProps {
  readonly endpoint: string;
  /** Folder of blueprints. */
  readonly blueprints: string;
  /** More `-c name=value` for the app. */
  readonly context?: Readonly<Record<string, string>>;
  readonly say?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** The real `cdk bootstrap` and `cdk deploy --all` against a local target; returns the outputs of the deployed pipeline. */
export async function cdkBootstrapAndDeploy(props: DeployProps): Promise<StackOutputs> {
  const say = props.say ?? (() => undefined);
  const endpoint = await assertLocalTarget(props.endpoint);
  const work = `${REPOSITORY}.rollguard/cdk-${new URL(endpoint).port}`;
  const assembly = `${work}/assembly`;
  const context = { "rollguard:target": "local", "rollguard:blueprints": props.blueprints, ...props.context };
  const failed = new AbortController();
  const cdk = (args: string[], seconds: number, cwd = REPOSITORY) =>
    runToEnd(CDK, [...args, "--no-notices", "--no-color"], {
      cwd,
      // The CLI reads ~/.cdk.json and asks the network about notices otherwise; CI=true makes it print plain lines.
      environment: {
        ...localEnvironment(endpoint),
        PATH: `${REPOSITORY}node_modules/.bin:${process.env.PATH ?? ""}`,
        CI: "true",
        CDK_DISABLE_CLI_TELEMETRY: "true",
        CDK_DEFAULT_ACCOUNT: LOCAL_ACCOUNT,
        CDK_DEFAULT_REGION: LOCAL_REGION,
      },
      timeoutSeconds: seconds,
      signal: AbortSignal.any([failed.signal, ...(props.signal ? [props.signal] : [])]),
      onLine: (line) => {
        if (/^(?:✨|✅|❌)|: deploying\.\.\./.test(line.trim())) say(`  ${line.trim()}`);
      },
    });

  say("cdk bootstrap and cdk synth");
  const synth = ["synth", "--quiet", "--output", assembly, ...Object.entries(context).flatMap(([k, v]) => ["-c", `${k}=${v}`])];
  // Away from our cdk.json: where there is an app, `cdk bootstrap` synthesises it first, though it needs nothing of it.
  const elsewhere = `${work}/bootstrap`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(elsewhere, { recursive: true });
  try {
    // Both take seconds of start-up and need nothing of each other; when one fails, the other is ended.
    await Promise.all([cdk(["bootstrap", `aws://${LOCAL_ACCOUNT}/${LOCAL_REGION}`], 120, elsewhere), cdk(synth, 180)]);
    say("cdk deploy --all");
    const output = ["--output", `${work}/deploy`];
    await cdk(["deploy", "--all", "--app", assembly, ...output, "--require-approval", "never", "--method", "direct"], 240);
  } finally {
    failed.abort();
    rmSync(work, { recursive: true, force: true });
  }
  return readStackOutputs(endpoint);
}

/** Reads the outputs of the deployed stacks. Throws when one is missing. */
export async function readStackOutputs(endpoint: string): Promise<StackOutputs> {
  const client = new CloudFormationClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  try {
    const answers = await Promise.all(STACKS.map((name) => client.send(new DescribeStacksCommand({ StackName: name }))));
    const outputs = answers.flatMap((answer) => answer.Stacks?.[0]?.Outputs ?? []);
    const found = Object.fromEntries(outputs.map((output) => [output.OutputKey ?? "", output.OutputValue ?? ""]));
    const missing = STACK_OUTPUTS.filter((name) => !found[name]);
    if (missing.length > 0) {
      throw new Error(`the deployed stacks have no output ${missing.join(", ")}; they have ${Object.keys(found).join(", ")}`);
    }
    const always = Object.fromEntries(STACK_OUTPUTS.map((name) => [name, found[name] as string])) as StackOutputs;
    return { ...always, ...Object.fromEntries(OPTIONAL_OUTPUTS.flatMap((name) => (found[name] ? [[name, found[name]]] : []))) };
  } finally {
    client.destroy();
  }
}
