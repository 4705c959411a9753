import { containerSymptom, probeSymptom, type Symptom } from "./container-symptom.ts";
import type { EventFacts, EvidenceBundle, LogFacts, PodFacts } from "./evidence-bundle.ts";
import { missingFromLog, missingObject, refusedAccess } from "./message-parts.ts";

/** A symptom of one container of a pod, or of the pod as a whole (null). */
export interface PodSymptom extends Symptom {
  readonly container: string | null;
}

/** Reasons and conditions by which a node or the scheduler ends pods: such a pod says nothing about its release. */
export const NODE_ENDS =
  /^(Evicted|Preempt|Terminated$|NodeShutdown|Shutdown$|NodeLost|NodeAffinity|OutOf|UnexpectedAdmission|DeletionBy|EvictionBy|TerminationBy)/;

/** Everything that is wrong with one failing pod. What the app itself said before it ended counts more than that it ended. */
export function podSymptoms(pod: PodFacts, bundle: EvidenceBundle): PodSymptom[] {
  const disrupted = pod.conditions.find(({ type, status }) => type === "DisruptionTarget" && status === "True");
  if (pod.phase === "Failed" && (NODE_ENDS.test(pod.reason) || disrupted !== undefined)) {
    const why = [pod.reason, disrupted?.reason].filter(Boolean).join(", ");
    return [
      {
        class: "node-pressure",
        container: null,
        detail: `${why}: ${pod.message || (disrupted?.message ?? "")}`,
        subject: lackOf(pod.message),
      },
    ];
  }
  const scheduled = pod.conditions.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (scheduled !== undefined) return [schedulingSymptom(scheduled.reason, scheduled.message)];
  const found = pod.containers.flatMap((container) => {
    const symptom = containerSymptom(container, pod, bundle);
    return symptom === null ? [] : [{ ...symptom, container: container.name }];
  });
  return found.length > 0 ? found : unready(pod, bundle);
}

function schedulingSymptom(reason: string, message: string): PodSymptom {
  const lack =
    /Insufficient ([\w./-]*\w)/.exec(message)?.[1] ??
    /(taint|affinity|PersistentVolumeClaim|topology spread|node selector)/i.exec(message)?.[1];
  return { class: "scheduling", container: null, detail: `${reason}: ${message}`, subject: lack === undefined ? {} : { lack } };
}

function lackOf(message: string): PodSymptom["subject"] {
  const lack = /low on resource: ([\w-]+)/.exec(message)?.[1];
  return lack === undefined ? {} : { lack };
}

/** No container fails by itself: a volume, the sandbox, a readiness gate or a probe keeps the pod back. */
function unready(pod: PodFacts, bundle: EvidenceBundle): PodSymptom[] {
  const events = bundle.events.filter(({ uid }) => uid === pod.uid);
  const preparing = events.findLast(({ reason }) =>
    /^(FailedMount|FailedAttachVolume|FailedCreatePodSandBox|FailedPostStartHook)$/.test(reason),
  );
  const waiting = pod.containers.some((container) => container.waiting !== null);
  if (preparing !== undefined && waiting) return [preparationSymptom(preparing)];
  const ready = pod.conditions.find(({ type }) => type === "Ready");
  if (ready?.reason === "ReadinessGatesNotReady") return [gateSymptom(pod, ready.message)];
  if (ready?.status === "True") return [];
  const container = pod.containers.find((one) => one.role === "app" && !one.ready)?.name ?? null;
  const unhealthy = events.findLast(({ reason }) => reason === "Unhealthy");
  const message = unhealthy?.message ?? ready?.message ?? "not ready";
  return [{ ...probeSymptom(message, { cause: "readiness" }, container, pod, bundle), container }];
}

function preparationSymptom({ reason, message }: EventFacts): PodSymptom {
  const missing = missingObject(message);
  if (missing !== null) return { class: "missing-config", container: null, detail: `${reason}: ${message}`, subject: missing };
  const cause = reason === "FailedCreatePodSandBox" ? "sandbox" : reason === "FailedPostStartHook" ? "hook" : "volume";
  return { class: "start", container: null, detail: `${reason}: ${message}`, subject: { cause } };
}

function gateSymptom({ conditions }: PodFacts, message: string): PodSymptom {
  const gate = conditions.find(({ type, status }) => type.includes("/") && status !== "True");
  const words = gate === undefined ? message : `${gate.type} is ${gate.status}${gate.message === "" ? "" : `: ${gate.message}`}`;
  return { class: "readiness-gate", container: null, detail: words, subject: gate === undefined ? {} : { name: gate.type } };
}

/** What a log says itself: a permission of the app that is missing, or (if its container ended) a file or variable. The last such line counts. */
export function logSymptom(log: LogFacts, ended: boolean): Symptom | null {
  for (const stamped of log.lines.toReversed()) {
    const line = stamped.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, "");
    const refused = refusedAccess(line);
    if (refused !== null) return { class: "app-rbac", detail: line, subject: refused };
    const missing = ended ? missingFromLog(line) : null;
    if (missing !== null) return { class: "missing-config", detail: line, subject: missing };
  }
  return null;
}
