import type { PlannedLook } from "../domain/looks/look-times.ts";

/** One-shot schedules that invoke `judge-release`. Throws `TransientUpstreamError` or `PermissionError`. */
export interface LookSchedules {
  /** `already-planned` when there is a schedule of that name: success, not an error. */
  plan(look: PlannedLook): Promise<"planned" | "already-planned">;
}
