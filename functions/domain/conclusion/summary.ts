import type { ClusterAction } from "../cluster-action.ts";
import { unmeasuredNote } from "../findings/finding-words.ts";
import { gitopsAdvice } from "../plan/gitops-steps.ts";
import { isRestoring, keptRelease } from "../plan-steps.ts";
import type { Outcome, RollbackDocument } from "../rollback-document.ts";
import { inWords } from "../time.ts";
import { describeShares } from "../traffic.ts";
import { areBothBad, isUnapproved } from "./outcome.ts";
import { causeText } from "./record.ts";

/** How it ended, in one sentence with the numbers. */
export function summarise(document: RollbackDocument, outcome: Outcome): string {
  const { trigger, failure, assessment, approval, progress, verification } = document;
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
      if (keptRelease(verification))
        return `${service} recovered ${inWords(verification?.recoverySeconds ?? 0)} after the onset with the new release, which is kept: ${verification?.reason}${leftMoved(verification)}${notesOf(verification)}`;
      if (trigger.request?.undoes !== undefined)
        return `${service} went forward to ${goal} again and is healthy, so ${trigger.request.undoes} is undone: what that had called bad is good, and its quarantine is lifted${notesOf(verification)}${adviceOf(document)}`;
      if (trigger.finding !== undefined)
        return `${service} was rolled back to ${goal} and is healthy; ${unmeasuredNote(trigger.finding)}${leftMoved(verification)}${stillRed(verification)}${notesOf(verification)}${adviceOf(document)}`;
      return `${service} was rolled back to ${goal} and recovered ${inWords(verification?.recoverySeconds ?? 0)} after the onset${leftMoved(verification)}${stillRed(verification)}${notesOf(verification)}${adviceOf(document)}`;
    case "observed":
      return `${service}: observe mode, nothing was written; would have ${asked(document)} to ${goal}`;
    case "stand-down":
      return `${service}: stood down, ${reasons}`;
    case "denied":
      return `${service}: the rollback to ${goal} was denied by ${approval?.decidedBy}: ${approval?.reason}; nothing was written to the cluster`;
    case "not-recovered": {
      if (areBothBad(document, outcome))
        return `${service} was rolled back to ${goal}, and both releases are bad: it stays protected there and nothing more is tried: ${verification?.reason}${adviceOf(document)}`;
      const but = verification?.verdict === "inconclusive" ? "but its recovery could not be proven" : "but did not recover";
      return `${service} was rolled back to ${goal} ${but}: ${verification?.reason ?? "no verification"}${adviceOf(document)}`;
    }
    case "error": {
      const what = failure === undefined ? "a slice is missing" : `${failure.Error}: ${causeText(failure.Cause)}`;
      return `${service}: Rollguard itself failed: ${what}; ${stateOfService(document)}`;
    }
    default: {
      const why =
        unanswered(document) ||
        verification?.reason ||
        (progress && progress.outcome !== "applied" ? progress.reason : null) ||
        denial(document) ||
        reasons;
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

/** A service that is well again may still get its traffic in other shares than before: whoever reads "recovered" must know. */
function leftMoved(verification: RollbackDocument["verification"]): string {
  const { moved, pinned } = verification ?? {};
  const traffic = moved == null ? "" : `; as this run has left it, ${moved}`;
  return pinned == null ? traffic : `${traffic}; HorizontalPodAutoscaler ${pinned} is still held`;
}

/** Cleaning up is no part of the recovery: what of it did not work is said, and pages nobody. */
function notesOf(verification: RollbackDocument["verification"]): string {
  return (verification?.notes ?? []).map((note) => `; ${note}`).join("");
}

/** What an observed run would have done. */
function asked({ plan }: RollbackDocument): string {
  if (plan?.governance.verdict !== "needs-approval") return "rolled back";
  return `asked for an approval (${denial({ plan })}) to roll back`;
}

/** A question that nobody answered, or that was about another plan. */
function unanswered({ approval }: RollbackDocument): string | null {
  if (approval === undefined || approval.state === "approved") return null;
  return `the approval ${approval.state === "void" ? "is void" : `is ${approval.state}`}: ${approval.reason}; nothing was written to the cluster`;
}

/** What a person must know first when the run itself broke. */
function stateOfService(document: RollbackDocument): string {
  const { plan, progress, verification } = document;
  if (verification?.recovery === "recovered") return "the service had recovered";
  if (plan?.mode !== "act" || isUnapproved(document)) return "nothing was written to the cluster";
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
    plan?.steps.flatMap(({ action, target, judged }) =>
      // weights that are moved around a restore are no goal
      target !== null || action === undefined || (action.kind === "set-weights" && judged !== true) ? [] : (restoredBy(action) ?? []),
    ) ?? [];
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
    case "set-weights":
      return `the traffic of ${action.route.name} (${describeShares(action.weights)})`;
    case "scale-arm":
      return `${action.replicas} replicas of Deployment ${action.deployment}`;
    default:
      return null;
  }
}

function denial({ plan }: Pick<RollbackDocument, "plan">): string | null {
  const rule = plan?.governance.checks.find((check) => check.rule === plan.governance.rule);
  return rule === undefined ? null : `${plan?.governance.verdict} by rule ${rule.rule}: ${rule.observed}`;
}
