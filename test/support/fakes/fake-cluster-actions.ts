import type { Target } from "../../../functions/domain/blueprint.ts";
import type { ClusterAction, Confirmation } from "../../../functions/domain/cluster-action.ts";
import type { WriteResult, WriteStamp } from "../../../functions/domain/workload.ts";
import type { ClusterActions } from "../../../functions/ports/cluster-actions.ts";

/** Remembers what was applied; proven once applied, unless a test says otherwise for a kind. */
export class FakeClusterActions implements ClusterActions {
  readonly applied: { readonly action: ClusterAction; readonly stamp: WriteStamp }[] = [];
  private readonly refusals = new Map<string, string>();
  private readonly confirmations = new Map<string, Confirmation>();

  refuse(kind: ClusterAction["kind"], reason: string): this {
    this.refusals.set(kind, reason);
    return this;
  }

  answer(kind: ClusterAction["kind"], confirmation: Confirmation): this {
    this.confirmations.set(kind, confirmation);
    return this;
  }

  async apply(_target: Target, action: ClusterAction, stamp: WriteStamp): Promise<WriteResult> {
    const reason = this.refusals.get(action.kind);
    if (reason !== undefined) return { outcome: "refused", generation: 0, reason };
    if (this.isApplied(action)) return { outcome: "already-applied", generation: 0, reason: `${action.kind} was done before` };
    this.applied.push({ action: structuredClone(action), stamp });
    return { outcome: "applied", generation: 0, reason: `${action.kind} is done` };
  }

  async confirm(_target: Target, action: ClusterAction, _stamp: WriteStamp): Promise<Confirmation> {
    const answer = this.confirmations.get(action.kind);
    if (answer !== undefined) return answer;
    // a hook is called through its own port, and its answer was the proof
    if (action.kind === "invoke-hook") return { verdict: "proven", reason: `hook ${action.hook} has answered` };
    return this.isApplied(action)
      ? { verdict: "proven", reason: `${action.kind} holds` }
      : { verdict: "not-yet", reason: `${action.kind} is not there` };
  }

  private isApplied(action: ClusterAction): boolean {
    return this.applied.some((one) => JSON.stringify(one.action) === JSON.stringify(action));
  }
}
