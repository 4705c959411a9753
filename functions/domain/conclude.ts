import type { ClusterAction } from "./cluster-action.ts";
import { diagnose } from "./diagnosis/diagnose.ts";
import type { IncidentAlarm, IncidentMeta, IncidentRecord, TimelineEvent } from "./incident.ts";
import { gitopsAdvice } from "./plan/gitops-steps.ts";
import { isRestoring } from "./plan-steps.ts";
import type { Quarantine } from "./release.ts";
import type { Change, Diagnosis, Outcome, RollbackDocument } from "./rollback-document.ts";
import { inWords, secondsBetween } from "./time.ts";

export interface Conclusion {
  readonly outcome: Outcome;
  readonly summary: string;
  readonly meta: IncidentMeta;
  readonly event: TimelineEvent;
  /** The release that was rolled back from, and what of it may not come back. */
  readonly ledger: { readonly badRelease: string | null; readonly quarantine: readonly Quarantine[] };
  readonly verdicts: readonly { readonly templateHash: string; readonly verdict: "good" | "bad"; readonly replicas: number | null }[];
}

/**
 * Reads the whole document and says how the incident ended. Works with any slice missing: it is reached from every Catch. `joined` are the alarms
 * that joined the incident: one that came after the last look at alarms was judged by nobody, so all is not well.
 */
export function conclude(document: RollbackDocument, now: string, joined: readonly IncidentAlarm[] = []): Conclusion {
  const judged = outcomeOf(document);
  const unseen = allIsWell(judged) ? unseenAlarms(document, judged, joined) : [];
  const outcome = unseen.length > 0 ? "escalated" : judged;
  const late = unseen.length === 0 ? "" : `; it needs a human all the same: ${unseen.join(", ")} joined after the last look`;
  const summary = `${summarise(document, judged)}${late}`;
  const { incidentId, trigger, opening, assessment, execution } = document;
  const meta: IncidentMeta = {
    id: incidentId,
    service: trigger.service,
    execution: execution.name,
    status: "closed",
    outcome,
    severity: assessment?.severity ?? null,
    summary,
    openedAt: opening?.openedAt ?? now,
    closedAt: now,
    topicArn: opening?.blueprint?.notificationTopicArn ?? null,
    trigger,
    record: recordOf(document, now),
  };
  return {
    outcome,
    summary,
    meta,
    event: closingEvent(document, outcome, summary, now),
    verdicts: verdictsOf(document),
    ledger: ledgerOf(document, now),
  };
}

function outcomeOf({ failure, assessment, plan, verification }: RollbackDocument): Outcome {
  if (failure !== undefined) return "error";
  if (assessment === undefined) return "error";
  if (assessment.decision === "stand-down") return "stand-down";
  if (assessment.decision !== "roll-back" || plan === undefined || plan.mode === "none") return "escalated";
  if (verification?.next === "observed") return "observed";
  if (verification?.next === "recovered") return "recovered";
  return verification?.recovery === "not-recovered" ? "not-recovered" : "escalated";
}

/** Outcomes after which nobody would look again. */
export function allIsWell(outcome: Outcome): boolean {
  return outcome === "recovered" || outcome === "stand-down";
}

/** Transitions are known to the second, so one in the second of the last look may have been missed by it. */
function unseenAlarms({ assessment, verification }: RollbackDocument, outcome: Outcome, joined: readonly IncidentAlarm[]): string[] {
  const lastLookAt = outcome === "recovered" ? verification?.recoveredAt : assessment?.assessedAt;
  if (!lastLookAt) return [];
  return joined.filter(({ at }) => secondsBetween(lastLookAt, at) > -1).map(({ alarmName }) => alarmName);
}

function summarise(document: RollbackDocument, outcome: Outcome): string {
  const { trigger, failure, assessment, progress, verification } = document;
  const { service } = trigger;
  const goal = goalOf(document);
  const reasons = assessment?.reasons.join("; ") ?? "not assessed";
  switch (outcome) {
    case "recovered":
      if (assessment?.change?.kind === "held")
        return `${service}: ${verification?.reason ?? "given back"}; the service itself was not judged`;
      if (assessment?.change?.kind === "leftover") {
        return `${service}: the ${assessment.workload?.kind ?? "workload"}'s own update strategy is back; the service itself was not judged (${trigger.reason})`;
      }
      return `${service} was rolled back to ${goal} and recovered ${inWords(verification?.recoverySeconds ?? 0)} after the onset${stillRed(verification)}${notesOf(verification)}${adviceOf(document)}`;
    case "observed":
      return `${service}: observe mode, nothing was written; would have rolled back to ${goal}`;
    case "stand-down":
      return `${service}: stood down, ${reasons}`;
    case "not-recovered": {
      const but = verification?.verdict === "inconclusive" ? "but its recovery could not be proven" : "but did not recover";
      return `${service} was rolled back to ${goal} ${but}: ${verification?.reason ?? "no verification"}${adviceOf(document)}`;
    }
    case "error": {
      const what = failure === undefined ? "a slice is missing" : `${failure.Error}: ${causeText(failure.Cause)}`;
      return `${service}: Rollguard itself failed: ${what}; ${stateOfService(document)}`;
    }
    default: {
      const why =
        verification?.reason || (progress && progress.outcome !== "applied" ? progress.reason : null) || denial(document) || reasons;
      const after = verification?.recovery === "recovered" ? `was rolled back to ${goal} and recovered, but needs` : "needs";
      return `${service} ${after} a human: ${why}${adviceOf(document)}`;
    }
  }
}

/** A rollback under GitOps is only half the way: what has to be committed. */
function adviceOf(document: RollbackDocument): string {
  const { plan, assessment, verification, trigger } = document;
  if (plan?.mode !== "act" || verification === undefined || assessment?.change?.kind === "held") return "";
  const owner = assessment?.workload?.owner ?? null;
  const advice = gitopsAdvice(plan, { service: trigger.service, owner, held: verification.held ?? null, goal: goalOf(document) });
  return advice === null ? "" : `; ${advice}`;
}

/** Alarms that were red before the change decide nothing, but nobody should read "recovered" as "all is well". */
function stillRed(verification: RollbackDocument["verification"]): string {
  const red = verification?.checks.filter(({ check, actual }) => check.startsWith("alarm ") && actual.startsWith("ALARM")) ?? [];
  return red.length === 0
    ? ""
    : `; still in ALARM, as before the change: ${red.map(({ check }) => check.replace("alarm ", "")).join(", ")}`;
}

/** Cleaning up is no part of the recovery: what of it did not work is said, and pages nobody. */
function notesOf(verification: RollbackDocument["verification"]): string {
  return (verification?.notes ?? []).map((note) => `; ${note}`).join("");
}

/** What a person must know first when the run itself broke. */
function stateOfService({ plan, progress, verification }: RollbackDocument): string {
  if (verification?.recovery === "recovered") return "the service had recovered";
  if (plan?.mode !== "act") return "nothing was written to the cluster";
  if (progress === undefined) return "the write may have been made: compare the live release with the plan";
  const wrote = progress.outcome === "applied" || progress.outcome === "already-applied";
  return wrote ? "the service may be half rolled back" : "nothing more was written to the cluster";
}

/** Where the last restoring step led, or would have: the plan holds further targets that were never used. */
function goalOf({ plan, progress, verification }: RollbackDocument): string {
  const restoring = plan?.steps.filter(isRestoring) ?? [];
  const byId = (id: string | null | undefined) => restoring.find((step) => step.id === id);
  const step = byId(progress?.stepId) ?? byId(verification?.restoringStepId) ?? restoring[0];
  if (step?.target) return step.target.image;
  const around =
    plan?.steps.flatMap(({ action, target }) => (target !== null || action === undefined ? [] : (restoredBy(action) ?? []))) ?? [];
  const replicas = step === undefined || step.replicas === null ? [] : [`${step.replicas} replicas`];
  return [...new Set([...around, ...replicas])].join(", ") || "its own strategy";
}

/** What an action brings back that belongs to no template of its own; null for one that brings nothing back. */
function restoredBy(action: ClusterAction): string | null {
  switch (action.kind) {
    case "restore-config":
      return `the earlier content of ${action.configs.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`;
    case "restore-autoscaler":
      return `${action.minReplicas} to ${action.maxReplicas} replicas of HorizontalPodAutoscaler ${action.hpa}`;
    default:
      return null;
  }
}

function denial({ plan }: RollbackDocument): string | null {
  const rule = plan?.governance.checks.find((check) => check.rule === plan.governance.rule);
  return rule === undefined ? null : `${plan?.governance.verdict} by rule ${rule.rule}: ${rule.observed}`;
}

/** Step Functions puts Lambda's error object as JSON text into Cause; people want its message. */
export function causeText(cause: string | undefined): string {
  if (cause === undefined) return "no cause given";
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === "object" && parsed !== null && "errorMessage" in parsed) return String(parsed.errorMessage).slice(0, 500);
  } catch {
    // not JSON: the text itself is the cause
  }
  return cause.slice(0, 500);
}

/** A run that ended before DiagnoseCause (an escalation, a plan that was denied) is the one whose reader needs a cause most. */
function undiagnosed({ assessment, verification, opening }: RollbackDocument): Diagnosis | null {
  if (assessment === undefined || assessment.decision === "stand-down" || assessment.decision === "hold") return null;
  const result = diagnose({ assessment, verification: verification ?? null, target: opening?.blueprint?.target ?? null });
  return result.class === "unknown" ? null : result;
}

function recordOf(document: RollbackDocument, now: string): IncidentRecord {
  const { opening, assessment, plan, progress, verification, diagnosis, failure, trigger, incidentId } = document;
  const blueprint = opening?.blueprint ?? null;
  const stamp = now.replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const suffix = incidentId.slice(-3);
  return {
    service: trigger.service,
    target: blueprint?.target ?? null,
    mode: blueprint?.mode ?? null,
    assessment: assessment ?? null,
    plan: plan ?? null,
    progress: progress ?? null,
    verification: verification ?? null,
    diagnosis: diagnosis ?? undiagnosed(document),
    failure: failure === undefined ? null : { error: failure.Error, cause: causeText(failure.Cause) },
    displayIds: {
      rollback: `rb-${stamp}-${suffix}`,
      verification: `ver-${stamp}-${suffix}`,
      decision: `dec-${stamp}-${suffix}`,
      governance: `gov-${stamp}-${suffix}`,
    },
  };
}

/** The suspect is bad once the rollback away from it proved right, whatever became of the step after that. */
function provenSuspect({ assessment, plan, verification }: RollbackDocument): Change | null {
  const change = assessment?.change;
  if (!change || change.kind === "leftover" || change.kind === "held") return null;
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
function verdictsOf(document: RollbackDocument): Conclusion["verdicts"] {
  const change = provenSuspect(document);
  if (change === null || change.toHash === null || change.kind === "config") return [];
  if (change.kind === "deploy" && !wroteTemplate(document)) return [];
  return [{ templateHash: change.toHash, verdict: "bad", replicas: change.kind === "scale" ? change.toReplicas : null }];
}

/** Image digests and the template that came with a bad deploy, never what the release before it had too. */
function ledgerOf(document: RollbackDocument, at: string): Conclusion["ledger"] {
  const change = provenSuspect(document);
  if (change === null) return { badRelease: null, quarantine: [] };
  const { service } = document.trigger;
  const template = change.kind === "deploy" && change.toHash !== null && wroteTemplate(document) ? [`${service}/${change.toHash}`] : [];
  const keys = change.kind === "scale" ? [] : [...(change.digests ?? []), ...template];
  return { badRelease: change.toRelease ?? null, quarantine: keys.map((key) => ({ key, service, by: document.incidentId, at })) };
}

function closingEvent(document: RollbackDocument, outcome: Outcome, summary: string, now: string): TimelineEvent {
  const kind = document.assessment?.change?.kind;
  const mended = kind === "leftover" || kind === "held";
  const page = outcome === "escalated" || outcome === "not-recovered" || outcome === "error";
  return {
    id: `${now}#RecordIncident#closed`,
    at: now,
    type:
      outcome === "recovered" && !mended ? "rollback_verified" : outcome === "not-recovered" ? "verification_failed" : "incident_closed",
    message: summary,
    urgency: page ? "page" : outcome === "stand-down" ? "quiet" : "notice",
    data: { outcome, service: document.trigger.service, decision: document.assessment?.decision ?? null },
  };
}
