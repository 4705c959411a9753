import { keptRelease } from "../plan-steps.ts";
import type { Quarantine } from "../release.ts";
import type { Change, RollbackDocument } from "../rollback-document.ts";

export interface LedgerConclusion {
  /** The release that was rolled back from, and what of it may not come back. */
  readonly ledger: { readonly badRelease: string | null; readonly quarantine: readonly Quarantine[] };
  readonly verdicts: readonly { readonly templateHash: string; readonly verdict: "good" | "bad"; readonly replicas: number | null }[];
}

/** The suspect is bad once the rollback away from it proved right, whatever became of the step after that. */
function provenSuspect({ assessment, plan, verification }: RollbackDocument): Change | null {
  const change = assessment?.change;
  if (!change || change.kind === "leftover" || change.kind === "held" || keptRelease(verification)) return null;
  // also where GitOps has brought it back since: it was proven bad all the same
  const drifted = verification?.stepId === "watch-drift" && verification.recoveredAt !== null;
  return plan?.mode === "act" && (verification?.recovery === "recovered" || drifted) ? change : null;
}

/** Did the release that recovered the service bring another template? Each step that belongs to one names it. */
function wroteTemplate({ plan, verification }: RollbackDocument): boolean {
  const restoring = plan?.steps.find(({ id }) => id === verification?.restoringStepId);
  return restoring === undefined || restoring.target !== null;
}

/** Of a change of the configuration the template is as good as it was: only the release is bad. So it is where the pods were only started anew. */
export function verdictsOf(document: RollbackDocument): LedgerConclusion["verdicts"] {
  const change = provenSuspect(document);
  if (change === null || change.toHash === null || change.kind === "config" || change.kind === "traffic") return [];
  if (change.kind === "deploy" && !wroteTemplate(document)) return [];
  return [{ templateHash: change.toHash, verdict: "bad", replicas: change.kind === "scale" ? change.toReplicas : null }];
}

/** Image digests and the template that came with a bad deploy, never what the release before it had too. */
export function ledgerOf(document: RollbackDocument, at: string): LedgerConclusion["ledger"] {
  const change = provenSuspect(document);
  if (change === null) return { badRelease: null, quarantine: [] };
  const { service } = document.trigger;
  const template = change.kind === "deploy" && change.toHash !== null && wroteTemplate(document) ? [`${service}/${change.toHash}`] : [];
  const keys = change.kind === "scale" ? [] : [...(change.digests ?? []), ...template];
  return { badRelease: change.toRelease ?? null, quarantine: keys.map((key) => ({ key, service, by: document.incidentId, at })) };
}
