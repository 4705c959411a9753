import { type ArmedOnly, decideChange } from "./assess-change.ts";
import { type AssessmentFacts, escalate, HOLD, type Verdict } from "./assess-facts.ts";
import type { Trigger } from "./blueprint.ts";
import { type Told, whatTheyTell } from "./red-triggers.ts";
import type { Assessment } from "./rollback-document.ts";
import { stormOf } from "./storm.ts";
import type { WorkloadState } from "./workload.ts";

const SILENCE = "nothing is measured any more; silence is never called a bad release";

/** What an incident that an alarm has opened comes to. */
export function decideAlarm(facts: AssessmentFacts, workload: WorkloadState): Verdict {
  const { inAlarm, aside } = stormOf(facts);
  const verdict = firedElsewhere(facts) ? decideMember(facts, workload, inAlarm) : decideStorm(facts, workload, inAlarm);
  return { ...verdict, reasons: [...verdict.reasons, ...aside] };
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
  const told = whatTheyTell(facts, inAlarm);
  // Nobody is there to publish a sample: pods that are all down say more than the silence that follows.
  const silenced =
    down && !facts.blueprint.triggers.some((trigger) => trigger.name === facts.triggerName && trigger.form?.type === "absence");
  if (told.symptoms.length === 0 && inAlarm.length > 0 && !silenced) {
    const verdict = withoutSymptom(facts, told);
    return { ...verdict, reasons: [stateReason, ...verdict.reasons] };
  }
  const verdict = decideChange(facts, workload, facts.onsetAt ?? facts.trigger.at, down ? null : armedOnly(told.symptoms));
  return { ...verdict, reasons: [stateReason, ...told.forecasts.map(({ sentence }) => sentence), ...verdict.reasons] };
}

/** Silence calls people. A trend that is not confirmed is looked at again, and at the end left alone; one that nobody can judge is not. */
function withoutSymptom({ attempt }: AssessmentFacts, { forecasts, silence }: Told): Verdict {
  const sentences = forecasts.map(({ sentence }) => sentence);
  if (silence) return escalate(...sentences, SILENCE);
  if (attempt < HOLD.attempts) {
    return { decision: "hold", reasons: [...sentences, `not confirmed, assessing again in ${HOLD.seconds} s`], change: null };
  }
  if (forecasts.some(({ verdict }) => verdict === "unknown")) return escalate(...sentences, `inconclusive after ${attempt} assessments`);
  return { decision: "stand-down", reasons: sentences, change: null };
}

/** Null where a trigger that is always armed tells of trouble too. */
function armedOnly(symptoms: readonly Trigger[]): ArmedOnly | null {
  const minutes = symptoms.map(({ armed }) => armed?.afterChangeMinutes ?? Number.POSITIVE_INFINITY);
  const longest = Math.max(...minutes);
  return symptoms.length === 0 || !Number.isFinite(longest)
    ? null
    : { afterChangeMinutes: longest, triggers: symptoms.map(({ name }) => name) };
}
