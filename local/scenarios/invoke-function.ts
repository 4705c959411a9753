import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";

/** Invokes a Lambda function with an empty event. Throws when it fails. */
export async function invokeFunction(lambda: LambdaClient, functionName: string): Promise<void> {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: functionName, Payload: "{}" }));
  if (answer.FunctionError)
    throw new Error(
      `${functionName} failed: ${Buffer.from(answer.Payload ?? [])
        .toString()
        .slice(0, 500)}`,
    );
}
