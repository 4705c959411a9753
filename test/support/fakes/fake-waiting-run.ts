import type { Approval } from "../../../functions/domain/approval.ts";
import type { WaitingRun } from "../../../functions/ports/waiting-run.ts";

/** Hands out tokens as Step Functions does: each is taken once, and only while its task waits. */
export class FakeWaitingRun implements WaitingRun {
  private readonly waiting = new Map<string, Approval | null>();
  private issued = 0;
  /** Thrown instead of an answer, once each. */
  readonly failures: Error[] = [];

  /** A task begins to wait, for an answer under this token alone. */
  issue(): string {
    this.issued += 1;
    const token = `AAAAKgAAAAIAAAAAAAAAAtoken-${this.issued}`;
    this.waiting.set(token, null);
    return token;
  }

  /** The task waits no more: it timed out, or its run was stopped. */
  end(token: string): void {
    this.waiting.delete(token);
  }

  async answer(token: string, approval: Approval): Promise<"taken" | "too-late"> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    if (this.waiting.get(token) !== null) return "too-late";
    this.waiting.set(token, structuredClone(approval));
    return "taken";
  }

  /** What was answered under the token; null while nothing was. */
  answered(token: string): Approval | null {
    return this.waiting.get(token) ?? null;
  }
}
