import { setTimeout as pause } from "node:timers/promises";
import type { Incident, TimelineEvent } from "../../functions/domain/incident.ts";
import type { IncidentStore } from "../../functions/ports/incident-store.ts";

export interface WatchIncidentProps {
  readonly store: Pick<IncidentStore, "list" | "read">;
  readonly service: string;
  /** Incidents that were opened before are not meant. */
  readonly since: Date;
  readonly onEvent: (event: TimelineEvent) => void;
  readonly openWithinSeconds: number;
  readonly closeWithinSeconds: number;
  readonly signal?: AbortSignal;
  /** @default 400 */
  readonly everyMilliseconds?: number;
}

/** Follows the first incident of a service since a moment until it is closed. Throws when none is opened, or it is not closed, in time. */
export async function watchIncident(props: WatchIncidentProps): Promise<Incident> {
  const { store, service, since } = props;
  const every = props.everyMilliseconds ?? 400;
  const wait = () => pause(every, undefined, { signal: props.signal });
  const mustOpenBy = Date.now() + props.openWithinSeconds * 1000;
  let id: string | undefined;
  while (id === undefined) {
    const recent = await store.list({ service, limit: 3 });
    id = recent.filter((meta) => Date.parse(meta.openedAt) >= since.getTime()).at(-1)?.id;
    if (id !== undefined) break;
    if (Date.now() > mustOpenBy) throw new Error(`no incident of ${service} was opened within ${props.openWithinSeconds} s`);
    await wait();
  }

  const mustCloseBy = Date.now() + props.closeWithinSeconds * 1000;
  const seen = new Set<string>();
  for (;;) {
    const incident = await store.read(id);
    for (const event of incident?.events ?? []) {
      if (seen.has(event.id)) continue;
      seen.add(event.id);
      props.onEvent(event);
    }
    if (incident?.meta.status === "closed") return incident;
    if (Date.now() > mustCloseBy) throw new Error(`incident ${id} was not closed within ${props.closeWithinSeconds} s`);
    await wait();
  }
}
