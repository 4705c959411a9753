import { laneOf } from "../../domain/group/lane-document.ts";
import { bystanders, mergeVerifications, withRedAlarms } from "../../domain/group/merge-verification.ts";
import { currentWave, needsLook } from "../../domain/group/turn.ts";
import { isLeft } from "../../domain/lanes.ts";
import type { RollbackDocument, Verification } from "../../domain/rollback-document.ts";
import { hasSay } from "../../domain/storm.ts";
import type { MetricSource } from "../../ports/metric-source.ts";
import { laneStore } from "../../runtime/lane-store.ts";
import { renewLocks, runLanes } from "../../runtime/lanes.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { LEASE_SECONDS } from "../open-incident/step.ts";
import { type VerifyInput, type VerifyStepPorts, verifyStep } from "./step.ts";

/** So many times is a member looked at anew whose look meets a fault that may pass: as often as the machine tries the state. */
const MOST_TRIES = 10;

/** Looks at the step that was made or, where the service belongs to a group, at each member of the wave, and says when the next wave begins. */
export function verifyGroup(ports: VerifyStepPorts): Step<VerifyInput, Verification> {
  const alone = verifyStep(ports);
  return async (document, context) => {
    if (document.plan.waves === undefined) return alone(document, context);
    const now = ports.clock.now();
    const services = currentWave(document).filter((service) => needsLook(document, service));
    const stepOf = (service: string) => verifyStep({ ...ports, store: laneStore(ports.store, service, document.trigger.service) });
    const before = document.verification?.again;
    const [results] = await Promise.all([
      runLanes({ document, services, stepOf, most: MOST_TRIES, before }, context),
      renewLocks(ports.store, document, now, LEASE_SECONDS),
    ]);
    const at = now.toISOString();
    const merged = mergeVerifications({ document, ...results, now: at });
    if (merged.next !== "recovered") return merged;
    return withRedAlarms(merged, document, await redAlarms(ports.metrics, document), at);
  };
}

/** Alarms of members that were not rolled back, as far as they turned red with the incident or were red when it was assessed. */
async function redAlarms(metrics: MetricSource, document: RollbackDocument): Promise<readonly string[]> {
  const names = bystanders(document).flatMap((service) => {
    const opening = laneOf(document, "opening", service);
    return opening === undefined || isLeft(opening)
      ? []
      : (opening.blueprint?.triggers.filter(hasSay).map(({ alarmName }) => alarmName) ?? []);
  });
  if (names.length === 0) return [];
  const begin = Date.parse(document.trigger.at) - STORM_MILLISECONDS;
  const alarms = await metrics.alarms(names);
  return alarms.filter(({ state, since }) => state === "ALARM" && Date.parse(since) >= begin).map(({ alarmName }) => alarmName);
}

/** An alarm that was red so long before the trigger is another story, see the assessment. */
const STORM_MILLISECONDS = 900_000;
