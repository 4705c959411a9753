import type { Event, Pod } from "kubernetes-types/core/v1.d.ts";
import { redactedTo } from "../../domain/redact.ts";

const MESSAGE_LENGTH = 200;
/** No obstacles: a container that is on its way. */
const STARTING = new Set(["ContainerCreating", "PodInitializing"]);
/** The runtime could not start the command at all (no such file, no permission). */
const NOT_STARTED = new Set(["StartError", "ContainerCannotRun", "CreateContainerError", "RunContainerError"]);
/** The cluster ended the pod for reasons of its own. */
const TAKEN_AWAY = new Set(["Evicted", "Preempting", "NodeLost", "NodeShutdown", "Shutdown", "Terminated", "UnexpectedAdmissionError"]);

/** Did the check itself run in this pod? An init container counts when it has failed: what waits behind it is the check. */
export function hasRun({ status }: Pod): boolean {
  if (isTakenAway(status)) return false;
  const ended = (statuses: NonNullable<Pod["status"]>["containerStatuses"] = []) =>
    statuses.flatMap(({ state, lastState }) => [state?.terminated, lastState?.terminated].filter((end) => end !== undefined));
  const started = ({ reason = "" }: { reason?: string }) => !NOT_STARTED.has(reason);
  return (
    (status?.containerStatuses ?? []).some(({ state }) => state?.running !== undefined) ||
    ended(status?.containerStatuses).some(started) ||
    ended(status?.initContainerStatuses).some((end) => end.exitCode !== 0 && started(end))
  );
}

/** Why the pods do not run the check, as scheduler and kubelet say it; null when nothing is in the way. */
export function obstacle(pods: readonly Pod[]): string | null {
  for (const { status } of pods) {
    if (isTakenAway(status)) return told(status?.reason ?? "DisruptionTarget", status?.message);
    const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
    if (scheduled?.status === "False") return told(scheduled.reason ?? "Unschedulable", scheduled.message);
    for (const { state } of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
      const { waiting, terminated } = state ?? {};
      if (waiting?.reason && !STARTING.has(waiting.reason)) return told(waiting.reason, waiting.message);
      if (terminated?.reason && NOT_STARTED.has(terminated.reason)) return told(terminated.reason, undefined);
    }
  }
  return null;
}

/** What events still tell of pods that are gone: that a container of the check was started, or what was in the way last. */
export function toldByEvents(events: readonly Event[], job: string): { readonly started: boolean; readonly obstacle: string | null } {
  const about = events.filter(({ involvedObject: { name = "" } }) => name === job || name.startsWith(`${job}-`));
  // initContainers start before the check
  const started = about.some(({ reason, involvedObject }) => reason === "Started" && !involvedObject.fieldPath?.includes("initContainers"));
  const warning = about.findLast(({ type, reason }) => type === "Warning" && reason !== "DeadlineExceeded");
  return { started, obstacle: warning === undefined ? null : told(warning.reason ?? "", warning.message) };
}

function isTakenAway(status: Pod["status"]): boolean {
  return TAKEN_AWAY.has(status?.reason ?? "") || isDisrupted(status);
}

function isDisrupted(status: Pod["status"]): boolean {
  return (
    status?.phase === "Failed" && (status.conditions ?? []).some(({ type, status: is }) => type === "DisruptionTarget" && is === "True")
  );
}

function told(reason: string, message: string | undefined): string {
  return message ? `${reason}: ${redactedTo(MESSAGE_LENGTH, message)}` : reason;
}
