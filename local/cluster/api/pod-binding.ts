import { type Pod, timestamp } from "../objects.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";
import { badRequest, invalid, preconditionFailed, required } from "./status-error.ts";
import type { WriteContext } from "./write-operations.ts";

interface Binding {
  metadata?: { name?: string };
  target?: { kind?: string; name?: string };
}

/** `POST pods/{name}/binding`: puts a pod on a node, once. */
export function bindPod(context: WriteContext, namespace: string, name: string, binding: Binding): void {
  const { now, store } = context;
  if (binding.metadata?.name !== name) throw badRequest("name in URL does not match name in Binding object");
  const nodeName = binding.target?.name;
  if (!nodeName) throw invalid({ group: "", plural: "bindings", kind: "Binding" }, name, [required("target.name")]);
  const pod = store.get<Pod>(RESOURCE_TYPES.pods, namespace, name);
  if (pod.spec.nodeName) {
    const text = `pod ${name} is already assigned to node "${pod.spec.nodeName}"`;
    throw preconditionFailed({ group: "", plural: "pods", kind: "pods/binding" }, name, text);
  }
  const before = structuredClone(pod);
  before.spec.nodeName = nodeName;
  const scheduled = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime: timestamp(now()) };
  const others = (before.status.conditions ?? []).filter((condition) => condition.type !== "PodScheduled");
  before.status.conditions = [...others, scheduled];
  store.replace(RESOURCE_TYPES.pods, before);
}

/** `GET pods/{name}/log`: what the kubelet model's container would have written, or the text of annotation `rollguard.dev/log`. */
export function podLog(pod: Pod, query: URLSearchParams): string {
  const container = query.get("container") ?? pod.spec.containers[0]?.name ?? "";
  const status = pod.status.containerStatuses?.find((one) => one.name === container);
  if (!pod.spec.containers.some((one) => one.name === container)) {
    throw badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`);
  }
  if (!status || status.state.waiting?.reason.startsWith("ErrImage") || status.state.waiting?.reason.startsWith("ImagePull")) {
    const text = "is waiting to start: trying and failing to pull image";
    throw badRequest(`container "${container}" in pod "${pod.metadata.name}" ${text}`);
  }
  if (query.get("previous") === "true" && !status.lastState.terminated) {
    throw badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`);
  }
  const crashed = status.lastState.terminated ?? status.state.terminated;
  const lines = [
    `starting ${status.image}`,
    ...(crashed ? [`fatal: ${crashed.message ?? crashed.reason}, exit code ${crashed.exitCode}`] : ["listening on port 8080"]),
  ];
  const text = pod.metadata.annotations?.["rollguard.dev/log"] ?? lines.join("\n");
  return lastLines(text, query);
}

function lastLines(text: string, query: URLSearchParams): string {
  const tail = query.get("tailLines");
  const lines = text.split("\n");
  const kept = `${(tail === null ? lines : lines.slice(-Number(tail))).join("\n")}\n`;
  const limit = query.get("limitBytes");
  return limit === null ? kept : kept.slice(0, Number(limit));
}
