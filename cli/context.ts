import type { Console } from "./console.ts";
import type { CommandPorts } from "./ports.ts";

/** What every subcommand gets. `exit` is called with a code other than 0 for results that are no errors (problems found, not recovered). */
export interface CommandContext {
  readonly console: Console;
  readonly ports: CommandPorts;
  exit(code: number): void;
}
