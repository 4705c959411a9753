import type { KubernetesObject } from "../objects.ts";
import { parseSelection } from "./list-operation.ts";
import type { ObjectStore, StoreEvent } from "./object-store.ts";
import { apiVersionOf, isSameResource } from "./resource-types.ts";
import type { ServedType } from "./served-types.ts";
import { StatusError } from "./status-error.ts";

const BOOKMARK_MILLISECONDS = 60_000;
const BEFORE_END_MILLISECONDS = 2_000;

/** One line of a watch. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "ERROR" | "BOOKMARK";
  /** A bookmark has nothing but a kind and a resourceVersion. */
  readonly object: KubernetesObject | StatusError["status"];
}

/** A watch that has been accepted: starts when given a receiver, returns how to stop it. */
export type OpenWatch = (send: (event: WatchEvent) => void) => () => void;

/** `GET ?watch=1`: everything after a resourceVersion, or (without one) what is there now and then everything after. */
export function watchObjects(
  store: ObjectStore,
  { type, version, present }: ServedType,
  namespace: string | undefined,
  query: URLSearchParams,
): OpenWatch {
  const selected = parseSelection(type, query);
  const from = query.get("resourceVersion") ?? "";
  if (!/^[0-9]*$/.test(from)) {
    const text = `resourceVersion: Invalid value: "${from}": strconv.ParseUint: parsing "${from}": invalid syntax`;
    throw new StatusError(500, undefined, text);
  }
  const inScope = (object: KubernetesObject): boolean => namespace === undefined || object.metadata.namespace === namespace;

  return (send) => {
    const forward = (event: StoreEvent): void => {
      if (!isSameResource(event.resource, type) || !inScope(event.object)) return;
      const line = seenThrough(selected, event);
      if (line) send({ type: line.type, object: present(line.object) });
    };
    try {
      if (from === "" || from === "0") {
        for (const object of store.list(type, namespace).filter(selected)) send({ type: "ADDED", object: present(object) });
      } else {
        store.eventsAfter(Number(from)).forEach(forward);
      }
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      send({ type: "ERROR", object: error.status });
    }
    const stopBookmarks = startBookmarks(query, () => {
      const metadata = { resourceVersion: String(store.resourceVersion), creationTimestamp: null };
      send({
        type: "BOOKMARK",
        object: { kind: type.kind, apiVersion: apiVersionOf(type, version), metadata } as unknown as KubernetesObject,
      });
    });
    const unsubscribe = store.subscribe(forward);
    return () => {
      stopBookmarks();
      unsubscribe();
    };
  };
}

/** A bookmark a minute, and one shortly before the watch ends, for those who asked. */
function startBookmarks(query: URLSearchParams, send: () => void): () => void {
  if (query.get("allowWatchBookmarks") !== "true") return () => undefined;
  const timeoutMilliseconds = Number(query.get("timeoutSeconds") ?? 0) * 1000;
  const timer = setInterval(send, BOOKMARK_MILLISECONDS).unref();
  const last =
    timeoutMilliseconds > BEFORE_END_MILLISECONDS ? setTimeout(send, timeoutMilliseconds - BEFORE_END_MILLISECONDS).unref() : undefined;
  return () => {
    clearInterval(timer);
    clearTimeout(last);
  };
}

/** Objects that come to match a selector are ADDED for its watcher, those that stop matching are DELETED. */
function seenThrough(
  selected: (object: KubernetesObject) => boolean,
  event: StoreEvent,
): { type: WatchEvent["type"]; object: KubernetesObject } | undefined {
  const before = event.previous !== undefined && selected(event.previous);
  const after = event.type !== "DELETED" && selected(event.object);
  if (!before && !after) return undefined;
  if (!after) return { type: "DELETED", object: event.object };
  return { type: before ? "MODIFIED" : "ADDED", object: event.object };
}
