import type { TimelineEvent } from "../domain/incident.ts";
import type { IncidentControl } from "../domain/incident-control.ts";

/** `closed`: the incident has ended. `aborted`: that is final, nothing goes on. Nothing was changed by either. */
export type ControlOutcome = "set" | "closed" | "aborted";

/** What people tell running plans. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Controls {
  /** Consistent; `RUNS` where nobody has said anything. */
  read(incidentId: string): Promise<IncidentControl>;
  /** Word and event in one transaction, while the incident is open. The same word twice is one. */
  set(incidentId: string, control: IncidentControl, event: TimelineEvent): Promise<ControlOutcome>;
}
