import type { ClusterClient } from "../../../../local/cluster/cluster-client.ts";
import type { KubernetesObject } from "../../../../local/cluster/objects.ts";
import { DEPLOYMENT, type RecordedRequest } from "./requests.ts";

/** What is compared of an answer: never versions, times or random names. */
export interface RecordedAnswer {
  readonly title: string;
  readonly code: number;
  readonly kind: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  /** The fields that validation complains of. */
  readonly fields: readonly string[];
  /** How much `metadata.generation` of the subject grew; null when there is no subject before and after. */
  readonly generation: number | null;
  /** Did the request itself write the subject? */
  readonly written: boolean | null;
}

const GROUPS: Readonly<Record<string, string>> = { apps: "/apis/apps/v1", core: "/api/v1", autoscaling: "/apis/autoscaling/v1" };

function pathOf(path: string, namespace: string): string {
  const group = /^~([a-z]+)\//.exec(path)?.[1];
  return group === undefined ? path : path.replace(`~${group}`, `${GROUPS[group]}/namespaces/${namespace}`);
}

/** Waits until the controllers have nothing more to say about the subject: two equal reads, observed generation reached. */
async function settled(client: ClusterClient, path: string): Promise<KubernetesObject | undefined> {
  for (let left = 200, last = ""; left > 0; left -= 1) {
    const object = await client.find<KubernetesObject & { status?: { observedGeneration?: number } }>(path);
    if (!object) return undefined;
    const { generation, resourceVersion } = object.metadata;
    const observed = generation === undefined || path.includes("autoscalers") || object.status?.observedGeneration === generation;
    if (observed && resourceVersion === last) return object;
    last = resourceVersion;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new Error(`${path} does not settle`);
}

function withoutRandomParts(text: string, namespace: string, subject: KubernetesObject | undefined): string {
  const { uid = "no uid", resourceVersion = "no version" } = subject?.metadata ?? {};
  return text.replaceAll(namespace, "NAMESPACE").replaceAll(uid, "UID").replaceAll(`(${resourceVersion})`, "(VERSION)");
}

async function play(client: ClusterClient, namespace: string, request: RecordedRequest): Promise<RecordedAnswer> {
  const subjectPath = pathOf(request.subject ?? DEPLOYMENT, namespace);
  const before = await settled(client, subjectPath);
  const { method, body, contentType } = request;
  const path = pathOf(request.path, namespace);
  const answer = await client.transport.send({
    method,
    path,
    ...(body === undefined ? {} : { body }),
    ...(contentType ? { contentType } : {}),
  });
  const reply = typeof answer.body === "object" && answer.body !== null ? (answer.body as Record<string, unknown>) : {};
  const causes = (reply.details as { causes?: { field?: string }[] } | undefined)?.causes ?? [];
  const repliedVersion = (reply.metadata as { resourceVersion?: string } | undefined)?.resourceVersion;
  const after = await settled(client, subjectPath);
  const isWrite = method === "PATCH" || method === "PUT";
  return {
    title: request.title,
    code: answer.code,
    kind: (reply.kind as string | undefined) ?? null,
    reason: (reply.reason as string | undefined) ?? null,
    message: typeof reply.message === "string" && !request.ownWords ? withoutRandomParts(reply.message, namespace, before) : null,
    fields: [...new Set(causes.map(({ field }) => field ?? ""))],
    generation: before && after ? (after.metadata.generation ?? 0) - (before.metadata.generation ?? 0) : null,
    written:
      isWrite && before && answer.code === 200 && !request.writtenByOldServers ? repliedVersion !== before.metadata.resourceVersion : null,
  };
}

/** Plays the whole list in a new namespace, one request after the other, and hands back what was answered. */
export async function playRequests(
  client: ClusterClient,
  requests: readonly RecordedRequest[],
  namespace: string,
): Promise<RecordedAnswer[]> {
  await client.post("/api/v1/namespaces", { metadata: { name: namespace } });
  const answers: RecordedAnswer[] = [];
  for (const request of requests) answers.push(await play(client, namespace, request));
  await client.delete(`/api/v1/namespaces/${namespace}`);
  return answers;
}
