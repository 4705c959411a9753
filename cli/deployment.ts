import { notFound } from "./command-error.ts";
import type { CommandPorts } from "./ports.ts";

/** SSM parameters that the stacks write, so that the command finds them. */
export const PARAMETERS = {
  table: "/rollguard/table-name",
  startFunction: "/rollguard/start-function",
  decideFunction: "/rollguard/decide-function",
  observeFunction: "/rollguard/observe-function",
} as const;

/** Name of the table: `--table`, else ROLLGUARD_TABLE, else what the deployed stack says. */
export async function tableName(ports: CommandPorts, option: string | undefined): Promise<string> {
  const given = option ?? ports.environment.ROLLGUARD_TABLE;
  return given || (await deployed(ports, PARAMETERS.table, "--table or ROLLGUARD_TABLE"));
}

/** Name of the function `start-rollback`: `--function`, else ROLLGUARD_START_FUNCTION, else what the deployed stack says. */
export async function startFunctionName(ports: CommandPorts, option: string | undefined): Promise<string> {
  const given = option ?? ports.environment.ROLLGUARD_START_FUNCTION;
  return given || (await deployed(ports, PARAMETERS.startFunction, "--function or ROLLGUARD_START_FUNCTION"));
}

/** Name of the function `observe-releases`: `--function`, else ROLLGUARD_OBSERVE_FUNCTION, else what the deployed stack says. */
export async function observeFunctionName(ports: CommandPorts, option: string | undefined): Promise<string> {
  const given = option ?? ports.environment.ROLLGUARD_OBSERVE_FUNCTION;
  return given || (await deployed(ports, PARAMETERS.observeFunction, "--function or ROLLGUARD_OBSERVE_FUNCTION"));
}

/** Name of the function `decide-approval`: `--function`, else ROLLGUARD_DECIDE_FUNCTION, else what the deployed stack says. */
export async function decideFunctionName(ports: CommandPorts, option: string | undefined): Promise<string> {
  const given = option ?? ports.environment.ROLLGUARD_DECIDE_FUNCTION;
  return given || (await deployed(ports, PARAMETERS.decideFunction, "--function or ROLLGUARD_DECIDE_FUNCTION"));
}

async function deployed(ports: CommandPorts, parameter: string, otherwise: string): Promise<string> {
  const value = await ports.parameter(parameter);
  if (value !== null) return value;
  throw notFound(
    `Rollguard is not deployed in this account and region: there is no SSM parameter ${parameter}. Deploy it (docs/guide.md), choose another account or region with AWS_PROFILE and AWS_REGION, or name it with ${otherwise}.`,
  );
}
