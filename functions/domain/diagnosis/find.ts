import { FINDING_CLASSES, type Finding, type FindingClass } from "../evidence.ts";
import { redactedTo } from "../redact.ts";
import { secondsBetween } from "../time.ts";
import type { EvidenceBundle } from "./evidence-bundle.ts";
import { refusedPod } from "./message-parts.ts";
import { logSymptom, type PodSymptom, podSymptoms } from "./pod-symptoms.ts";

/** What travels in the document is bounded. */
const MOST_FINDINGS = 12;
const DETAIL_LENGTH = 240;
/** A controller repeats what it is refused every few minutes at most; an older refusal may be over. */
const RECENT_REFUSAL_SECONDS = 600;

type Found = PodSymptom & { readonly templateHash: string | null; readonly pod: string | null };

/** Everything that is wrong, by class, template and container, the most telling first. Pure: the same bundle gives the same findings. */
export function findingsOf(bundle: EvidenceBundle): Finding[] {
  const found = [...fromPods(bundle), ...fromLogs(bundle), ...fromControllers(bundle), ...fromNodes(bundle), ...fromGaps(bundle)];
  const groups = new Map<string, { first: Found; pods: Set<string> }>();
  for (const one of found) {
    const key = JSON.stringify([one.class, one.templateHash, one.container, one.subject?.object, one.subject?.name, one.subject?.resource]);
    const group = groups.get(key) ?? { first: one, pods: new Set() };
    if (one.pod !== null) group.pods.add(one.pod);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ first, pods }) => findingOf(first, pods.size))
    .sort((a, b) => rank(a.class) - rank(b.class) || b.pods - a.pods)
    .slice(0, MOST_FINDINGS);
}

/** The smaller, the more telling. */
export function rank(findingClass: FindingClass): number {
  return FINDING_CLASSES.indexOf(findingClass);
}

function findingOf({ class: findingClass, templateHash, container, detail, subject }: Found, pods: number): Finding {
  const named = subject !== undefined && Object.keys(subject).length > 0 ? { subject } : {};
  return {
    class: findingClass,
    templateHash,
    container,
    pods,
    detail: redactedTo(DETAIL_LENGTH, detail.replace(/\s+/g, " ").trim()),
    ...named,
  };
}

function fromPods(bundle: EvidenceBundle): Found[] {
  return bundle.pods
    .filter(({ failing }) => failing)
    .flatMap((pod) => podSymptoms(pod, bundle).map((symptom) => ({ ...symptom, templateHash: pod.templateHash, pod: pod.name })));
}

/** Also of pods that run and are ready: an app may live on with what it is refused, and answer errors. */
function fromLogs(bundle: EvidenceBundle): Found[] {
  return bundle.logs.flatMap((log) => {
    const pod = bundle.pods.find(({ name }) => name === log.pod);
    const container = pod?.containers.find(({ name }) => name === log.container);
    const symptom = logSymptom(log, pod?.failing === true && container?.end != null);
    return symptom === null ? [] : [{ ...symptom, templateHash: log.templateHash, container: log.container, pod: log.pod }];
  });
}

/** What keeps a controller from making pods, or from going on. No pod tells of it: there is none. */
function fromControllers(bundle: EvidenceBundle): Found[] {
  const { conditions, events, liveHash, collectedAt, pods, replicas, depth } = bundle;
  if (depth === "thorough") return [];
  const found: Found[] = [];
  const about = { container: null, pod: null };
  const failure = conditions.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  const refused = events.filter(({ kind, reason }) => reason === "FailedCreate" && kind !== "Pod");
  const current = refused.filter(({ lastAt }) => secondsBetween(lastAt, collectedAt) <= RECENT_REFUSAL_SECONDS).at(-1);
  const short = pods.filter(({ templateHash }) => templateHash === liveHash).length < replicas;
  const message = failure?.message ?? (short ? current?.message : undefined);
  const refusal = message === undefined ? null : refusedPod(message);
  if (message !== undefined && refusal !== null) {
    found.push({ ...about, ...refusal, detail: message, templateHash: current?.templateHash ?? liveHash });
  }
  const progressing = conditions.find(({ type }) => type === "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") {
    found.push({ ...about, class: "no-progress", detail: `${progressing.reason}: ${progressing.message}`, templateHash: liveHash });
  }
  return found;
}

function fromNodes({ nodes }: EvidenceBundle): Found[] {
  return nodes.flatMap(({ name, conditions }) =>
    conditions
      .filter(({ type, status }) => (type === "Ready" ? status !== "True" : /Pressure$/.test(type) && status === "True"))
      .map(({ type, status, message }) => ({
        class: "node-pressure" as const,
        templateHash: null,
        container: null,
        pod: null,
        detail: `node ${name}: ${type} is ${status}: ${message}`,
        subject: { object: "Node", name, lack: type },
      })),
  );
}

function fromGaps({ gaps }: EvidenceBundle): Found[] {
  return gaps
    .filter(({ permission }) => permission)
    .map(({ what, why }) => ({ class: "our-rbac", templateHash: null, container: null, pod: null, detail: why, subject: { name: what } }));
}
