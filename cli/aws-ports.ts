import { writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetParameterCommand, ParameterNotFound, SSMClient } from "@aws-sdk/client-ssm";
import { AWS_CLIENT_SETTINGS, callAws } from "../functions/adapters/aws/call-aws.ts";
import { cloudWatchMetricSource } from "../functions/adapters/aws/cloud-watch-metric-source.ts";
import { dynamoApprovals } from "../functions/adapters/aws/dynamo-approvals.ts";
import { dynamoControls } from "../functions/adapters/aws/dynamo-controls.ts";
import { dynamoEscalations } from "../functions/adapters/aws/dynamo-escalations.ts";
import { dynamoGovernance } from "../functions/adapters/aws/dynamo-governance.ts";
import { dynamoIncidentStore } from "../functions/adapters/aws/dynamo-incident-store.ts";
import { dynamoLooks } from "../functions/adapters/aws/dynamo-looks.ts";
import { dynamoReleaseLedger } from "../functions/adapters/aws/dynamo-release-ledger.ts";
import { dynamoTunings } from "../functions/adapters/aws/dynamo-tunings.ts";
import { dynamoWouldHaves } from "../functions/adapters/aws/dynamo-would-haves.ts";
import { systemClock } from "../functions/adapters/aws/system-clock.ts";
import type { CommandPorts } from "./ports.ts";
import { readDecideAnswer, readServicesAnswer, readSnapshotAnswer, readStartAnswer } from "./start-answer.ts";
import { writeWhole } from "./write-whole.ts";

/** The real world: AWS by the SDK's own credentials and region, files and time of this machine. */
export function awsPorts(environment: NodeJS.ProcessEnv): CommandPorts {
  return {
    clock: systemClock,
    environment,
    person: `${userInfo().username}@${hostname()}`,
    store: dynamoIncidentStore,
    escalations: dynamoEscalations,
    governance: dynamoGovernance,
    controls: dynamoControls,
    approvals: dynamoApprovals,
    ledger: dynamoReleaseLedger,
    looks: dynamoLooks,
    tunings: dynamoTunings,
    wouldHaves: dynamoWouldHaves,
    metrics: cloudWatchMetricSource,
    writeWhole,

    async parameter(name) {
      try {
        const client = new SSMClient(AWS_CLIENT_SETTINGS);
        const answer = await callAws("ssm:GetParameter", () => client.send(new GetParameterCommand({ Name: name })));
        return answer.Parameter?.Value ?? null;
      } catch (error) {
        if (error instanceof ParameterNotFound) return null;
        throw error;
      }
    },

    async startRollback(functionName, request) {
      return readStartAnswer(...(await invoke(functionName, { manual: request })));
    },

    async describeServices(functionName, service) {
      return readServicesAnswer(...(await invoke(functionName, { describe: service === undefined ? {} : { service } })));
    },

    async decideApproval(functionName, decide) {
      return readDecideAnswer(...(await invoke(functionName, { decide })));
    },

    async takeSnapshot(functionName, service) {
      return readSnapshotAnswer(...(await invoke(functionName, { service })));
    },

    async writeFile(path, text) {
      await writeFile(path, text);
    },

    async pause(milliseconds) {
      await pause(milliseconds);
    },
  };
}

/** Whether the function failed, and what it answered. */
async function invoke(functionName: string, event: object): Promise<[failed: boolean, payload: string]> {
  const client = new LambdaClient({
    ...AWS_CLIENT_SETTINGS,
    requestHandler: { ...AWS_CLIENT_SETTINGS.requestHandler, requestTimeout: 60_000 },
  });
  const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) });
  const answer = await callAws("lambda:InvokeFunction", () => client.send(command));
  return [answer.FunctionError !== undefined, new TextDecoder().decode(answer.Payload)];
}
