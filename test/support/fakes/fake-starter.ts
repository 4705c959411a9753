import type { RollbackInput } from "../../../functions/domain/rollback-document.ts";
import type { ExecutionStarter } from "../../../functions/ports/execution-starter.ts";

/** Remembers every execution by name, as Step Functions does for 90 days. */
export class FakeStarter implements ExecutionStarter {
  readonly started: RollbackInput[] = [];
  /** Number of calls, repeated ones included. */
  calls = 0;

  async start(input: RollbackInput): Promise<"started" | "already-started"> {
    this.calls += 1;
    if (this.started.some((earlier) => earlier.execution.name === input.execution.name)) return "already-started";
    this.started.push(structuredClone(input));
    return "started";
  }
}
