import { requestedChange } from "./assess-request.ts";
import type { Blueprint, Severity, TriggerClass } from "./blueprint.ts";
import { SEVERITIES } from "./blueprint.ts";
import { NODE_ENDS } from "./diagnosis/pod-symptoms.ts";
import { rightsTakenAway, tellingReasons } from "./diagnosis/rights-taken.ts";
import type { Finding } from "./evidence.ts";
import { flaggerPrimaryProblem } from "./flagger-primary.ts";
import { reapplies } from "./gitops.ts";
import { isAimed } from "./plan/asked-target.ts";
import type { LiveRelease, Release } from "./release.ts";
import type { ReleaseObservation } from "./release-observation.ts";
import type { Assessment, Change, RollbackTrigger } from "./rollback-document.ts";
import { podsOf } from "./rollout.ts";
import { type SignalData, signalReadings } from "./signal-readings.ts";
import { describeChange, suspectChange } from "./suspect-change.ts";
import { isBefore, secondsAfter } from "./time.ts";
import type { PodGroup, WorkloadState } from "./workload.ts";

/** How often an assessment without a verdict is repeated, and after how long. */
export const HOLD = { attempts: 3, seconds: 20 } as const;
/** Alarms that turned red at most this long before the one that fired are part of the same incident. */
const STORM_SECONDS = 900;

export interface AssessmentFacts {
  readonly trigger: RollbackTrigger;
  readonly triggerName: string | null;
  readonly blueprint: Blueprint;
  /** Null when it does not exist. */
  readonly workload: WorkloadState | null;
  readonly observations: readonly ReleaseObservation[];
  /** Snapshots, and one of what is live. @default none: then a change of the configuration alone is not seen */
  readonly releases?: readonly Release[];
  readonly live?: LiveRelease | null;
  readonly alarms: Assessment["alarms"];
  readonly onsetAt: string | null;
  readonly signals: readonly SignalData[];
  /** What the evidence showed; absent or empty when there is none. */
  readonly findings?: readonly Finding[];
  readonly now: string;
  /** 1 for the first assessment of an incident. */
  readonly attempt: number;
}

type Verdict = Pick<Assessment, "decision" | "reasons" | "change">;

/**
 * Decides what to do about an incident, and says why in numbers. No change in the suspicion window -> `escalate`; alarm gone -> `stand-down`;
 * no data -> `hold`, and `escalate` when it stays so. "No data" is never "bad release".
 */
export function assess(facts: AssessmentFacts): Assessment {
  const { severity, classes } = gravity(facts);
  const verdict = decide(facts);
  return {
    ...verdict,
    severity,
    classes,
    attempt: facts.attempt,
    holdSeconds: HOLD.seconds,
    assessedAt: facts.now,
    onsetAt: facts.onsetAt,
    podEvidence: facts.workload === null ? "none" : podEvidence(facts.workload),
    workload: facts.workload,
    ...(facts.live === undefined ? {} : { live: facts.live }),
    alarms: [...facts.alarms],
    signals: signalReadings(facts.signals, { change: verdict.change, onsetAt: facts.onsetAt, now: facts.now }),
  };
}

function decide(facts: AssessmentFacts): Verdict {
  const { workload, blueprint, trigger } = facts;
  if (workload === null) {
    const { cluster, namespace, kind, name } = blueprint.target;
    return escalate(`${kind} ${namespace}/${name} does not exist on cluster ${cluster}`);
  }
  const ofFlagger = flaggerPrimaryProblem(workload, blueprint.target.name);
  if (ofFlagger !== null) return escalate(ofFlagger);
  if (trigger.kind === "mend") return decideMend(workload);
  if (trigger.kind === "resume") return decideResume(workload, facts.now);
  if (workload.paused)
    return escalate(`the ${workload.kind} is paused: somebody is at work on it, and a patch would have no effect until it is resumed`);
  if (trigger.kind === "alarm") return decideAlarm(facts, workload);
  return isAimed(trigger.request) ? decideRequest(facts, workload) : decideChange(facts, workload, null);
}

/** A person has named where to go: no change has to be suspected for that, and pods of which release ever may fail. */
function decideRequest(
  { trigger, blueprint, observations, releases = [], live = null, now }: AssessmentFacts,
  workload: WorkloadState,
): Verdict {
  const known = { workload, observations, releases, live, now };
  const { change: newest } = suspectChange({ ...known, onsetAt: null, windowHours: blueprint.suspicionWindowHours, toleranceSeconds: 60 });
  const { change, reasons } = requestedChange({ ...known, trigger, newest });
  return { decision: "roll-back", reasons: [...reasons, describeEvidence(workload, podEvidence(workload))], change };
}

function decideMend(workload: WorkloadState): Verdict {
  const saved = workload.stamps.savedStrategy;
  const { paused } = workload.stamps;
  if (saved === null && paused !== true)
    return { decision: "stand-down", reasons: [`no saved strategy is left on the ${workload.kind}`], change: null };
  const change: Change = {
    kind: "leftover",
    earliestAt: new Date(0).toISOString(),
    startedAt: new Date(0).toISOString(),
    fromHash: workload.templateHash,
    toHash: workload.templateHash,
    fromReplicas: null,
    toReplicas: null,
    image: workload.image,
  };
  return {
    decision: "roll-back",
    reasons: [`execution ${workload.stamps.execution} ended and left ${saved === null ? "the rollout paused" : describeChange(change)}`],
    change,
  };
}

/** Whether the source may have it back is decided with the owning object at hand, when the plan is made. */
function decideResume(workload: WorkloadState, now: string): Verdict {
  if (!reapplies(workload.owner)) return { decision: "stand-down", reasons: ["no GitOps controller owns the workload"], change: null };
  const { templateHash, image } = workload;
  const change: Change = {
    kind: "held",
    earliestAt: now,
    startedAt: now,
    fromHash: templateHash,
    toHash: templateHash,
    fromReplicas: null,
    toReplicas: null,
    image,
  };
  return { decision: "roll-back", reasons: [`asked to give the workload back to ${workload.owner.kind} (${workload.owner.ref})`], change };
}

/** Red alarms of this incident: the one that fired, and those that turned red with it. One that has been red for long is another story. */
function stormOf({ alarms, trigger }: AssessmentFacts): { readonly inAlarm: Assessment["alarms"]; readonly older: readonly string[] } {
  const begin = secondsAfter(trigger.at, -STORM_SECONDS);
  const red = alarms.filter((alarm) => alarm.state === "ALARM");
  const older = red.filter((alarm) => alarm.alarmName !== trigger.alarmName && isBefore(alarm.since, begin));
  return {
    inAlarm: red.filter((alarm) => !older.includes(alarm)),
    older: older.map((alarm) => `${alarm.alarmName} has been in ALARM since ${alarm.since}, long before this incident`),
  };
}

function decideAlarm(facts: AssessmentFacts, workload: WorkloadState): Verdict {
  const { inAlarm, older } = stormOf(facts);
  const verdict = firedElsewhere(facts) ? decideMember(facts, workload, inAlarm) : decideStorm(facts, workload, inAlarm);
  return { ...verdict, reasons: [...verdict.reasons, ...older] };
}

/** The alarm is of another member of the group: whether this one's own are red decides later if it is rolled back too. */
function firedElsewhere({ trigger, blueprint }: AssessmentFacts): boolean {
  return !blueprint.triggers.some(({ alarmName }) => alarmName === trigger.alarmName);
}

function decideMember(facts: AssessmentFacts, workload: WorkloadState, inAlarm: Assessment["alarms"]): Verdict {
  const red = inAlarm.length === 0 ? "no alarm of its own is red" : `in ALARM: ${inAlarm.map(({ alarmName }) => alarmName).join(", ")}`;
  const verdict = decideChange(facts, workload, facts.onsetAt ?? facts.trigger.at);
  return { ...verdict, reasons: [red, ...verdict.reasons] };
}

function decideStorm(facts: AssessmentFacts, workload: WorkloadState, inAlarm: Assessment["alarms"]): Verdict {
  const ours = facts.alarms.find((alarm) => alarm.alarmName === facts.trigger.alarmName);
  const noVerdict =
    ours === undefined
      ? `alarm ${facts.trigger.alarmName} no longer exists`
      : ours.state === "INSUFFICIENT_DATA"
        ? `alarm ${ours.alarmName} has insufficient data`
        : null;
  if (inAlarm.length === 0 && noVerdict !== null) {
    if (facts.attempt >= HOLD.attempts) return escalate(`${noVerdict}: inconclusive after ${facts.attempt} assessments`);
    return { decision: "hold", reasons: [`${noVerdict}: inconclusive, assessing again in ${HOLD.seconds} s`], change: null };
  }
  const down = workload.replicas > 0 && workload.pods.every(({ ready }) => ready === 0);
  if (inAlarm.length === 0 && !down) {
    return {
      decision: "stand-down",
      reasons: [`alarm ${facts.trigger.alarmName} is OK again and no other alarm of the service went into ALARM with it`],
      change: null,
    };
  }
  const stateReason =
    inAlarm.length === 0
      ? `alarm ${facts.trigger.alarmName} is OK again, but no pod is ready: nothing is left to measure`
      : `in ALARM: ${inAlarm.map((alarm) => alarm.alarmName).join(", ")}`;
  const verdict = decideChange(facts, workload, facts.onsetAt ?? facts.trigger.at);
  return { ...verdict, reasons: [stateReason, ...verdict.reasons] };
}

function decideChange(facts: AssessmentFacts, workload: WorkloadState, onsetAt: string | null): Verdict {
  const { blueprint, observations, releases = [], live = null, now } = facts;
  const suspicion = suspectChange({
    workload,
    observations,
    releases,
    live,
    onsetAt,
    now,
    windowHours: blueprint.suspicionWindowHours,
    toleranceSeconds: blueprint.triggers.find((trigger) => trigger.name === facts.triggerName)?.periodSeconds ?? 60,
  });
  const reasons = [...suspicion.reasons];
  if (workload.hpa !== null) reasons.push(`HorizontalPodAutoscaler ${workload.hpa} owns the replica count: a scale is not suspected`);
  const findings = facts.findings ?? [];
  const told = tellingReasons(findings, workload.templateHash);
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

function describeEvidence(workload: WorkloadState, evidence: Assessment["podEvidence"]): string {
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

function gravity(facts: AssessmentFacts): { severity: Severity; classes: TriggerClass[] } {
  const { blueprint, triggerName } = facts;
  const active = new Set(stormOf(facts).inAlarm.map((alarm) => alarm.trigger));
  const triggers = blueprint.triggers.filter((trigger) => active.has(trigger.name) || trigger.name === triggerName);
  const severity = SEVERITIES.find((level) => triggers.some((trigger) => trigger.severity === level)) ?? "high";
  return { severity, classes: [...new Set(triggers.map((trigger) => trigger.class))] };
}

function escalate(reason: string): Verdict {
  return { decision: "escalate", reasons: [reason], change: null };
}
