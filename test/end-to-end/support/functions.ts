import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

/** What a function answered: its result, or the error that it threw. */
export interface FunctionAnswer {
  readonly failed: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Invokes a deployed function and waits for its answer. */
export async function invoke(functionName: string, event: unknown): Promise<FunctionAnswer> {
  const client = new LambdaClient({});
  try {
    const answer = await client.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }));
    const payload = JSON.parse(new TextDecoder().decode(answer.Payload)) as Readonly<Record<string, unknown>>;
    return { failed: answer.FunctionError !== undefined, payload };
  } finally {
    client.destroy();
  }
}
