import { TransientUpstreamError } from "../../domain/errors.ts";
import { type HttpReply, readWhole } from "../http/http-exchange.ts";
import type { ClusterExchange } from "./kubernetes-client-exchange.ts";
import { refusal } from "./kubernetes-client-refusals.ts";
import { type KubernetesStatus, rbacRefusal } from "./kubernetes-errors.ts";

export interface WatchOptions {
  /** Where a list or an earlier watch ended. @default from now, after one ADDED for everything that exists */
  readonly resourceVersion?: string;
  /** When the server ends the watch. */
  readonly timeoutSeconds: number;
}

export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: T;
}

/**
 * Why a watch is over. `timeout`: its time was up; `lost`: the connection broke or fell silent; `stopped`: by the caller's signal. After these, go on at
 * `resourceVersion` (null when nothing was seen). `expired`: the server has forgotten that version (410): list again.
 */
export interface WatchEnd {
  readonly ended: "timeout" | "lost" | "stopped" | "expired";
  readonly resourceVersion: string | null;
}

/** A server that does not end the watch in time has gone: this much later we do. */
const GRACE_SECONDS = 5;
const MOST_EVENT_CHARACTERS = 4 * 1024 * 1024;
const MOST_REFUSAL_BYTES = 64 * 1024;

interface Line {
  readonly type?: string;
  readonly object?: KubernetesStatus & { readonly code?: number; readonly metadata?: { readonly resourceVersion?: string } };
}

/** One watch request, one event a line. Bookmarks move `resourceVersion` on and are not told. Throws what a GET throws when the watch does not start. */
export async function watchObjects<T>(
  exchange: ClusterExchange,
  path: string,
  { resourceVersion, timeoutSeconds }: WatchOptions,
  onEvent: (event: WatchEvent<T>) => void,
  signal?: AbortSignal,
): Promise<WatchEnd> {
  const query = new URLSearchParams({ watch: "1", allowWatchBookmarks: "true", timeoutSeconds: String(timeoutSeconds) });
  if (resourceVersion !== undefined) query.set("resourceVersion", resourceVersion);
  let seen = resourceVersion ?? null;
  const end = (ended: WatchEnd["ended"]): WatchEnd => ({ ended, resourceVersion: ended === "expired" ? null : seen });

  if (signal?.aborted) return end("stopped");
  const request = `${path}${path.includes("?") ? "&" : "?"}${query}`;
  const timeoutMilliseconds = (timeoutSeconds + GRACE_SECONDS) * 1000;
  const opened = exchange.open({ method: "GET", path: request, timeoutMilliseconds, ...(signal ? { signal } : {}) });
  const reply = await opened.catch((error: unknown) => {
    if (signal?.aborted) return null;
    throw error;
  });
  if (reply === null) return end("stopped");
  if (reply.status === 410) return end("expired");
  if (reply.status !== 200) throw refusal(await readWhole(reply, MOST_REFUSAL_BYTES), `WATCH ${path}`);

  for await (const line of linesOf(reply)) {
    if (line === null) return end(signal?.aborted ? "stopped" : "lost");
    const { type, object = {} } = line;
    if (type === "ERROR") {
      if (object.code === 410) return end("expired");
      throw watchError(object, path);
    }
    seen = object.metadata?.resourceVersion ?? seen;
    if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") onEvent({ type, object: object as T });
  }
  return end(signal?.aborted ? "stopped" : "timeout");
}

/** Each line parsed; null in place of what could not be read any more. */
async function* linesOf(reply: HttpReply): AsyncGenerator<Line | null> {
  const decoder = new TextDecoder();
  const chunks = reply.chunks();
  let rest = "";
  try {
    for (;;) {
      const next = await chunks.next().catch(() => null);
      if (next === null) return yield null;
      if (next.done) break;
      const parts = `${rest}${decoder.decode(next.value, { stream: true })}`.split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) if (part.trim() !== "") yield lineOf(part);
      if (rest.length > MOST_EVENT_CHARACTERS) return yield null;
    }
    // The server ends after a whole line.
    if (rest.trim() !== "") yield null;
  } finally {
    await chunks.return(undefined);
  }
}

function lineOf(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

function watchError({ message = "no reason given", code }: { message?: string; code?: number }, path: string): Error {
  return rbacRefusal(message) ?? new TransientUpstreamError(`WATCH ${path} ended with ${code ?? "an error"}: ${message}`, { status: code });
}
