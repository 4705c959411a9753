import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchClient, DeleteAlarmsCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudWatchAlarmEditor } from "../../functions/adapters/aws/cloud-watch-alarm-editor.ts";
import { dynamoReleaseLedger } from "../../functions/adapters/aws/dynamo-release-ledger.ts";
import { dynamoTunings } from "../../functions/adapters/aws/dynamo-tunings.ts";
import { cdkBootstrapAndDeploy, type StackOutputs } from "../../local/emulator/deploy-stacks.ts";
import { type Emulator, startEmulator } from "../../local/emulator/start-emulator.ts";
import { invokeFunction } from "../../local/scenarios/invoke-function.ts";
import { aRelease, releaseParts } from "../support/builders/release.ts";
import { alarmEditorContract } from "../support/contracts/alarm-editor.ts";

const MEAN = `- { name: mean, signal: latency, class: performance, severity: high, when: "> 2x baseline", period: 60s }`;
const TAIL = `- { name: tail, signal: tail, class: performance, severity: high, when: "> 3x baseline", period: 60s }`;
const SHARE = `- { name: share, signal: errors, class: health, severity: high, when: "> 3x baseline", period: 60s }`;
const FIXED = `- { name: fixed, signal: latency, class: performance, severity: high, when: "> 900ms", period: 60s }`;
const NAMES = ["mean", "tail", "share"].map((trigger) => `rollguard-shop-${trigger}-tuned`);

const blueprint = (triggers: readonly string[]) => `
metadata: { name: shop, version: 1.0.0, description: Thresholds that are tuned. }
spec:
  target: { cluster: demo, namespace: shop }
  signals:
    latency: { unit: ms, metric: { namespace: Shop, name: Latency, stat: Average } }
    tail: { unit: ms, metric: { namespace: Shop, name: Latency, stat: p95 } }
    errors: { unit: "%", ratio: { part: { namespace: Shop, name: Errors, stat: Sum }, total: { namespace: Shop, name: Requests, stat: Sum }, minimum_total: 100 } }
  triggers:
${[...triggers, FIXED].map((trigger) => `    ${trigger}`).join("\n")}
`;

describe("tuned alarms on a deployed stack", () => {
  const folder = mkdtempSync(join(tmpdir(), "rollguard-tuned-"));
  let emulator: Emulator;
  let outputs: StackOutputs;
  let cloudWatch: CloudWatchClient;
  let dynamo: DynamoDBClient;
  let lambda: LambdaClient;

  const deploy = async (...triggers: readonly string[]) => {
    writeFileSync(join(folder, "shop.yaml"), blueprint(triggers));
    outputs = await cdkBootstrapAndDeploy({ endpoint: emulator.endpoint, blueprints: folder });
  };
  const pass = () => invokeFunction(lambda, outputs.TuneAlarmsFunction ?? "none is deployed");
  const thresholds = async () => {
    const alarms = await cloudWatchAlarmEditor(cloudWatch).configurations(NAMES);
    return Object.fromEntries(alarms.map(({ alarmName, threshold }) => [alarmName.replace(/^rollguard-shop-|-tuned$/g, ""), threshold]));
  };
  const records = async () => (await dynamoTunings(outputs.TableName, dynamo).ofService("shop")).map(({ trigger }) => trigger).sort();

  beforeAll(async () => {
    // An endpoint of its own: the functions of another test's stack must not be in the way.
    emulator = await startEmulator({ eksEndpoint: "http://127.0.0.1:9", port: 0 });
    const settings = { endpoint: emulator.endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
    [cloudWatch, dynamo, lambda] = [new CloudWatchClient(settings), new DynamoDBClient(settings), new LambdaClient(settings)];
    await deploy(MEAN, TAIL, SHARE);
  });
  afterAll(async () => {
    for (const client of [cloudWatch, dynamo, lambda]) client?.destroy();
    await emulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are not there before a baseline is known; the stack is made all the same", async () => {
    expect(outputs.TuneAlarmsFunction).toMatch(/TuneAlarms/);
    expect(await thresholds()).toEqual({});
  });

  it("are made from the hour before the first change that is seen, and put back when somebody deletes them", async () => {
    await publish(cloudWatch, dynamoReleaseLedger(outputs.TableName, dynamo), Date.now());

    await pass();
    const first = await thresholds();
    await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ["rollguard-shop-mean-tuned"] }));
    await pass();

    // The ratio's threshold is kept, but MiniStack drops the queries of an alarm on metric math.
    expect(first).toEqual({ mean: 240, tail: 360 });
    expect(await thresholds()).toEqual(first);
    expect(await records()).toEqual(["mean", "share", "tail"]);
  });

  it("leave with the trigger, and with the last one all of it", async () => {
    await deploy(MEAN, SHARE);
    expect([await thresholds(), await records()]).toEqual([{ mean: 240 }, ["mean", "share"]]);

    await deploy();
    expect([await thresholds(), await records()]).toEqual([{}, []]);
    expect(outputs.TuneAlarmsFunction).toBeUndefined();
  });

  describe("edited by the adapter", () => alarmEditorContract(() => cloudWatchAlarmEditor(cloudWatch), false));
});

/** An hour of 120 ms, then a change that nobody knows yet and 900 ms. */
async function publish(cloudWatch: CloudWatchClient, ledger: ReturnType<typeof dynamoReleaseLedger>, now: number): Promise<void> {
  const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
  const parts = releaseParts({ templateHash: "t2" });
  const seen = {
    verdict: "candidate",
    verdictBy: null,
    firstSeenAt: at(-2),
    liveSince: at(-2),
    lastSeenAt: at(0),
    healthySince: at(-2),
  } as const;
  const old = { liveSince: at(-3000), healthySince: at(-3000), firstSeenAt: at(-3000), lastSeenAt: at(-3) };
  await ledger.saveRelease(aRelease({ service: "shop", hash: "good", ...old }), null, null);
  await ledger.saveRelease(aRelease({ service: "shop", hash: "next", parts, ...seen }), null, null);
  const minutes = Array.from({ length: 62 }, (_, index) => index - 62);
  await cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: "Shop",
      MetricData: minutes.flatMap((minute) => {
        const Timestamp = new Date(now + minute * 60_000);
        return [
          { MetricName: "Latency", Timestamp, Value: minute < -3 ? 120 : 900 },
          { MetricName: "Errors", Timestamp, Value: 2 },
          { MetricName: "Requests", Timestamp, Value: 200 },
        ];
      }),
    }),
  );
}
