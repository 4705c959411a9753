import type { ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import type { Target, WorkloadKind } from "../../domain/blueprint.ts";
import { TransientUpstreamError } from "../../domain/errors.ts";
import { redactedTo } from "../../domain/redact.ts";
import { ANNOTATIONS, FIELD_MANAGER, type WriteResult, type WriteStamp } from "../../domain/workload.ts";
import type { JsonPatchOperation, KubernetesClient, PatchAnswer } from "./kubernetes-client.ts";

/** A lost race, or a field that the server dropped, is decided anew on what is there then; this often at most. */
const MOST_TRIES = 5;

/** Characters of what the server, or an admission webhook, says. */
const MESSAGE_LENGTH = 200;

/** Instead of words that may quote a Secret. */
export const WITHHELD = "its message is withheld, as it may quote the Secret";

/** Any object, as far as every write looks at it. */
export interface LiveObject {
  readonly metadata?: ObjectMeta;
}

/** What to do with an object as it is now. `write`: a JSON Patch, or a merge patch. */
export type ObjectDecision =
  | { readonly decision: "already-applied" | "superseded" | "refused"; readonly reason: string }
  | { readonly decision: "write"; readonly reason: string; readonly patch: readonly JsonPatchOperation[] }
  | { readonly decision: "write"; readonly reason: string; readonly merge: Readonly<Record<string, unknown>> };

export interface ObjectWrite<T extends LiveObject> {
  readonly path: string;
  /** For messages: `HTTPRoute shop/web`. */
  readonly what: string;
  /** The server's own words may quote what was sent: of a Secret they are not repeated. @default false */
  readonly isSecret?: boolean;
  /** Pure. Asked again about what the server stored: only `already-applied` there is called applied. */
  readonly decide: (live: T) => ObjectDecision;
  /** Further query parameters of the write. @default fieldManager alone */
  readonly query?: string;
  /** Something to look at before the write and after the object is known; a text says why not. */
  readonly before?: (live: T) => Promise<string | null>;
}

/**
 * One guarded write of an object other than the workload: the workload's fence first (the object may not carry one, or carry another service's),
 * then read, decide, patch and look at what was stored.
 */
export async function writeObject<T extends LiveObject>(
  kubernetes: KubernetesClient,
  target: Target,
  stamp: WriteStamp,
  write: ObjectWrite<T>,
): Promise<WriteResult> {
  const fenced = await laterFence(kubernetes, target, stamp);
  if (fenced !== null) return result("superseded", fenced);
  return tryToWrite(kubernetes, stamp, write);
}

async function tryToWrite<T extends LiveObject>(
  kubernetes: KubernetesClient,
  stamp: WriteStamp,
  write: ObjectWrite<T>,
): Promise<WriteResult> {
  const { path, what, decide, before } = write;
  const said = (message: string) => (write.isSecret ? WITHHELD : redactedTo(MESSAGE_LENGTH, message));
  let wrote: string | null = null;
  let trouble = "";
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const live = await kubernetes.get<T>(path);
    if (live === null) return result("refused", `${what} does not exist`);
    const decision = decide(live);
    if (decision.decision === "already-applied" && wrote !== null) return result("applied", wrote);
    if (decision.decision !== "write") return result(decision.decision, decision.reason);
    const obstacle = await before?.(live);
    if (obstacle) return result("refused", obstacle);
    const answer = await send(kubernetes, stamp, write, decision);
    switch (answer.outcome) {
      case "stored": {
        const stored = decide(answer.object);
        if (stored.decision === "already-applied") return result("applied", decision.reason);
        wrote = decision.reason;
        trouble = `the API server stored something else than was sent (a field that it does not know, or an admission webhook): ${stored.reason}`;
        break;
      }
      case "absent":
        return result("refused", `${what} does not exist any more`);
      case "denied":
        return result("refused", `the API server denied the write of ${what}: ${said(answer.message)}`);
      case "conflict":
        trouble = said(answer.message);
    }
  }
  if (wrote !== null) return result("refused", `${what}: ${trouble}`);
  throw new TransientUpstreamError(`${what} changed during each of ${MOST_TRIES} tries to write it (${trouble})`, { path });
}

/** No answer leaves open whether it was stored: then the object itself tells, if it carries our stamp. */
async function send<T extends LiveObject>(
  kubernetes: KubernetesClient,
  stamp: WriteStamp,
  { path, query, decide }: ObjectWrite<T>,
  decision: Extract<ObjectDecision, { decision: "write" }>,
): Promise<PatchAnswer<T>> {
  const url = `${path}?fieldManager=${FIELD_MANAGER}${query ?? ""}`;
  try {
    return "patch" in decision ? await kubernetes.patch<T>(url, decision.patch) : await kubernetes.merge<T>(url, decision.merge);
  } catch (error) {
    if (!(error instanceof TransientUpstreamError)) throw error;
    const live = await kubernetes.get<T>(path);
    const ours = live?.metadata?.annotations?.[ANNOTATIONS.execution] === stamp.execution;
    if (live !== null && ours && decide(live).decision === "already-applied") return { outcome: "stored", object: live };
    throw error;
  }
}

/** Why this run may not write any more: a later one has written the workload. Null while nobody has. */
export async function laterFence(kubernetes: KubernetesClient, target: Target, { fence }: WriteStamp): Promise<string | null> {
  const workload = await kubernetes.get<LiveObject>(workloadPath(target));
  if (workload === null) return `${target.kind} ${target.namespace}/${target.name} does not exist any more`;
  const live = Number(workload.metadata?.annotations?.[ANNOTATIONS.fence] ?? Number.NaN);
  return live > fence
    ? `a later run (fence ${live}, ours is ${fence}) has written ${target.kind} ${target.namespace}/${target.name}`
    : null;
}

const PLURALS: Readonly<Record<WorkloadKind, string>> = {
  Deployment: "/apis/apps/v1 deployments",
  StatefulSet: "/apis/apps/v1 statefulsets",
  DaemonSet: "/apis/apps/v1 daemonsets",
  Rollout: "/apis/argoproj.io/v1alpha1 rollouts",
};

/** Where the workload itself is. */
export function workloadPath({ kind, namespace, name }: Target): string {
  const [base, plural] = PLURALS[kind].split(" ");
  return `${base}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
}

/** Operations that write our stamp into an object's annotations, in the same patch as the change. */
export function stampOperations({ metadata }: LiveObject, { execution, fence }: WriteStamp): JsonPatchOperation[] {
  return [
    ...(metadata?.annotations ? [] : [{ op: "add", path: "/metadata/annotations", value: {} } as const]),
    { op: "add", path: annotationPath(ANNOTATIONS.execution), value: execution },
    { op: "add", path: annotationPath(ANNOTATIONS.fence), value: String(fence) },
  ];
}

/** JSON Pointer of an annotation. */
export function annotationPath(key: string): string {
  return `/metadata/annotations/${pointerSegment(key)}`;
}

/** A key as one segment of a JSON Pointer. */
export function pointerSegment(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** An outcome of a write on an object that knows nothing of the workload's generation. */
export function result(outcome: WriteResult["outcome"], reason: string): WriteResult {
  return { outcome, generation: 0, reason };
}
