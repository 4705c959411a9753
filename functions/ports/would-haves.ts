import type { WouldHave } from "../domain/would-have.ts";

/** Records of what triggers that may not act would have done. Throws `TransientUpstreamError` or `PermissionError`. */
export interface WouldHaves {
  /** Twice is once: the first record of a transition stays, and of a finding that which came first while the same release was live. */
  record(wouldHave: WouldHave): Promise<"recorded" | "already-recorded">;
  /** The record of one transition; null when there is none. */
  of(transition: Pick<WouldHave, "service" | "trigger" | "at">): Promise<WouldHave | null>;
  /** Newest first; of one service, or of all where it is null. */
  list(service: string | null, limit: number): Promise<readonly WouldHave[]>;
}
