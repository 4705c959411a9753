import { setTimeout as pause } from "node:timers/promises";

const PAUSE_MILLISECONDS = 200;

/** Asks until the answer is neither null, undefined nor false, and returns it. Fails at the deadline with what was waited for. */
export async function waitUntil<Answer>(
  what: string,
  ask: () => Promise<Answer | null | undefined | false> | Answer | null | undefined | false,
  withinSeconds = 30,
): Promise<Answer> {
  const deadline = Date.now() + withinSeconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${withinSeconds} s: ${what}`);
    await pause(PAUSE_MILLISECONDS);
  }
}
