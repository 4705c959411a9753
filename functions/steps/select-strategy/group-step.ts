import { chooseMembers } from "../../domain/group/choose-members.ts";
import { leftOf, servicesOf } from "../../domain/group/lane-document.ts";
import { fittingPlan } from "../../domain/group/merge-plan.ts";
import type { Plan } from "../../domain/rollback-document.ts";
import { laneStore } from "../../runtime/lane-store.ts";
import { runLanes, twice } from "../../runtime/lanes.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { type SelectInput, type SelectStrategyPorts, selectStrategy } from "./step.ts";

/** Plans the rollback of the service that fired or, where it belongs to a group, of every member that is to be rolled back with it. */
export function selectForGroup(ports: SelectStrategyPorts): Step<SelectInput, Plan> {
  const alone = selectStrategy(ports);
  return async (document, context) => {
    const { incidentId, trigger, opening } = document;
    const { group } = opening;
    if (group === undefined) return alone(document, context);
    const joined = (await ports.store.read(incidentId))?.alarms ?? [];
    const { chosen, left } = chooseMembers(document, joined);
    const stepOf = (service: string) =>
      twice(selectStrategy({ ...ports, store: laneStore(ports.store, service, trigger.service) }, chosen.length));
    const results = await runLanes({ document, services: chosen, stepOf, most: 1, before: undefined }, context);
    const out = servicesOf(document).flatMap((service) => {
      const earlier = leftOf(document, service);
      return earlier === null ? [] : [[service, earlier] as const];
    });
    const planned = {
      service: trigger.service,
      group,
      plans: results.slices,
      left: { ...Object.fromEntries(out), ...left, ...results.left },
    };
    return fittingPlan(document, planned, ports.sha256);
  };
}
