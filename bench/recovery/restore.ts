import type { WorkloadWrite } from "../../functions/domain/workload.ts";
import type { Workload } from "../../functions/ports/workload.ts";
import type { Fleet } from "./fleet.ts";

/** Rollguard's own write, prepared as AssessIncident and SelectStrategy leave it: what is live was read, the target is known by name. */
export async function prepareRestore(workload: Workload, fleet: Fleet, cluster: string): Promise<() => Promise<void>> {
  const target = { cluster, namespace: fleet.namespace, kind: "Deployment" as const, name: fleet.name };
  const state = await workload.read(target);
  const previous = state?.replicaSets.find(({ templateHash }) => templateHash !== state.templateHash);
  if (!state || !previous) throw new Error(`${fleet.namespace} has no earlier release to go back to`);
  const write: WorkloadWrite = {
    kind: "restore-template",
    replicaSet: previous.name,
    templateHash: previous.templateHash,
    expect: { uid: state.uid, generation: state.generation },
    stamp: { execution: `rg-${fleet.namespace}`, fence: (state.stamps.fence ?? 0) + 1 },
  };
  return async () => {
    const { outcome, reason } = await workload.apply(target, write);
    if (outcome !== "applied") throw new Error(`the template was not restored: ${outcome}, ${reason}`);
  };
}
