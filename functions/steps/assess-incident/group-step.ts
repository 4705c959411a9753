import { leftOf, servicesOf } from "../../domain/group/lane-document.ts";
import { mergeAssessments } from "../../domain/group/merge-assessment.ts";
import type { Left } from "../../domain/lanes.ts";
import type { Assessment } from "../../domain/rollback-document.ts";
import { laneStore } from "../../runtime/lane-store.ts";
import { runLanes, twice } from "../../runtime/lanes.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { type AssessIncidentPorts, type AssessInput, assessIncident } from "./step.ts";

/** Assesses the service that fired and, where it belongs to a group, every member whose lock is ours, at the same time. */
export function assessGroup(ports: AssessIncidentPorts): Step<AssessInput, Assessment> {
  const alone = assessIncident(ports);
  return async (document, context) => {
    const { trigger, opening } = document;
    if (opening.group === undefined) return alone(document, context);
    const others = servicesOf(document).slice(1);
    const reachable = others.filter((service) => leftOf({ opening }, service) === null);
    const stepOf = (service: string) => assessIncident({ ...ports, store: laneStore(ports.store, service, trigger.service) });
    const [own, results] = await Promise.all([
      stepOf(trigger.service)({ ...document, opening: { ...opening, lanes: undefined } }, context),
      runLanes({ document, services: reachable, stepOf: (service) => twice(stepOf(service)), most: 1, before: undefined }, context),
    ]);
    const lane = (service: string): Assessment | Left =>
      results.slices.get(service) ?? results.left[service] ?? leftOf({ opening }, service) ?? NOT_ASSESSED;
    return mergeAssessments(trigger, own, Object.fromEntries(others.map((service) => [service, lane(service)])));
  };
}

const NOT_ASSESSED: Left = { left: "failed", reason: "it was not assessed" };
