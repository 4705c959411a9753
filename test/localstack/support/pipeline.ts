import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  DescribeStateMachineCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
  SFNClient,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import type { StackOutputs } from "../../../local/emulator/deploy-stacks.ts";
import { waitFor } from "./wait-for.ts";

/** A state machine as far as tests change it. */
export interface Definition {
  TimeoutSeconds: number;
  readonly States: Readonly<Record<string, { readonly Resource?: string; readonly Retry?: Record<string, unknown>[] }>>;
}

/** The deployed machine and its functions, by the APIs that an operator would use. */
export interface Pipeline {
  definition(): Promise<Definition>;
  /** Runs `use` while the machine is another one, then puts the deployed definition back. */
  withDefinition(change: (definition: Definition) => void, use: () => Promise<void>): Promise<void>;
  /** Runs `use` while the function of a Task state lacks an environment variable, then puts it back. */
  withoutVariable(state: string, variable: string, use: () => Promise<void>): Promise<void>;
  functionState(functionName: string): Promise<string | undefined>;
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** A manual request to start-rollback, as the command makes it. */
  request(service: string, reason: string): Promise<{ execution: string; incidentId: string }>;
  stop(execution: string): Promise<void>;
  ended(execution: string, withinSeconds: number): Promise<DescribeExecutionCommandOutput>;
  history(execution: string): Promise<HistoryEvent[]>;
}

export function pipeline({ MachineArn: stateMachineArn, StartRollbackFunction }: StackOutputs): Pipeline {
  const [sfn, lambda] = [new SFNClient({}), new LambdaClient({})];
  const arnOf = (execution: string) => `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${execution}`;
  const read = async () => (await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).definition ?? "";
  const write = (definition: string) => sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));

  const updated = (FunctionName: string) =>
    waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { FunctionName });
  const setVariables = async (FunctionName: string, Variables: Record<string, string>) => {
    const code = await codeOf(lambda, FunctionName);
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
    await updated(FunctionName);
    // LocalStack in host mode throws the unpacked code away with the old configuration; the same code again brings it back.
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: code }));
    await updated(FunctionName);
  };

  const invoke = async (FunctionName: string, event: unknown): Promise<unknown> => {
    const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
    const text = new TextDecoder().decode(Payload);
    if (FunctionError !== undefined) throw new Error(`${FunctionName} failed: ${text.slice(0, 1_000)}`);
    return JSON.parse(text);
  };

  return {
    definition: async () => JSON.parse(await read()) as Definition,
    async withDefinition(change, use) {
      const deployed = await read();
      const definition = JSON.parse(deployed) as Definition;
      change(definition);
      await write(JSON.stringify(definition));
      await use().finally(() => write(deployed));
    },
    async withoutVariable(state, variable, use) {
      const { States } = JSON.parse(await read()) as Definition;
      const FunctionName = States[state]?.Resource ?? "";
      const deployed = (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).Environment?.Variables ?? {};
      if (!(variable in deployed)) throw new Error(`${state} has no variable ${variable}: ${Object.keys(deployed).join(", ")}`);
      await setVariables(FunctionName, Object.fromEntries(Object.entries(deployed).filter(([name]) => name !== variable)));
      await use().finally(() => setVariables(FunctionName, deployed));
    },
    functionState: async (FunctionName) => (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).State,
    invoke,
    async request(service, reason) {
      const at = new Date().toISOString();
      const answer = await invoke(StartRollbackFunction, { manual: { service, reason, requestedBy: "localstack suite", at } });
      return answer as { execution: string; incidentId: string };
    },
    async stop(execution) {
      await sfn.send(new StopExecutionCommand({ executionArn: arnOf(execution) }));
    },
    ended: (execution, withinSeconds) =>
      waitFor(`${execution} has ended`, withinSeconds, async () => {
        const described = await sfn.send(new DescribeExecutionCommand({ executionArn: arnOf(execution) }));
        return described.status !== "RUNNING" && described;
      }),
    async history(execution) {
      const events: HistoryEvent[] = [];
      for await (const page of paginateGetExecutionHistory({ client: sfn }, { executionArn: arnOf(execution) })) {
        events.push(...(page.events ?? []));
      }
      return events;
    },
  };
}

async function codeOf(lambda: LambdaClient, FunctionName: string): Promise<Uint8Array> {
  const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName }));
  const answer = await fetch(Code?.Location ?? "");
  if (!answer.ok) throw new Error(`the code of ${FunctionName} cannot be read: HTTP ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}
