import type { FindingClass, FindingSubject } from "../evidence.ts";
import type { ContainerEnd, ContainerFacts, EventFacts, EvidenceBundle, PodFacts, TemplateFacts } from "./evidence-bundle.ts";
import { failedProbe, missingObject, pullCause } from "./message-parts.ts";

/** What is wrong with one container, before pods are counted. */
export interface Symptom {
  readonly class: FindingClass;
  readonly detail: string;
  readonly subject?: FindingSubject;
}

const PULL_REASONS = /^(ErrImage|ImagePull|InvalidImageName|ImageInspect|RegistryUnavailable|SignatureValidation)/;
const START_REASONS = /^(CreateContainerError|RunContainerError|P(ost|re)StartHookError|PreCreateHookError|CreatePodSandboxError)$/;
/** The runtime could not start the command at all: its words are those of the runtime, not of the app. */
const START_ENDS = /^(StartError|ContainerCannotRun)$/;
const KILLED = 137;

/** Why this container of a failing pod does not run, by its most decisive field; null when it is not the one that fails. A debug container never is. */
export function containerSymptom(container: ContainerFacts, pod: PodFacts, bundle: EvidenceBundle): Symptom | null {
  const events = bundle.events.filter(({ uid }) => uid === pod.uid);
  const { waiting, end } = container;
  if (!container.failing || container.role === "ephemeral") return null;
  const reason = waiting?.reason ?? "";
  if (PULL_REASONS.test(reason)) return pullSymptom(container, events);
  if (reason === "CreateContainerConfigError") return configSymptom(waiting?.message ?? "");
  if (START_REASONS.test(reason)) return startSymptom(reason, waiting?.message || (end?.message ?? ""));
  if (end !== null && START_ENDS.test(end.reason)) return startSymptom(end.reason, end.message);
  return end === null ? null : endSymptom(container, end, pod, bundle);
}

/** The kubelet backs off with few words; what the registry answered is in the events. */
function pullSymptom({ image, waiting }: ContainerFacts, events: readonly EventFacts[]): Symptom {
  const { reason = "", message = "" } = waiting ?? {};
  const failed = events.filter((event) => event.reason === "Failed" && /pull/i.test(event.message)).map((event) => event.message);
  const words = [message, ...failed].find((text) => pullCause(text) !== undefined) ?? message;
  const cause = reason === "InvalidImageName" ? "invalid" : pullCause(words);
  return { class: "image", detail: `${reason}: ${words}`, subject: { image, ...(cause ? { cause } : {}) } };
}

function configSymptom(message: string): Symptom {
  const missing = missingObject(message);
  if (missing) return { class: "missing-config", detail: message, subject: missing };
  return {
    class: "start",
    detail: `CreateContainerConfigError: ${message}`,
    subject: { cause: /root/i.test(message) ? "security" : "config" },
  };
}

function startSymptom(reason: string, message: string): Symptom {
  const command = /exec: \\?"([^"\\]+)/.exec(message)?.[1];
  const cause = /Hook/.test(reason) ? "hook" : command !== undefined ? "command" : undefined;
  const subject = { ...(cause ? { cause } : {}), ...(command ? { name: command } : {}) };
  return { class: "start", detail: `${reason}: ${message}`, subject };
}

function endSymptom(container: ContainerFacts, end: ContainerEnd, pod: PodFacts, bundle: EvidenceBundle): Symptom {
  const { name, restarts } = container;
  if (end.reason === "OOMKilled") return memorySymptom(container, pod, bundle);
  const events = bundle.events.filter(({ uid }) => uid === pod.uid);
  const killing = events.find((event) => event.reason === "Killing" && /failed (liveness|startup) probe/i.test(event.message));
  const probe = events.findLast((event) => event.reason === "Unhealthy" && /liveness|startup/i.test(event.message));
  if (killing !== undefined || (probe !== undefined && (end.exitCode === KILLED || end.exitCode === 143))) {
    const words = (probe ?? killing)?.message ?? "";
    const kind = /startup/i.test(words) ? "startup" : "liveness";
    return probeSymptom(words, { cause: kind }, name, pod, bundle, `exit code ${end.exitCode}, ${restarts} restarts: `);
  }
  const by = end.exitCode === KILLED ? " without OOMKilled: killed from outside (a probe, an eviction or the node)" : "";
  return {
    class: "crash-loop",
    detail: `${end.reason || "Error"}: exit code ${end.exitCode}${by}, ${restarts} restarts`,
    subject: { exitCode: end.exitCode },
  };
}

function memorySymptom({ name, end, restarts }: ContainerFacts, { templateHash }: PodFacts, bundle: EvidenceBundle): Symptom {
  const limitIn = (template: TemplateFacts | undefined) => template?.containers.find((one) => one.name === name)?.limits.memory;
  const limit = limitIn(bundle.templates.find((template) => template.templateHash === templateHash));
  const earlierLimit = limitIn(bundle.templates.find((template) => template.templateHash !== templateHash));
  const compared =
    limit === undefined
      ? "no limit of its own"
      : `limit ${limit}${earlierLimit === undefined ? "" : `, the other release's ${earlierLimit}`}`;
  return {
    class: "out-of-memory",
    detail: `OOMKilled (exit code ${end?.exitCode ?? KILLED}, ${restarts} restarts; ${compared})`,
    subject: { ...(limit ? { limit } : {}), ...(earlierLimit ? { earlierLimit } : {}) },
  };
}

/** A probe that failed, with what the template says of it where the message does not. */
export function probeSymptom(
  message: string,
  known: FindingSubject,
  container: string | null,
  pod: PodFacts,
  bundle: EvidenceBundle,
  prefix = "",
): Symptom {
  const subject = { ...known, ...failedProbe(message) };
  const template = bundle.templates.find(({ templateHash }) => templateHash === pod.templateHash);
  const containers = template?.containers.filter(({ name }) => container === null || name === container) ?? [];
  const declared = containers.flatMap(({ probes }) => probes).find(({ kind }) => kind === subject.cause);
  return {
    class: "probe",
    detail: `${prefix}${message}`,
    subject: {
      ...(declared?.path ? { path: declared.path } : {}),
      ...(declared?.port ? { port: declared.port } : {}),
      ...subject,
    },
  };
}
