import type { ClusterClient } from "../../../../local/cluster/cluster-client.ts";
import type { KubernetesObject } from "../../../../local/cluster/objects.ts";
import { installCrds } from "../crds/install-crds.ts";
import type { RecordedList, RecordedRequest } from "./recorded-request.ts";

/** What is compared of an answer: never versions, times or random names. */
export interface RecordedAnswer {
  readonly title: string;
  readonly code: number;
  readonly kind: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  /** The fields that validation or an apply complains of. */
  readonly fields: readonly string[];
  /** How much `metadata.generation` of the subject grew; null when there is no subject before and after. */
  readonly generation: number | null;
  /** Did the request itself write the subject? */
  readonly written: boolean | null;
  /** By `manager/operation`, where the request asks for it. */
  readonly owners?: Readonly<Record<string, unknown>>;
}

/** Where the paths with a `~` lead: newest version first. */
const GROUPS: Readonly<Record<string, { group: string; versions: readonly string[] }>> = {
  core: { group: "", versions: ["v1"] },
  apps: { group: "apps", versions: ["v1"] },
  batch: { group: "batch", versions: ["v1"] },
  autoscaling: { group: "autoscaling", versions: ["v1"] },
  autoscaling2: { group: "autoscaling", versions: ["v2", "v2beta2"] },
  policy: { group: "policy", versions: ["v1", "v1beta1"] },
  discovery: { group: "discovery.k8s.io", versions: ["v1", "v1beta1"] },
  networking: { group: "networking.k8s.io", versions: ["v1"] },
  gateway: { group: "gateway.networking.k8s.io", versions: ["v1"] },
  argo: { group: "argoproj.io", versions: ["v1alpha1"] },
  flux: { group: "kustomize.toolkit.fluxcd.io", versions: ["v1"] },
  istio: { group: "networking.istio.io", versions: ["v1"] },
  istiobeta: { group: "networking.istio.io", versions: ["v1beta1"] },
};

/** Plays one list in one namespace of one server. */
class Player {
  readonly #client: ClusterClient;
  readonly #namespace: string;
  readonly #versions = new Map<string, string>();

  constructor(client: ClusterClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
  }

  async #path(path: string): Promise<string> {
    const named = path.replaceAll("NAMESPACE", this.#namespace);
    const [start, word = ""] = /^~([a-z0-9]+)\//.exec(named) ?? [];
    if (start === undefined) return named;
    const { group, versions } = GROUPS[word] ?? { group: word, versions: [] };
    const version = versions.length === 1 ? versions[0] : await this.#newest(group, versions);
    const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    return `${root}/namespaces/${this.#namespace}/${named.slice(start.length)}`;
  }

  async #newest(group: string, versions: readonly string[]): Promise<string> {
    const known = this.#versions.get(group);
    if (known) return known;
    const { versions: served } = await this.#client.get<KubernetesObject & { versions: { version: string }[] }>(`/apis/${group}`);
    const newest = versions.find((version) => served.some((one) => one.version === version)) ?? "";
    this.#versions.set(group, newest);
    return newest;
  }

  async play(request: RecordedRequest, list: RecordedList): Promise<RecordedAnswer> {
    const subjectPath = await this.#path(request.subject ?? list.subject);
    const before = await settled(this.#client, subjectPath);
    const { method, body, contentType } = request;
    const answer = await this.#client.transport.send({
      method,
      path: await this.#path(request.path),
      ...(body === undefined ? {} : { body: JSON.parse(JSON.stringify(body).replaceAll("NAMESPACE", this.#namespace)) }),
      ...(contentType ? { contentType } : {}),
    });
    const reply = typeof answer.body === "object" && answer.body !== null ? (answer.body as Record<string, unknown>) : {};
    const causes = (reply.details as { causes?: { field?: string }[] } | undefined)?.causes ?? [];
    const repliedVersion = (reply.metadata as { resourceVersion?: string } | undefined)?.resourceVersion;
    const after = await settled(this.#client, subjectPath);
    const positions = (text: string): string => (list.custom ? text.replaceAll(/\[\d+\]/g, "") : text);
    const isWrite = method === "PATCH" || method === "PUT";
    return {
      title: request.title,
      code: answer.code,
      kind: (reply.kind as string | undefined) ?? null,
      reason: (reply.reason as string | undefined) ?? null,
      message:
        typeof reply.message === "string" && !request.ownWords
          ? positions(withoutRandomParts(reply.message, this.#namespace, before))
          : null,
      fields: [...new Set(causes.map(({ field }) => positions(field ?? "")))],
      generation: before && after ? (after.metadata.generation ?? 0) - (before.metadata.generation ?? 0) : null,
      written:
        isWrite && before && answer.code === 200 && !request.writtenByOldServers
          ? repliedVersion !== before.metadata.resourceVersion
          : null,
      ...(request.owners ? { owners: ownersOf(after) } : {}),
    };
  }
}

/** Waits until the controllers have nothing more to say about the subject: two equal reads, observed generation reached. */
async function settled(client: ClusterClient, path: string): Promise<KubernetesObject | undefined> {
  const isWatched = path.startsWith("/apis/apps/");
  for (let left = 200, last = ""; left > 0; left -= 1) {
    const object = await client.find<KubernetesObject & { status?: { observedGeneration?: number } }>(path);
    if (!object) return undefined;
    const { generation, resourceVersion } = object.metadata;
    if ((!isWatched || object.status?.observedGeneration === generation) && resourceVersion === last) return object;
    last = resourceVersion;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new Error(`${path} does not settle`);
}

function withoutRandomParts(text: string, namespace: string, subject: KubernetesObject | undefined): string {
  const { uid = "no uid", resourceVersion = "no version" } = subject?.metadata ?? {};
  return text
    .replaceAll(namespace, "NAMESPACE")
    .replaceAll(uid, "UID")
    .replaceAll(`(${resourceVersion})`, "(VERSION)")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME");
}

function ownersOf(object: KubernetesObject | undefined): Record<string, unknown> {
  const entries = (object?.metadata.managedFields ?? []).filter(({ manager }) => manager !== "kube-controller-manager");
  return Object.fromEntries(entries.map(({ manager, operation, fieldsV1 }) => [`${manager}/${operation}`, fieldsV1]));
}

/** Plays a whole list in a new namespace, one request after the other, and hands back what was answered. */
export async function playRequests(client: ClusterClient, list: RecordedList, namespace: string): Promise<RecordedAnswer[]> {
  if (list.custom) await installCrds(client, list.custom);
  await client.post("/api/v1/namespaces", { metadata: { name: namespace } });
  const player = new Player(client, namespace);
  const answers: RecordedAnswer[] = [];
  for (const request of list.requests) answers.push(await player.play(request, list));
  await client.delete(`/api/v1/namespaces/${namespace}`);
  return answers;
}
