import { isDeepStrictEqual } from "node:util";
import type { HttpReply, HttpRequest } from "../../../functions/adapters/http/http-exchange.ts";
import type { KubernetesTransport } from "../../../functions/adapters/kubernetes/kubernetes-client.ts";
import type { ObjectStore } from "../../../local/cluster/api/object-store.ts";
import type { PodLogSource } from "../../../local/cluster/api/pod-log.ts";
import { handleRequest } from "../../../local/cluster/api/request-handler.ts";
import { StatusError } from "../../../local/cluster/api/status-error.ts";
import { ADMIN } from "../../../local/cluster/in-process-client.ts";
import type { Call, Fault } from "./fault.ts";
import { apiOver, type FrozenCluster, freeze, thaw } from "./frozen-cluster.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** From the request to its answer, when all is well. */
const LATENCY_MILLISECONDS = 5;

export interface TransportScene {
  readonly store: ObjectStore;
  /** As it was before the last change: what a stale read shows. */
  readonly before: FrozenCluster;
  readonly clock: VirtualClock;
  readonly podLogs: PodLogSource;
}

/** The network and the server in one: answers from a store, keeps note of the calls, and lets one fault strike once. */
export class VirtualTransport implements KubernetesTransport {
  readonly calls: Call[] = [];
  /** How often the fault struck. */
  hits = 0;
  readonly #scene: TransportScene;
  readonly #fault: Fault | null;
  #before: FrozenCluster;

  constructor(scene: TransportScene, fault: Fault | null) {
    this.#scene = scene;
    this.#fault = fault;
    this.#before = scene.before;
  }

  /** The cluster before the last write that came this way; before the scene's own last change while none has. */
  get before(): FrozenCluster {
    return this.#before;
  }

  sleep(milliseconds: number): Promise<void> {
    return this.#scene.clock.sleep(milliseconds);
  }

  readonly open = async (request: HttpRequest): Promise<HttpReply> => {
    const strikes = this.#strikes(this.#note(request));
    await this.sleep(LATENCY_MILLISECONDS);
    if (!strikes) return this.#answer(request);
    this.hits += 1;
    switch (this.#fault?.name) {
      case "500":
        return refusal(500, "InternalError");
      case "503":
        return refusal(503, "ServiceUnavailable");
      case "429":
        return refusal(429, "TooManyRequests");
      case "429 with Retry-After":
        return refusal(429, "TooManyRequests", { "retry-after": "2" });
      case "expired token":
        return refusal(401, "Unauthorized");
      case "reset after apply":
        await this.#answer(request);
        throw connectionReset();
      case "stall":
        await this.sleep(request.timeoutMilliseconds - LATENCY_MILLISECONDS);
        throw new DOMException("The operation was aborted due to timeout", "TimeoutError");
      case "stale":
        return this.#staleAnswer(request);
      default:
        throw connectionReset();
    }
  };

  /** What has changed since carries a version that no write can be for. */
  async #staleAnswer(request: HttpRequest): Promise<HttpReply> {
    const { status, body } = await this.#ask(request, thaw(this.#before));
    const now = await this.#ask(request, this.#scene.store);
    return replyOf(status, withOldVersions(body, now.body));
  }

  #note({ method, url }: HttpRequest): Call {
    const path = `${url.pathname}${url.search}`;
    const nth = this.calls.filter((call) => call.method === method && call.path === path).length + 1;
    const call = { method, path, nth };
    this.calls.push(call);
    return call;
  }

  #strikes({ method, path, nth }: Call): boolean {
    const at = this.#fault?.call;
    return this.hits === 0 && at?.method === method && at.path === path && at.nth === nth;
  }

  async #answer(request: HttpRequest): Promise<HttpReply> {
    const { store } = this.#scene;
    const before = request.method === "GET" ? null : freeze(store);
    const version = store.resourceVersion;
    const { status, body } = await this.#ask(request, store);
    if (before !== null && store.resourceVersion > version) this.#before = before;
    return replyOf(status, body);
  }

  async #ask({ method, url, headers, body }: HttpRequest, store: ObjectStore): Promise<{ status: number; body: unknown }> {
    const { clock, podLogs } = this.#scene;
    const answer = await handleRequest(
      apiOver(store, () => clock.now(), podLogs),
      {
        method,
        path: url.pathname,
        query: url.searchParams,
        contentType: headers["content-type"] ?? "application/json",
        userAgent: headers["user-agent"] ?? "",
        body: String(body ?? ""),
        user: ADMIN,
      },
    );
    if ("watch" in answer) throw new Error(`${url.pathname} is a watch`);
    return { status: answer.code, body: answer.body };
  }
}

interface Answered {
  readonly items?: readonly Answered[];
  readonly metadata?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** Two stores count versions apart: an object that is the same in both has that of now, any other one has a version that is long gone. */
function withOldVersions(stale: unknown, now: unknown): unknown {
  const current = new Map(objectsOf(now).map((object) => [object.metadata?.uid, object]));
  const marked = (object: Answered): Answered => {
    const same = current.get(object.metadata?.uid);
    const resourceVersion = same?.metadata?.resourceVersion ?? "1";
    const dated = { ...object, metadata: { ...object.metadata, resourceVersion } };
    return isDeepStrictEqual(dated, same) ? dated : { ...dated, metadata: { ...dated.metadata, resourceVersion: "1" } };
  };
  if (typeof stale !== "object" || stale === null) return stale;
  const answered: Answered = stale;
  if (answered.items !== undefined) return { ...answered, items: answered.items.map(marked) };
  return answered.metadata?.uid === undefined ? stale : marked(answered);
}

function objectsOf(body: unknown): readonly Answered[] {
  if (typeof body !== "object" || body === null) return [];
  const answered: Answered = body;
  return answered.items ?? [answered];
}

function refusal(code: number, reason: "InternalError" | "ServiceUnavailable" | "TooManyRequests" | "Unauthorized", headers = {}) {
  return replyOf(code, new StatusError(code, reason, "a planted fault").status, headers);
}

function replyOf(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpReply {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return {
    status,
    headers,
    async *chunks() {
      yield bytes;
    },
  };
}

function connectionReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}
