import { readFileSync } from "node:fs";
import { crc32, deflateRawSync } from "node:zlib";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { ALARM_CLOCK_SOURCE, ALARM_DETAIL_TYPE } from "../../local/alarm-clock/alarm-event.ts";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "../../local/emulator/local-environment.ts";
import type { FunctionServer } from "./function-server.ts";

const ROLE = `arn:aws:iam::${LOCAL_ACCOUNT}:role/storm`;
export const MACHINE_ARN = `arn:aws:states:${LOCAL_REGION}:${LOCAL_ACCOUNT}:stateMachine:rollback`;

/** Rule, starter and machine in the emulator: the machine as it is checked in, its functions behind URLs. */
export async function makeStormStack(server: FunctionServer, names: readonly string[]): Promise<void> {
  const functions = new LambdaClient({});
  for (const name of names) {
    await functions.send(
      new CreateFunctionCommand({
        ...{ FunctionName: name, Role: ROLE, Runtime: "nodejs24.x", Handler: "index.handler", Timeout: 60 },
        Code: { ZipFile: zipOf("index.mjs", "export const handler = async () => { throw new Error('behind a URL'); };") },
        Environment: { Variables: { MINISTACK_LAMBDA_PROXY_URL: server.urlOf(name) } },
      }),
    );
  }
  await new SFNClient({}).send(new CreateStateMachineCommand({ name: "rollback", roleArn: ROLE, definition: definition() }));
  const events = new EventBridgeClient({});
  const pattern = { source: [ALARM_CLOCK_SOURCE], "detail-type": [ALARM_DETAIL_TYPE], detail: { state: { value: ["ALARM"] } } };
  await events.send(new PutRuleCommand({ Name: "alarms", EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: "alarms", Targets: [{ Id: "starter", Arn: functionArn("StartRollback") }] }));
}

function definition(): string {
  return readFileSync(new URL("../../statemachines/rollback.asl.json", import.meta.url), "utf8")
    .replaceAll(/\$\{(\w+)FunctionArn\}/g, (_, name: string) => functionArn(name))
    .replaceAll("${PageTopicArn}", `arn:aws:sns:${LOCAL_REGION}:${LOCAL_ACCOUNT}:page`);
}

function functionArn(name: string): string {
  return `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT}:function:${name}`;
}

/** A zip of one file: a function cannot be made without code, though its code never runs. */
function zipOf(name: string, text: string): Uint8Array {
  const [data, path] = [Buffer.from(text), Buffer.from(name)];
  const packed = deflateRawSync(data);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, path, packed]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, Buffer.alloc(14), path]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
