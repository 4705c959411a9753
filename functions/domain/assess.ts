import { decideAlarm } from "./assess-alarm.ts";
import { decideChange, describeEvidence, podEvidence } from "./assess-change.ts";
import { type AssessmentFacts, escalate, HOLD, type Verdict } from "./assess-facts.ts";
import { requestedChange } from "./assess-request.ts";
import { SEVERITIES, type Severity, type TriggerClass } from "./blueprint.ts";
import { assessFinding, findingOnset } from "./findings/assess-finding.ts";
import { flaggerPrimaryProblem } from "./flagger-primary.ts";
import { reapplies } from "./gitops.ts";
import { judgedReading } from "./judged-reading.ts";
import { assessLook } from "./looks/assess-look.ts";
import { isAimed } from "./plan/asked-target.ts";
import { markedAlarms } from "./red-triggers.ts";
import type { Assessment, Change } from "./rollback-document.ts";
import { signalReadings } from "./signal-readings.ts";
import { stormOf } from "./storm.ts";
import { describeChange, suspectChange } from "./suspect-change.ts";
import type { WorkloadState } from "./workload.ts";

export { type AssessmentFacts, HOLD } from "./assess-facts.ts";

/**
 * Decides what to do about an incident, and says why in numbers. No change in the suspicion window -> `escalate`; alarm gone -> `stand-down`;
 * no data -> `hold`, and `escalate` when it stays so. "No data" is never "bad release".
 */
export function assess(given: AssessmentFacts): Assessment {
  const { finding, look } = given.trigger;
  const onsetAt = finding !== undefined ? findingOnset(finding) : look !== undefined ? look.liveSince : given.onsetAt;
  const facts = { ...given, onsetAt };
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
    alarms: markedAlarms(facts, stormOf(facts), verdict.change),
    signals: signalReadings(facts.signals, {
      ...{ change: verdict.change, onsetAt: facts.onsetAt, now: facts.now },
      judged: judgedReading(facts, verdict.change),
      ...(facts.baselines === undefined ? {} : { baselines: facts.baselines }),
    }),
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
  if (trigger.finding !== undefined) return assessFinding(facts, trigger.finding, workload);
  if (trigger.look !== undefined) return assessLook(facts, trigger.look, workload);
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

function gravity(facts: AssessmentFacts): { severity: Severity; classes: TriggerClass[] } {
  const { blueprint, triggerName, trigger: fired } = facts;
  if (fired.finding !== undefined) return { severity: fired.finding.severity, classes: ["security"] };
  const active = new Set(stormOf(facts).inAlarm.map((alarm) => alarm.trigger));
  const look = fired.service === blueprint.service ? (fired.look ?? []) : [];
  const triggers = [...blueprint.triggers.filter(({ name }) => active.has(name) || name === triggerName), look].flat();
  const severity = SEVERITIES.find((level) => triggers.some((trigger) => trigger.severity === level)) ?? "high";
  return { severity, classes: [...new Set(triggers.map((trigger) => trigger.class))] };
}
