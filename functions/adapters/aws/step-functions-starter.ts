import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { ExecutionStarter } from "../../ports/execution-starter.ts";
import { AWS_CLIENT_SETTINGS, callAws } from "./call-aws.ts";

/**
 * Starts the machine under the input's own name. The input has sorted keys, since Step Functions compares it byte by byte on a repeated start: the same
 * input again while the execution runs is answered like the first start, and there is still one execution.
 */
export function stepFunctionsStarter(
  machineArn: string,
  client: Pick<SFNClient, "send"> = new SFNClient(AWS_CLIENT_SETTINGS),
): ExecutionStarter {
  return {
    async start(input) {
      const command = new StartExecutionCommand({
        stateMachineArn: machineArn,
        name: input.execution.name,
        input: JSON.stringify(sortedKeys(input)),
      });
      try {
        await callAws("states:StartExecution", () => client.send(command));
        return "started";
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return "already-started";
        throw error;
      }
    },
  };
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sortedKeys(entry)]));
}
