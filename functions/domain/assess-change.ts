import type { AssessmentFacts, Verdict } from "./assess-facts.ts";
import { NODE_ENDS } from "./diagnosis/pod-symptoms.ts";
import { rightsTakenAway, tellingReasons } from "./diagnosis/rights-taken.ts";
import { reapplies } from "./gitops.ts";
import type { Assessment } from "./rollback-document.ts";
import { podsOf } from "./rollout.ts";
import { suspectChange } from "./suspect-change.ts";
import type { PodGroup, WorkloadState } from "./workload.ts";

/** Triggers that are armed only so long after a change. */
export interface ArmedOnly {
  readonly afterChangeMinutes: number;
  readonly triggers: readonly string[];
}

/**
 * Is a change to blame, and would a rollback help? `onsetAt`: null for a request, which suspects the newest change whatever its time. `armedOnly`: nothing else
 * speaks of trouble, so an older change is not theirs to take back.
 */
export function decideChange(
  facts: AssessmentFacts,
  workload: WorkloadState,
  onsetAt: string | null,
  armedOnly: ArmedOnly | null = null,
): Verdict {
  const { blueprint, observations, releases = [], live = null, now } = facts;
  const { suspicionWindowHours } = blueprint;
  const suspicion = suspectChange({
    workload,
    observations,
    releases,
    live,
    onsetAt,
    now,
    windowHours: armedOnly === null ? suspicionWindowHours : Math.min(suspicionWindowHours, armedOnly.afterChangeMinutes / 60),
    toleranceSeconds: blueprint.triggers.find((trigger) => trigger.name === facts.triggerName)?.periodSeconds ?? 60,
  });
  const reasons = [...suspicion.reasons];
  if (workload.hpa !== null) reasons.push(`HorizontalPodAutoscaler ${workload.hpa} owns the replica count: a scale is not suspected`);
  const findings = facts.findings ?? [];
  const told = tellingReasons(findings, workload.templateHash);
  if (suspicion.change === null && armedOnly !== null) return notArmed(reasons, armedOnly);
  if (suspicion.change === null)
    return { decision: "escalate", reasons: [...reasons, ...told, "no change is to blame, so a rollback would not help"], change: null };
  if (reapplies(workload.owner)) {
    reasons.push(
      `owned by ${workload.owner.kind} (${workload.owner.ref}), which would apply the bad version again: held or watched by the plan`,
    );
  }
  const evidence = podEvidence(workload);
  reasons.push(describeEvidence(workload, evidence), ...told);
  // Pods of the old template read the new content too, once they start again.
  const sharedConfig = evidence === "both" && (suspicion.change.parts ?? []).some((part) => /^(ConfigMap|Secret) [^ ]+$/.test(part));
  if (suspicion.change.kind === "deploy" && !sharedConfig && (evidence === "both" || evidence === "only-old")) {
    return {
      decision: "escalate",
      reasons: [...reasons, "pods of the earlier release fail too, so a rollback would not help"],
      change: suspicion.change,
    };
  }
  const taken = rightsTakenAway({ findings, change: suspicion.change, liveHash: workload.templateHash, observations });
  if (taken !== null && facts.trigger.kind === "alarm")
    return { decision: "escalate", reasons: [...reasons, `${taken}, so a rollback would not help`], change: suspicion.change };
  return { decision: "roll-back", reasons, change: suspicion.change };
}

function notArmed(reasons: readonly string[], { afterChangeMinutes, triggers }: ArmedOnly): Verdict {
  const acts = triggers.length === 1 ? "acts" : "act";
  const words = `${triggers.join(", ")} ${acts} only within ${afterChangeMinutes} min of a change, and none that began in that time is to blame`;
  return { decision: "stand-down", reasons: [...reasons, words], change: null };
}

/** Groups failing pods by template: only the new one's = strong evidence for the change, most of both = evidence against. */
export function podEvidence(workload: WorkloadState): Assessment["podEvidence"] {
  const newFailing = failingOf(podsOf(workload, workload.templateHash)).failing > 0;
  const oldFailing = workload.pods.some((group) => {
    const { failing, total } = failingOf(group);
    return group.templateHash !== workload.templateHash && failing > 0 && 2 * failing >= total;
  });
  if (newFailing) return oldFailing ? "both" : "only-new";
  return oldFailing ? "only-old" : "none";
}

function failingOf(group: PodGroup): { readonly failing: number; readonly total: number } {
  const ended = group.reasons.filter(({ reason }) => NODE_ENDS.test(reason)).reduce((sum, { pods }) => sum + pods, 0);
  return { failing: Math.max(0, group.failing - ended), total: Math.max(0, group.total - ended) };
}

/** What the pods show, in words. */
export function describeEvidence(workload: WorkloadState, evidence: Assessment["podEvidence"]): string {
  const live = podsOf(workload, workload.templateHash);
  const causes = live.reasons.map((cause) => `${cause.reason} x ${cause.pods}`).join(", ");
  const old = workload.pods.filter((group) => group.templateHash !== workload.templateHash);
  const oldFailing = old.reduce((sum, group) => sum + failingOf(group).failing, 0);
  const ofTheOld = oldFailing === 0 ? "none of the old" : `${oldFailing} of ${old.reduce((sum, group) => sum + group.total, 0)} of the old`;
  switch (evidence) {
    case "only-new":
      return `${live.failing} of ${live.total} pods of the new template fail (${causes}), ${ofTheOld}: strong evidence for the change`;
    case "both":
      return `pods of the new and of the old template fail (${causes})`;
    case "only-old":
      return "only pods of the old template fail";
    case "none":
      return `${live.ready} of ${live.total} pods of the live template are ready, none fails${causes === "" ? "" : ` by itself (${causes})`}`;
  }
}
