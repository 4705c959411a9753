import type { httpOpen } from "../http/http-exchange.ts";
import type { EksCluster } from "./eks-cluster.ts";
import { servedVersions } from "./kubernetes-client-discovery.ts";
import { clusterExchange } from "./kubernetes-client-exchange.ts";
import { readAll, readOne, readText } from "./kubernetes-client-reads.ts";
import { createObject, patchObject, removeObject } from "./kubernetes-client-writes.ts";
import { type WatchEnd, type WatchEvent, type WatchOptions, watchObjects } from "./kubernetes-watch.ts";

export { ROLLGUARD_VERSION } from "./kubernetes-client-exchange.ts";

export interface JsonPatchOperation {
  readonly op: "test" | "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

/** What a PATCH came to. `conflict`: the object moved on (409, or a JSON Patch `test` that failed). `denied`: the server's admission or validation said no. */
export type PatchAnswer<T> =
  | { readonly outcome: "stored"; readonly object: T }
  | { readonly outcome: "absent" }
  | { readonly outcome: "conflict"; readonly message: string }
  | { readonly outcome: "denied"; readonly message: string };

/** What a POST came to. `exists`: an object of that name is there already, whoever made it. */
export type CreateAnswer<T> =
  | { readonly outcome: "stored"; readonly object: T }
  | { readonly outcome: "exists" }
  | { readonly outcome: "denied"; readonly message: string };

/** What a DELETE came to. `removed`: accepted; finalizers or a grace period may keep the object a while. `conflict`: it is not the object that was meant. */
export interface RemoveAnswer {
  readonly outcome: "removed" | "absent" | "conflict" | "denied";
  readonly message?: string;
}

/** `refused` (400): for a log, the container has not started or had no previous run. */
export type TextAnswer =
  | { readonly outcome: "text"; readonly text: string }
  | { readonly outcome: "absent" }
  | { readonly outcome: "refused"; readonly message: string };

/** Which objects of a list: a label selector alone, or both kinds. */
export type ListSelectors = string | { readonly labelSelector?: string; readonly fieldSelector?: string };

/**
 * The thin client: JSON in and out, errors translated. Query parameters of a write (fieldManager, dryRun, fieldValidation) are part of its path.
 * Never repeats a write whose fate is unknown (TransientUpstreamError): the caller reads again.
 */
export interface KubernetesClient {
  /** Null on 404. */
  get<T>(path: string): Promise<T | null>;
  /** Every page of a list; null when the server does not know the resource. */
  list<T>(path: string, selectors?: ListSelectors): Promise<readonly T[] | null>;
  /** JSON Patch. */
  patch<T>(path: string, operations: readonly JsonPatchOperation[]): Promise<PatchAnswer<T>>;
  /** JSON merge patch: arrays are replaced whole, null removes. */
  merge<T>(path: string, body: unknown): Promise<PatchAnswer<T>>;
  /** Strategic merge patch; custom resources answer 415 to it. */
  strategic<T>(path: string, body: unknown): Promise<PatchAnswer<T>>;
  /** Server-side apply (the path names the fieldManager); without `force`, a field of another manager is a conflict. Creates what is not there. */
  apply<T>(path: string, body: unknown, options: { readonly force: boolean }): Promise<PatchAnswer<T>>;
  create<T>(path: string, body: unknown): Promise<CreateAnswer<T>>;
  /** Only the very object with that uid (and resourceVersion). */
  remove(path: string, only: { readonly uid: string; readonly resourceVersion?: string }): Promise<RemoveAnswer>;
  /** Plain text (a pod's log), at most its first 256 KiB. */
  text(path: string): Promise<TextAnswer>;
  /** Follows a list until the server, the deadline or the signal ends it; see `WatchEnd` for what to do next. */
  watch<T>(path: string, options: WatchOptions, onEvent: (event: WatchEvent<T>) => void, signal?: AbortSignal): Promise<WatchEnd>;
  /** Versions of an API group in the server's order of preference ("" is the core group); empty when it does not serve the group. */
  served(group: string): Promise<readonly string[]>;
}

export interface KubernetesClientOptions {
  readonly cluster: EksCluster;
  /** Signs a token; `renew` after a 401. */
  readonly token: (renew: boolean) => Promise<string>;
  /** Who calls, for messages about missing rights. @default "this function's role" */
  readonly caller?: string;
  /** @default 5 seconds for each request */
  readonly timeoutMilliseconds?: number;
  /** How long one request may wait in all because the server asked for it (429, Retry-After). @default 3 seconds */
  readonly waitBudgetMilliseconds?: number;
  /** @default 250 items a page */
  readonly pageSize?: number;
  /** What carries a request, and how time passes while the server asks to wait. @default node:https and timers */
  readonly transport?: KubernetesTransport;
}

/** The way to a server: tests put another in place of the network and the clock. `open` keeps the request's own deadline, and rejects with Node's errors. */
export interface KubernetesTransport {
  readonly open: typeof httpOpen;
  sleep(milliseconds: number): Promise<void>;
}

/** Client of one cluster: keep-alive connections that trust that cluster's CA alone. */
export function kubernetesClient(options: KubernetesClientOptions): KubernetesClient {
  const exchange = clusterExchange(options);
  return {
    get: (path) => readOne(exchange, path),
    list: (path, selectors = {}) => readAll(exchange, path, selectors, options.pageSize ?? 250),
    patch: (path, operations) => patchObject(exchange, path, operations, "application/json-patch+json"),
    merge: (path, body) => patchObject(exchange, path, body, "application/merge-patch+json"),
    strategic: (path, body) => patchObject(exchange, path, body, "application/strategic-merge-patch+json"),
    apply: (path, body, { force }) => patchObject(exchange, withForce(path, force), body, "application/apply-patch+yaml"),
    create: (path, body) => createObject(exchange, path, body),
    remove: (path, only) => removeObject(exchange, path, only),
    text: (path) => readText(exchange, path),
    watch: (path, watchOptions, onEvent, signal) => watchObjects(exchange, path, watchOptions, onEvent, signal),
    served: servedVersions(exchange),
  };
}

function withForce(path: string, force: boolean): string {
  return `${path}${path.includes("?") ? "&" : "?"}force=${force}`;
}
