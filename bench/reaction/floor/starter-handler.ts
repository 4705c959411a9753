import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";

const stepFunctions = new SFNClient({});

/** Starts the floor's machine for one event, and that is all. */
export const handler = async ({ id }: { readonly id: string }): Promise<void> => {
  const input = JSON.stringify({ sample: id });
  await stepFunctions.send(new StartExecutionCommand({ stateMachineArn: process.env.MACHINE_ARN, name: id, input }));
  console.log(JSON.stringify({ level: "INFO", message: "started", sample: id }));
};
