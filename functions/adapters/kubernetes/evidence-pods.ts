import type { Container, ContainerStatus, Pod, PodTemplateSpec, Probe } from "kubernetes-types/core/v1.d.ts";
import type { ConditionFacts, ContainerFacts, PodFacts, ProbeKind, TemplateFacts } from "../../domain/diagnosis/evidence-bundle.ts";
import { redactedTo } from "../../domain/redact.ts";
import { containerFailure, isReady, podFailure, recentEnd } from "./pod-failure.ts";

const MESSAGE_LENGTH = 500;
/** Ends whose message is the container runtime's; of others it is what the app wrote into its termination file. */
const RUNTIME_ENDS = /^(StartError|ContainerCannotRun)$/;

/** A pod reduced to what decides. No environment, no arguments, no last words of the app; messages are redacted. */
export function podFacts(pod: Pod, templateHash: string, now: Date): PodFacts {
  const { metadata = {}, spec, status = {} } = pod;
  const facts = (role: ContainerFacts["role"]) => (container: ContainerStatus) => containerFacts(container, role, now);
  return {
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    templateHash,
    node: spec?.nodeName ?? null,
    phase: status.phase ?? "Unknown",
    reason: status.reason ?? "",
    message: words(status.message),
    ready: isReady(pod),
    failing: podFailure(pod, now) !== null,
    conditions: conditionFacts(status.conditions),
    containers: [
      ...(status.initContainerStatuses ?? []).map(facts("init")),
      ...(status.containerStatuses ?? []).map(facts("app")),
      ...(status.ephemeralContainerStatuses ?? []).map(facts("ephemeral")),
    ],
  };
}

/** Conditions of any object. */
export function conditionFacts(
  conditions: readonly { type?: string; status?: string; reason?: string; message?: string }[] | undefined,
): ConditionFacts[] {
  return (conditions ?? []).map(({ type = "", status = "", reason = "", message }) => ({ type, status, reason, message: words(message) }));
}

/** What a diagnosis compares between two templates. */
export function templateFacts(templateHash: string, template: PodTemplateSpec): TemplateFacts {
  const { initContainers = [], containers = [] } = template.spec ?? {};
  return {
    templateHash,
    containers: [...initContainers, ...containers].map((container) => ({
      name: container.name,
      image: container.image ?? "",
      limits: quantities(container.resources?.limits),
      requests: quantities(container.resources?.requests),
      probes: probesOf(container),
    })),
  };
}

function containerFacts(container: ContainerStatus, role: ContainerFacts["role"], now: Date): ContainerFacts {
  const { name, image, ready, restartCount, state } = container;
  const end = recentEnd(container, now);
  return {
    name,
    role,
    image,
    failing: containerFailure(container, now) !== null,
    ready,
    restarts: restartCount,
    waiting: state?.waiting ? { reason: state.waiting.reason ?? "", message: words(state.waiting.message) } : null,
    running: state?.running !== undefined,
    end: end
      ? { exitCode: end.exitCode, reason: end.reason ?? "", message: RUNTIME_ENDS.test(end.reason ?? "") ? words(end.message) : "" }
      : null,
  };
}

function probesOf({ readinessProbe, livenessProbe, startupProbe }: Container): TemplateFacts["containers"][number]["probes"] {
  const declared: readonly (readonly [ProbeKind, Probe | undefined])[] = [
    ["readiness", readinessProbe],
    ["liveness", livenessProbe],
    ["startup", startupProbe],
  ];
  return declared.flatMap(([kind, probe]) => {
    if (!probe) return [];
    const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
    return [{ kind, path: probe.httpGet?.path?.replace(/\?.*$/, "") ?? null, port: port === undefined ? null : String(port) }];
  });
}

function quantities(resources: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(resources).map(([name, quantity]) => [name, String(quantity)]));
}

function words(message = ""): string {
  return redactedTo(MESSAGE_LENGTH, message);
}
