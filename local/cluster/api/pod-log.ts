import type { Pod } from "../objects.ts";
import { badRequest } from "./status-error.ts";

/**
 * What a container wrote, line by line, or null when there is no such run of it (`previous` of one that never ended).
 * The kubelet model gives it; without one the text of annotation `rollguard.dev/log` or two made-up lines stand in.
 */
export type PodLogSource = (pod: Pod, container: string, previous: boolean) => readonly string[] | null;

const PULL_FAILED = /^(ErrImage|ImagePull|InvalidImageName)/;

/** `GET pods/{name}/log`: text, with `container`, `previous`, `tailLines` and `limitBytes`; refuses in the kubelet's words. undefined: the pod is on no node. */
export function podLog(pod: Pod, query: URLSearchParams, source: PodLogSource = madeUpLog): string | undefined {
  const container = query.get("container") ?? onlyContainer(pod);
  const known = [...pod.spec.containers, ...((pod.spec.initContainers as { name: string }[] | undefined) ?? [])];
  const { name } = pod.metadata;
  if (!known.some((one) => one.name === container)) throw badRequest(`container ${container} is not valid for pod ${name}`);
  const previous = query.get("previous") === "true";
  const status = [
    ...(pod.status.containerStatuses ?? []),
    ...((pod.status.initContainerStatuses as typeof pod.status.containerStatuses) ?? []),
  ].find((one) => one.name === container);
  if (!pod.spec.nodeName) return undefined;
  const waiting = status?.state.waiting?.reason;
  if (!previous && (!status || (waiting !== undefined && !status.lastState.terminated))) {
    const why = waiting === undefined ? "ContainerCreating" : PULL_FAILED.test(waiting) ? "trying and failing to pull image" : waiting;
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${why}`);
  }
  const lines = previous && !status?.lastState.terminated ? null : source(pod, container, previous);
  if (lines === null) throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  return cut(lines, query);
}

function onlyContainer(pod: Pod): string {
  const names = pod.spec.containers.map(({ name }) => name);
  if (names.length === 1) return names[0] ?? "";
  throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(" ")}]`);
}

function madeUpLog(pod: Pod, container: string): readonly string[] {
  const text = pod.metadata.annotations?.["rollguard.dev/log"];
  if (text !== undefined) return text.split("\n");
  const status = pod.status.containerStatuses?.find(({ name }) => name === container);
  const crashed = status?.lastState.terminated ?? status?.state.terminated;
  return [
    `starting ${status?.image}`,
    crashed ? `fatal: ${crashed.message ?? crashed.reason}, exit code ${crashed.exitCode}` : "listening on port 8080",
  ];
}

function cut(lines: readonly string[], query: URLSearchParams): string {
  const tail = query.get("tailLines");
  const kept = tail === null ? lines : Number(tail) > 0 ? lines.slice(-Number(tail)) : [];
  const text = kept.map((line) => `${line}\n`).join("");
  const limit = query.get("limitBytes");
  return limit === null ? text : Buffer.from(text).subarray(0, Number(limit)).toString();
}
