/** What a person has told a running plan: `INC#i / CONTROL`. It is read before every step; a step that has begun is finished. */
export interface IncidentControl {
  readonly state: "run" | "paused" | "aborted";
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** Nobody has said anything. */
export const RUNS: IncidentControl = { state: "run", by: "", reason: "", at: "" };
