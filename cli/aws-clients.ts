import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetParameterCommand, ParameterNotFound, SSMClient } from "@aws-sdk/client-ssm";
import { AWS_CLIENT_SETTINGS, callAws } from "../functions/adapters/aws/call-aws.ts";

export { cloudWatchMetricSource } from "../functions/adapters/aws/cloud-watch-metric-source.ts";
export { dynamoApprovals } from "../functions/adapters/aws/dynamo-approvals.ts";
export { dynamoBaselines } from "../functions/adapters/aws/dynamo-baselines.ts";
export { dynamoControls } from "../functions/adapters/aws/dynamo-controls.ts";
export { dynamoEscalations } from "../functions/adapters/aws/dynamo-escalations.ts";
export { dynamoGovernance } from "../functions/adapters/aws/dynamo-governance.ts";
export { dynamoIncidentStore } from "../functions/adapters/aws/dynamo-incident-store.ts";
export { dynamoLooks } from "../functions/adapters/aws/dynamo-looks.ts";
export { dynamoReleaseLedger } from "../functions/adapters/aws/dynamo-release-ledger.ts";
export { dynamoTunings } from "../functions/adapters/aws/dynamo-tunings.ts";
export { dynamoWouldHaves } from "../functions/adapters/aws/dynamo-would-haves.ts";

/** Value of an SSM parameter; null when there is none. */
export async function parameterValue(name: string): Promise<string | null> {
  try {
    const client = new SSMClient(AWS_CLIENT_SETTINGS);
    const answer = await callAws("ssm:GetParameter", () => client.send(new GetParameterCommand({ Name: name })));
    return answer.Parameter?.Value ?? null;
  } catch (error) {
    if (error instanceof ParameterNotFound) return null;
    throw error;
  }
}

/** Whether the function failed, and what it answered. */
export async function invoke(functionName: string, event: object): Promise<[failed: boolean, payload: string]> {
  const client = new LambdaClient({
    ...AWS_CLIENT_SETTINGS,
    requestHandler: { ...AWS_CLIENT_SETTINGS.requestHandler, requestTimeout: 60_000 },
  });
  const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) });
  const answer = await callAws("lambda:InvokeFunction", () => client.send(command));
  return [answer.FunctionError !== undefined, new TextDecoder().decode(answer.Payload)];
}
