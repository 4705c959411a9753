import type { Incident } from "../../functions/domain/incident.ts";
import type { IncidentStore } from "../../functions/ports/incident-store.ts";
import { CommandError } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { clockTime } from "../report/format.ts";
import { plainText } from "../terminal/colours.ts";
import { openIncidentOf } from "./incident-named.ts";

const POLL_MS = 1_000;
/** The machine has opened the incident long before; later the request was joined to another one or the run failed before it could write. */
const OPENED_WITHIN_SECONDS = 30;
const GIVE_UP_SECONDS = 3600;

/**
 * Waits until an incident is closed and notes its timeline as it grows. A request that came while another incident of the service was open joins that
 * one, so that one is followed. Throws CommandError when no incident appears or it does not end within an hour.
 */
export async function followIncident(
  { console, ports }: CommandContext,
  store: Pick<IncidentStore, "read" | "readMeta" | "list" | "holder">,
  request: { readonly incidentId: string; readonly service: string },
): Promise<Incident> {
  const startedAt = ports.clock.now().getTime();
  const shown = new Set<string>();
  let followed = request.incidentId;
  for (;;) {
    const incident = await store.read(followed);
    if (incident !== null) {
      noteEvents(incident);
      if (incident.meta.status === "closed") return incident;
    }
    const waitedSeconds = (ports.clock.now().getTime() - startedAt) / 1000;
    if (incident === null && waitedSeconds > OPENED_WITHIN_SECONDS) followed = await joinedIncident(request.service, followed);
    if (waitedSeconds > GIVE_UP_SECONDS) {
      throw new CommandError(
        `Incident ${followed} is still open after an hour. 'rollguard show ${followed}' tells how it goes on.`,
        EXIT.failed,
      );
    }
    await ports.pause(POLL_MS);
  }

  function noteEvents({ events }: Incident): void {
    for (const event of [...events].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      if (shown.has(event.id)) continue;
      shown.add(event.id);
      console.note(`${clockTime(event.at)} ${plainText(event.message)}`);
    }
  }

  async function joinedIncident(service: string, missing: string): Promise<string> {
    const open = await openIncidentOf(store, service);
    if (open === null) {
      throw new CommandError(
        `The rollback was accepted, but incident ${missing} was not opened within ${OPENED_WITHIN_SECONDS} s. Look at the execution in the Step Functions console.`,
        EXIT.failed,
      );
    }
    console.note(`The request joined the open incident ${open.id}`);
    return open.id;
  }
}
