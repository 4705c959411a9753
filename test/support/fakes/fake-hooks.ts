import type { HookCall } from "../../../functions/domain/hook-call.ts";
import type { WriteResult } from "../../../functions/domain/workload.ts";
import type { Hooks } from "../../../functions/ports/hooks.ts";

/** Answers every hook, or refuses for the reason that is set. */
export class FakeHooks implements Hooks {
  readonly calls: HookCall[] = [];
  /** Set to make every hook fail. */
  refusal: string | null = null;

  async invoke(call: HookCall): Promise<WriteResult> {
    this.calls.push(call);
    if (this.refusal !== null) return { outcome: "refused", generation: 0, reason: this.refusal };
    return { outcome: "applied", generation: 0, reason: `hook ${call.payload.hook} has answered` };
  }
}
