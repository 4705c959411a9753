import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";

const STACKS = ["RollguardPipeline", "RollguardState"] as const;

/** Deletes what an earlier run left: LocalStack says that it updated a stack where it did not. */
export async function removeStacks(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new CloudFormationClient({ endpoint, region: "us-east-1", credentials });
  for (const StackName of STACKS) {
    const exists = await client.send(new DescribeStacksCommand({ StackName })).then(
      () => true,
      () => false,
    );
    if (!exists) continue;
    await client.send(new DeleteStackCommand({ StackName }));
    await waitUntilStackDeleteComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName });
  }
  client.destroy();
}
