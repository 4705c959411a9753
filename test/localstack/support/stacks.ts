import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import { LOCAL_REGION } from "../../../local/emulator/local-environment.ts";

const STACKS = ["RollguardPipeline", "RollguardState"] as const;

/** Stack names to what CloudFormation says of them; one that does not exist is left out. */
export async function stackStatuses(endpoint: string): Promise<Readonly<Record<string, string>>> {
  const { Stacks = [] } = await clientOf(endpoint).send(new DescribeStacksCommand({}));
  return Object.fromEntries(Stacks.map(({ StackName = "", StackStatus = "" }) => [StackName, StackStatus]));
}

/** Deletes what an earlier run left: LocalStack says that it updated a stack where it did not. */
export async function removeStacks(endpoint: string): Promise<void> {
  const client = clientOf(endpoint);
  const statuses = await stackStatuses(endpoint);
  for (const StackName of STACKS) {
    if (!(StackName in statuses)) continue;
    await client.send(new DeleteStackCommand({ StackName }));
    await waitUntilStackDeleteComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName });
  }
}

/** Names everything itself, since it is used before this process's environment is the local target's. */
function clientOf(endpoint: string): CloudFormationClient {
  return new CloudFormationClient({ endpoint, region: LOCAL_REGION, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
}
