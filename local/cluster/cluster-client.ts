import type { StatusError } from "./api/status-error.ts";
import type { WatchEvent } from "./api/watch-operation.ts";
import type { KubernetesObject } from "./objects.ts";

type FailureStatus = StatusError["status"];

/** A refused request: the HTTP code and the Status that came with it. */
export class ClusterRequestError extends Error {
  override readonly name = "ClusterRequestError";
  readonly code: number;
  readonly status: FailureStatus | undefined;

  constructor(request: string, code: number, body: unknown) {
    const status = typeof body === "object" && body !== null ? (body as FailureStatus) : undefined;
    super(`${request} -> ${code} ${status?.message ?? String(body).slice(0, 200)}`);
    this.code = code;
    this.status = status;
  }
}

export type PatchType = "json" | "merge" | "strategic";

export const PATCH_MEDIA_TYPES: Readonly<Record<PatchType, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** What a request came back with, refused or not. */
export interface RawAnswer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface RawRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** An open watch. */
export interface OpenedWatch {
  stop(): void;
  /** Resolves when the watch has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

/** How bytes get to a Kubernetes API: over HTTPS, or straight into the simulator. */
export interface ClusterTransport {
  send(request: RawRequest): Promise<RawAnswer>;
  watch(path: string, onEvent: (event: WatchEvent) => void): OpenedWatch;
  close(): void;
}

/** A list as the API answers it. */
export interface ObjectList<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: T[];
}

/** A small client of a Kubernetes API for the demo, the seeds, the kubelet model and tests. Production code has its own. */
export class ClusterClient {
  readonly transport: ClusterTransport;

  constructor(transport: ClusterTransport) {
    this.transport = transport;
  }

  get<T = KubernetesObject>(path: string): Promise<T> {
    return this.#request<T>({ method: "GET", path });
  }

  /** undefined when there is no such object. */
  async find<T = KubernetesObject>(path: string): Promise<T | undefined> {
    const answer = await this.transport.send({ method: "GET", path });
    return answer.code === 404 ? undefined : accepted<T>(answer, `GET ${path}`);
  }

  async list<T = KubernetesObject>(path: string): Promise<T[]> {
    return (await this.get<ObjectList<T>>(path)).items;
  }

  post<T = KubernetesObject>(path: string, body: unknown): Promise<T> {
    return this.#request<T>({ method: "POST", path, body });
  }

  put<T = KubernetesObject>(path: string, body: unknown): Promise<T> {
    return this.#request<T>({ method: "PUT", path, body });
  }

  patch<T = KubernetesObject>(path: string, body: unknown, type: PatchType = "merge"): Promise<T> {
    return this.#request<T>({ method: "PATCH", path, body, contentType: PATCH_MEDIA_TYPES[type] });
  }

  delete<T = unknown>(path: string, options: Record<string, unknown> = {}): Promise<T> {
    return this.#request<T>({ method: "DELETE", path, body: { kind: "DeleteOptions", apiVersion: "v1", ...options } });
  }

  /** Streams the events of a collection; the path may carry selectors and a resourceVersion. */
  watch(path: string, onEvent: (event: WatchEvent) => void): OpenedWatch {
    return this.transport.watch(`${path}${path.includes("?") ? "&" : "?"}watch=1`, onEvent);
  }

  close(): void {
    this.transport.close();
  }

  async #request<T>(request: RawRequest): Promise<T> {
    return accepted<T>(await this.transport.send(request), `${request.method} ${request.path}`);
  }
}

function accepted<T>({ code, body }: RawAnswer, request: string): T {
  if (code >= 200 && code < 300) return body as T;
  throw new ClusterRequestError(request, code, body);
}
