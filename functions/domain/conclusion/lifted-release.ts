import type { RollbackDocument } from "../rollback-document.ts";

/** A release that was called bad and is proven good after all. */
export interface LiftedRelease {
  readonly service: string;
  readonly hash: string;
  readonly verdict: "good";
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/**
 * What an undo takes back in the ledger: verdict and quarantine of the release that a wrong rollback had left. Only once the service was proven healthy on
 * it; null in every other case.
 */
export function liftedRelease({ trigger, plan, verification }: RollbackDocument, now: string): LiftedRelease | null {
  const { to, undoes } = trigger.request ?? {};
  if (to === undefined || undoes === undefined || plan?.mode !== "act" || verification?.recovery !== "recovered") return null;
  const by = trigger.requestedBy ?? "a person";
  return { service: trigger.service, hash: to, verdict: "good", by, reason: `${undoes} was undone: ${trigger.reason}`, at: now };
}
