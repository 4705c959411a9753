import { mergeProgress } from "../../domain/group/merge-progress.ts";
import { currentWave, needsStep } from "../../domain/group/turn.ts";
import type { Progress } from "../../domain/rollback-document.ts";
import { laneStore } from "../../runtime/lane-store.ts";
import { renewLocks, runLanes } from "../../runtime/lanes.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { LEASE_SECONDS } from "../open-incident/step.ts";
import { type ExecuteInput, type ExecuteStepPorts, executeStep } from "./step.ts";

/** So many times is a member's step tried that meets a fault which may pass: as often as the machine tries the state. */
const MOST_TRIES = 4;

/** Applies the next plan step or, where the service belongs to a group, that of each member of the wave that has one before it. */
export function executeGroup(ports: ExecuteStepPorts): Step<ExecuteInput, Progress> {
  const alone = executeStep(ports);
  return async (document, context) => {
    if (document.plan.waves === undefined) return alone(document, context);
    const services = currentWave(document).filter((service) => needsStep(document, service));
    const stepOf = (service: string) => executeStep({ ...ports, store: laneStore(ports.store, service, document.trigger.service) });
    const before = document.progress?.again;
    const [results] = await Promise.all([
      runLanes({ document, services, stepOf, most: MOST_TRIES, before }, context),
      renewLocks(ports.store, document, ports.clock.now(), LEASE_SECONDS),
    ]);
    return mergeProgress({ document, ...results, now: ports.clock.now().toISOString() });
  };
}
