import { laneDocument, servicesOf } from "../../domain/group/lane-document.ts";
import { verificationOf } from "../../domain/group/turn.ts";
import type { Diagnosis } from "../../domain/rollback-document.ts";
import { laneStore } from "../../runtime/lane-store.ts";
import type { Step } from "../../runtime/step-handler.ts";
import { type DiagnoseCausePorts, type DiagnoseInput, diagnoseCause } from "./step.ts";

/** Names the likely root cause; of a group, that of the first member by the order of dependence whose rollback was looked at. */
export function diagnoseGroup(ports: DiagnoseCausePorts): Step<DiagnoseInput, Diagnosis> {
  return async (document, context) => {
    const waves = document.plan.waves?.flat() ?? [];
    const service = waves.find((member) => verificationOf(document, member) !== null);
    if (service === undefined) return diagnoseCause(ports)(document, context);
    const store = servicesOf(document).length > 1 ? laneStore(ports.store, service, document.trigger.service) : ports.store;
    return diagnoseCause({ ...ports, store })(laneDocument(document, service), context);
  };
}
