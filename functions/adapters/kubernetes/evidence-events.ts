import type { Event } from "kubernetes-types/core/v1.d.ts";
import type { EventFacts } from "../../domain/diagnosis/evidence-bundle.ts";
import { redactedTo } from "../../domain/redact.ts";

const MESSAGE_LENGTH = 500;
const MOST_EVENTS = 100;

/** Events of the core API, the oldest first, redacted; those older than `since` explain nothing. Kubernetes itself keeps them for an hour. */
export function eventFacts(events: readonly Event[], hashes: ReadonlyMap<string, string>, since: Date): EventFacts[] {
  return events
    .map((event) => {
      const { kind = "", name = "", uid = "" } = event.involvedObject;
      return {
        kind,
        name,
        uid,
        templateHash: hashes.get(uid) ?? null,
        type: event.type ?? "Normal",
        reason: event.reason ?? "",
        message: redactedTo(MESSAGE_LENGTH, event.message ?? ""),
        count: event.series?.count ?? event.count ?? 1,
        lastAt: lastSeen(event),
      };
    })
    .filter(({ lastAt }) => Date.parse(lastAt) >= since.getTime())
    .sort((a, b) => Date.parse(a.lastAt) - Date.parse(b.lastAt))
    .slice(-MOST_EVENTS);
}

/** Which field holds it depends on who wrote the event, and through which API. */
function lastSeen({ series, lastTimestamp, eventTime, firstTimestamp, metadata }: Event): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? "";
}
