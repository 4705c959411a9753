import type { RollbackInput } from "../domain/rollback-document.ts";

/** Starts the machine `rollback`. Throws `TransientUpstreamError` or `PermissionError`. */
export interface ExecutionStarter {
  /** `already-started` when an execution of that name exists, running or closed: success, not an error. */
  start(input: RollbackInput): Promise<"started" | "already-started">;
}
