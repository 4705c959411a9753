import type { TimelineEvent } from "../../../functions/domain/incident.ts";
import { type IncidentControl, RUNS } from "../../../functions/domain/incident-control.ts";
import type { ControlOutcome, Controls } from "../../../functions/ports/controls.ts";
import type { IncidentStore } from "../../../functions/ports/incident-store.ts";

/** What people tell running plans, in memory; the incidents are those of `store`. */
export class InMemoryControls implements Controls {
  private readonly words = new Map<string, IncidentControl>();
  private readonly store: Pick<IncidentStore, "read" | "append">;

  constructor(store: Pick<IncidentStore, "read" | "append">) {
    this.store = store;
  }

  async read(incidentId: string): Promise<IncidentControl> {
    return this.words.get(incidentId) ?? RUNS;
  }

  async set(incidentId: string, control: IncidentControl, event: TimelineEvent): Promise<ControlOutcome> {
    if ((await this.store.read(incidentId))?.meta.status !== "open") return "closed";
    if (this.words.get(incidentId)?.state === "aborted") return "aborted";
    this.words.set(incidentId, control);
    await this.store.append(incidentId, [event]);
    return "set";
  }
}
