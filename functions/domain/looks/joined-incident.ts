import type { IncidentMeta } from "../incident.ts";
import { secondsBetween } from "../time.ts";
import type { Look } from "./look.ts";

/** What is opened in the second of a look may have an earlier time: clocks differ, and an alarm's step has its own. */
const TOLERANCE_SECONDS = 60;

/**
 * Did a look that failed join the incident of something else, an alarm that fired in the same second, and that came to nothing? Then nobody has acted on the
 * release. Every incident of the service since then must have stood down, and none may be the look's own: one that did something, called somebody or was denied
 * stays the last word. Where none is known (the look started nothing, or a group's incident was joined) nobody can tell, and the answer is no.
 */
export function cameToNothing({ judgedAt, mode, release, liveSince }: Look, incidents: readonly IncidentMeta[]): boolean {
  const since = incidents.filter(({ openedAt }) => secondsBetween(judgedAt, openedAt) >= -TOLERANCE_SECONDS);
  const isOwn = ({ trigger: { look } }: IncidentMeta) => look?.release === release && look.liveSince === liveSince;
  return mode !== "observe" && since.length > 0 && since.every((one) => one.outcome === "stand-down" && !isOwn(one));
}
