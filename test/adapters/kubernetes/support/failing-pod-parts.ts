import type { Event, Pod } from "kubernetes-types/core/v1.d.ts";
import type { Finding } from "../../../../functions/domain/evidence.ts";
import { BAD_IMAGE, BAD_REPLICA_SET } from "../../../support/builders/index.ts";
import { anEvent, type EvidenceObjects } from "./evidence-cluster.ts";
import { aCondition, anUnreadyPod, aTemplate } from "./kubernetes-objects.ts";

/** What an API server answers about a bad release, one row for every class of failure and every way into it. */
export interface FailingRow {
  readonly name: string;
  readonly objects: EvidenceObjects;
  readonly finds: Partial<Finding> & Pick<Finding, "class">;
}

/** The object that events of the one failing pod are about. */
export const POD = { kind: "Pod", name: `${BAD_REPLICA_SET}-abcde`, uid: "uid-pod" };
/** The object that events of its ReplicaSet are about. */
export const THE_REPLICA_SET = { kind: "ReplicaSet", name: BAD_REPLICA_SET, uid: "uid-7c9f8e5d21" };
export const NOT_READY = aCondition("Ready", "False", { reason: "ContainersNotReady", message: "containers with unready status: [app]" });
export const SCHEDULED = aCondition("PodScheduled", "True");

/** With the uid that POD has. */
export const identified = (pod: Pod): Pod => ({ ...pod, metadata: { ...pod.metadata, uid: POD.uid } });
/** A pod whose container waits for this reason. */
export const waiting = (reason: string, message = "", more = {}) =>
  identified(anUnreadyPod({ waiting: { reason, message } }, more, "Pending"));
/** How a run of a container ended. */
export const end = (exitCode: number, reason = "Error", message?: string) => ({
  terminated: { exitCode, reason, startedAt: "2026-11-20T03:12:00Z", finishedAt: "2026-11-20T03:12:10Z", ...(message ? { message } : {}) },
});
/** A pod that waits after its third crash. */
export const looping = (exitCode: number, reason?: string, message?: string) =>
  waiting("CrashLoopBackOff", "back-off 20s restarting failed container", { restartCount: 3, lastState: end(exitCode, reason, message) });
/** A pod that runs and never got ready. */
export const unready = identified(anUnreadyPod({ running: { startedAt: "2026-11-20T03:10:02Z" } }));
/** A template with this memory limit. */
export const limited = (image: string, memory: string) => {
  const template = aTemplate(image);
  return { ...template, spec: { ...template.spec, containers: [{ name: "app", image, resources: { limits: { memory } } }] } };
};
/** A bad template that declares this probe. */
export const probed = (name: "readinessProbe" | "livenessProbe" | "startupProbe") => ({
  bad: { spec: { containers: [{ name: "app", image: BAD_IMAGE, [name]: { httpGet: { path: "/healthz?deep=1", port: 8080 } } }] } },
});
/** A warning about POD. */
export const podEvent = (reason: string, message: string): Event => anEvent(POD, reason, message);
/** Logs of POD, of this run and the one before. */
export const log = (current: string, previous?: string) => ({ [POD.name]: { current, ...(previous === undefined ? {} : { previous }) } });
/** What kubectl prints when the app's own ServiceAccount may not. */
export const FORBIDDEN =
  'Error from server (Forbidden): configmaps is forbidden: User "system:serviceaccount:demo:checkout" cannot list resource "configmaps" in API group "" in the namespace "demo"';
