import { setTimeout as pause } from "node:timers/promises";

const PAUSE_MILLISECONDS = 250;

/** Asks until the answer is neither null, undefined nor false, and returns it. Fails at the deadline with what was waited for and the last error. */
export async function waitFor<Answer>(
  what: string,
  withinSeconds: number,
  ask: () => Promise<Answer | null | undefined | false>,
): Promise<Answer> {
  const deadline = Date.now() + withinSeconds * 1000;
  let cause: unknown;
  while (Date.now() < deadline) {
    const answer = await ask().catch((error: unknown) => {
      cause = error;
      return null;
    });
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    await pause(PAUSE_MILLISECONDS);
  }
  throw new Error(`not within ${withinSeconds} s: ${what}${cause instanceof Error ? ` (last error: ${cause.message})` : ""}`, { cause });
}
