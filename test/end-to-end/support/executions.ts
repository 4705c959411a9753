import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  type ExecutionListItem,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { waitUntil } from "./wait-until.ts";

/** How an execution ended. */
export interface EndedExecution {
  readonly status: string;
  readonly error: string | null;
}

/** The machine `rollback` as an operator sees it. */
export interface Executions {
  definition(): Promise<string>;
  /** Names of all executions, or of those of one service. */
  names(service?: string): Promise<readonly string[]>;
  ended(name: string): Promise<EndedExecution>;
  /** Names of the states that it entered, in their order. */
  states(name: string): Promise<readonly string[]>;
  stop(name: string): Promise<void>;
}

export function executionsOf(stateMachineArn: string): Executions {
  const client = new SFNClient({});
  const arnOf = (name: string) => `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
  return {
    async definition() {
      const { definition } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
      return definition ?? "";
    },
    async names(service) {
      const all: ExecutionListItem[] = [];
      for await (const page of paginateListExecutions({ client }, { stateMachineArn })) all.push(...(page.executions ?? []));
      const pattern = service === undefined ? /^/ : new RegExp(`^rg-${service}-\\d{8}T`);
      return all.flatMap(({ name }) => (name !== undefined && pattern.test(name) ? [name] : []));
    },
    ended: (name) =>
      waitUntil(`execution ${name} has ended`, async () => {
        const { status = "", error = null } = await client.send(new DescribeExecutionCommand({ executionArn: arnOf(name) }));
        return status !== "RUNNING" && { status, error };
      }),
    async states(name) {
      const entered: string[] = [];
      for await (const page of paginateGetExecutionHistory({ client }, { executionArn: arnOf(name) }))
        entered.push(...(page.events ?? []).flatMap((event) => event.stateEnteredEventDetails?.name ?? []));
      return entered;
    },
    async stop(name) {
      await client.send(new StopExecutionCommand({ executionArn: arnOf(name), cause: "stopped by a test" }));
    },
  };
}
