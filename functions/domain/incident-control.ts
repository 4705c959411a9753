import type { TimelineEvent } from "./incident.ts";
import type { Plan, PlanStep, Progress } from "./rollback-document.ts";

/** What a person has told a running plan: `INC#i / CONTROL`. It is read before every step; a step that has begun is finished. */
export interface IncidentControl {
  readonly state: "run" | "paused" | "aborted";
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** Nobody has said anything. */
export const RUNS: IncidentControl = { state: "run", by: "", reason: "", at: "" };

/** How often a paused plan looks whether it may go on: four hours of it must fit into the history of one execution. */
export const PAUSED_LOOK_SECONDS = 30;

const SAID = { run: "resumed", paused: "paused", aborted: "aborted" } as const;

/** `aborted by ada@desk: the database is at fault`. */
export function controlWords({ state, by, reason }: IncidentControl): string {
  return `${SAID[state]} by ${by}: ${reason}`;
}

/** What the timeline tells of it. Whoever is on call learns of a pause and of an abort. */
export function controlEvent(service: string, control: IncidentControl): TimelineEvent {
  return {
    id: `${control.at}#Control#${control.state}`,
    at: control.at,
    type: `incident_${SAID[control.state]}`,
    message: `${service}: ${controlWords(control)}`,
    urgency: "notice",
    data: { state: control.state, by: control.by },
  };
}

/** Steps that leave the workload as its owner had it: an abort does not keep them from being made. */
export function putsBack({ kind, action }: Pick<PlanStep, "kind" | "action">): boolean {
  if (kind === "restore-strategy" || kind === "release-autoscaler" || kind === "release-guard") return true;
  return action?.kind === "maintenance" && action.set === "lift";
}

/**
 * The step goes on with what has begun: the next part of a release of which a part is back already (its configuration), or the next pods of those that are
 * replaced one by one. Half of that is worse than either end.
 */
export function isBegun(
  { steps }: Pick<Plan, "steps">,
  step: PlanStep,
  progress: Pick<Progress, "stepId" | "outcome"> | undefined,
): boolean {
  const before = steps.find(({ id }) => id === progress?.stepId);
  const wrote = progress?.outcome === "applied" || progress?.outcome === "already-applied";
  if (before === undefined || !wrote) return false;
  if (before.id === step.id) return true;
  const same = before.target?.templateHash === step.target?.templateHash && before.target?.releaseHash === step.target?.releaseHash;
  return step.target !== null && same && before.onPass === step.id;
}

/** Why the next step is not applied now; null when it may be. */
export function whyControlled(control: IncidentControl, step: PlanStep, begun: boolean): Pick<Progress, "outcome" | "reason"> | null {
  switch (control.state) {
    case "run":
      return null;
    case "paused":
      return begun ? null : { outcome: "paused", reason: controlWords(control) };
    case "aborted":
      return begun || putsBack(step) ? null : { outcome: "aborted", reason: controlWords(control) };
  }
}
