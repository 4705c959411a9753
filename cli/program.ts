import { Command, CommanderError } from "commander";
import { explain } from "./command-error.ts";
import { approvalsCommand, approveCommand, denyCommand } from "./commands/approvals.ts";
import { backtestCommand } from "./commands/backtest.ts";
import { baselinesCommand } from "./commands/baselines.ts";
import { blueprintCommand } from "./commands/blueprint-import.ts";
import { breakerCommand } from "./commands/breaker.ts";
import { calibrateCommand } from "./commands/calibrate.ts";
import { abortCommand, pauseCommand } from "./commands/control.ts";
import { ackCommand, escalationsCommand } from "./commands/escalations.ts";
import { freezeCommand, freezesCommand, unfreezeCommand } from "./commands/freeze.ts";
import { incidentsCommand } from "./commands/incidents.ts";
import { markCommand } from "./commands/mark.ts";
import { mayReleaseCommand } from "./commands/may-release.ts";
import { planCommand } from "./commands/plan.ts";
import { rbacCommand } from "./commands/rbac.ts";
import { releasesCommand } from "./commands/releases.ts";
import { resumeCommand } from "./commands/resume.ts";
import { retryCommand } from "./commands/retry.ts";
import { rollbackCommand } from "./commands/rollback.ts";
import { showCommand } from "./commands/show.ts";
import { snapshotCommand } from "./commands/snapshot.ts";
import { statusCommand } from "./commands/status.ts";
import { switchCommand } from "./commands/switch.ts";
import { undoCommand } from "./commands/undo.ts";
import { validateCommand } from "./commands/validate.ts";
import type { Console } from "./console.ts";
import { EXIT, EXIT_CODE_HELP } from "./exit-codes.ts";
import type { CommandPorts } from "./ports.ts";
import { coloursOf } from "./terminal/colours.ts";

/** Runs the program on its arguments (without `node` and the script) and answers with the exit code. Never throws. */
export async function runProgram(argv: readonly string[], console: Console, ports: CommandPorts): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = createProgram(console, ports, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    const { message, exitCode: code } = explain(error);
    console.note(coloursOf(console.colours && console.watched).red(`error: ${message}`));
    if (ports.environment.ROLLGUARD_DEBUG === "1" && error instanceof Error) console.note(error.stack ?? "");
    return code;
  }
}

function createProgram(console: Console, ports: CommandPorts, exit: (code: number) => void): Command {
  const program = new Command("rollguard")
    .description("Takes bad changes back by itself; this command looks at it and steers it.")
    .exitOverride()
    .configureOutput({ writeOut: console.write, writeErr: (text) => console.note(text.trimEnd()) })
    .showHelpAfterError("(add --help for usage and examples)")
    .addHelpText(
      "after",
      `
${EXIT_CODE_HELP}

AWS credentials and region are those of the AWS CLI (AWS_PROFILE, AWS_REGION). NO_COLOR turns colours off.

Examples:
  $ rollguard validate blueprints
  $ rollguard plan blueprints
  $ rollguard status
  $ rollguard rollback checkout --reason "customers report slow checkouts" --dry-run
  $ rollguard show latest --html incident.html
  $ rollguard releases checkout
  $ rollguard switch off --reason "load test until 16:00"`,
    );
  const context = { console, ports, exit };
  const looks = [statusCommand, incidentsCommand, showCommand, releasesCommand, baselinesCommand];
  const acts = [rollbackCommand, retryCommand, undoCommand, pauseCommand, resumeCommand, abortCommand];
  const governance = [mayReleaseCommand, freezeCommand, unfreezeCommand, freezesCommand, breakerCommand];
  const calls = [escalationsCommand, ackCommand];
  const rest = [
    validateCommand,
    planCommand,
    backtestCommand,
    calibrateCommand,
    blueprintCommand,
    rbacCommand,
    snapshotCommand,
    markCommand,
    switchCommand,
  ];
  const approvals = [approvalsCommand, approveCommand, denyCommand];
  for (const add of [...looks, ...acts, ...approvals, ...governance, ...calls, ...rest]) add(program, context);
  return program;
}
