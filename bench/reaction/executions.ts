import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { eventually } from "../eventually.ts";

export interface StepsToWrite {
  /** States entered until the write, Choices too. */
  readonly states: number;
  /** Task states among them. */
  readonly tasks: number;
}

/**
 * What an execution had gone through when it wrote, by its real history: up to the last Task entered by then, since only a Task writes (the
 * watch may tell of the write a moment after the state was left).
 */
export function stepsBefore(writtenAt: number, history: readonly HistoryEvent[]): StepsToWrite {
  const entered = history.filter(({ type, timestamp }) => type?.endsWith("StateEntered") && Number(timestamp) <= writtenAt);
  const writing = entered.findLastIndex(({ type }) => type === "TaskStateEntered");
  const untilWrite = entered.slice(0, writing + 1);
  return { states: untilWrite.length, tasks: untilWrite.filter(({ type }) => type === "TaskStateEntered").length };
}

/** Executions of one machine, by name. */
export function executions(machineArn: string, client = new SFNClient({})) {
  const arnOf = (name: string) => `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
  const history = async (name: string): Promise<HistoryEvent[]> => {
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn: arnOf(name), maxResults: 1000 }));
    return events ?? [];
  };
  return {
    history,

    /** Ends an execution as soon as it waits, so that no function is cut off in the middle of its work. */
    async stopWhenWaiting(name: string): Promise<readonly HistoryEvent[]> {
      const events = await eventually(`execution ${name} has written and waits`, async () => {
        const soFar = await history(name);
        return (
          soFar.some(({ type }) => type === "WaitStateEntered" || (type?.startsWith("Execution") && type !== "ExecutionStarted")) && soFar
        );
      });
      await client.send(new StopExecutionCommand({ executionArn: arnOf(name), cause: "the bench has its sample" }));
      return events;
    },

    /** One line about the newest execution, for the error of a sample that did not come. */
    async newest(): Promise<string> {
      const { executions: found = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn: machineArn, maxResults: 100 }));
      const [last] = found.sort((a, b) => Number(b.startDate) - Number(a.startDate));
      if (last?.name === undefined) return "no execution was started";
      const states = (await history(last.name)).flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
      const { output, cause } = await client.send(new DescribeExecutionCommand({ executionArn: last.executionArn }));
      return `the newest execution ${last.name} is ${last.status} after ${states.join(", ")}: ${cause ?? output ?? ""}`.slice(0, 1500);
    },
  };
}
