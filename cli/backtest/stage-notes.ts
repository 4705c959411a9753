import type { Clock } from "../../functions/ports/clock.ts";
import { type Console, QUIET_SECONDS } from "../console.ts";

/** Tells a person who watches what is being worked on, once the work has taken longer than `QUIET_SECONDS`; not more often than that. */
export function stageNotes(console: Console, clock: Clock): (what: string) => void {
  let last = clock.now().getTime();
  return (what) => {
    const now = clock.now().getTime();
    if (!console.watched || now - last < QUIET_SECONDS * 1000) return;
    last = now;
    console.note(`${what} ...`);
  };
}
