import type { HookCall } from "../domain/hook-call.ts";
import type { WriteResult } from "../domain/workload.ts";

/** Functions of the teams' own around a rollback. */
export interface Hooks {
  /**
   * Calls and waits for the answer. `refused`: the function failed, took too long, or may not be called; the reason is redacted and cut. A lost answer is
   * asked for again with the same `callId`, so a hook may be called twice. Throws `TransientUpstreamError` where Lambda itself could not take the call.
   */
  invoke(call: HookCall): Promise<WriteResult>;
}
