import { aRollbackInput } from "../builders/rollback-document.ts";

const MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:rollback";

/** "Step Functions Execution Status Change", as EventBridge delivers it. */
export function anExecutionEndedEvent(detail: Readonly<Record<string, unknown>> = {}) {
  const input = aRollbackInput();
  const name = input.execution.name;
  return {
    version: "0",
    id: "315c1398-40ff-a850-213b-158f73e60175",
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account: "123456789012",
    time: "2026-11-20T03:14:20Z",
    region: "us-east-1",
    resources: [`${MACHINE.replace("stateMachine", "execution")}:${name}`],
    detail: {
      executionArn: `${MACHINE.replace("stateMachine", "execution")}:${name}`,
      stateMachineArn: MACHINE,
      name,
      status: "TIMED_OUT",
      startDate: 1_795_144_360_500,
      stopDate: 1_795_144_460_500,
      input: JSON.stringify(input),
      output: null,
      inputDetails: { included: true },
      outputDetails: null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: "REDRIVABLE",
      redriveStatusReason: null,
      error: null,
      cause: null,
      ...detail,
    },
  };
}

/** Too large an input is left out of the event. */
export function anExecutionEndedEventWithoutInput(detail: Readonly<Record<string, unknown>> = {}) {
  return anExecutionEndedEvent({ input: null, inputDetails: { included: false }, ...detail });
}
