import { PermissionError, TransientUpstreamError } from "../../domain/errors.ts";
import { sha256Hex } from "../aws/sha256-hex.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";

/** What is told to whoever asks kubectl about the workload. */
export interface WorkloadEvent {
  readonly about: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
  /** `RollguardRolledBack` and its like. */
  readonly reason: string;
  readonly message: string;
  /** The same key twice is the same event. */
  readonly key: string;
}

const MESSAGE_CHARACTERS = 1000;

/** Writes an Event on the workload. Returns why there is none, null when it is there: what was done in the cluster is no failure because nobody could be told. */
export async function tellByEvent(kubernetes: KubernetesClient, { about, reason, message, key }: WorkloadEvent, now: Date) {
  const path = `/api/v1/namespaces/${encodeURIComponent(about.namespace)}/events`;
  const at = now.toISOString().replace(/\.\d+Z$/, "Z");
  const digest = sha256Hex(`${about.uid}|${reason}|${key}`).slice(0, 16);
  const body = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${about.name.slice(0, 200)}.${digest}`, namespace: about.namespace },
    involvedObject: about,
    reason,
    message: message.slice(0, MESSAGE_CHARACTERS),
    type: "Normal",
    source: { component: "rollguard" },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
  try {
    const answer = await kubernetes.create(path, body);
    return answer.outcome === "denied" ? `no Event: ${answer.message}` : null;
  } catch (error) {
    if (error instanceof PermissionError) {
      return 'no Event (optional): add {apiGroups: [""], resources: ["events"], verbs: ["create"]} to the Role of rollguard:write';
    }
    if (error instanceof TransientUpstreamError) return `no Event: ${error.message}`;
    throw error;
  }
}
