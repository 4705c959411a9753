import { setTimeout as pause } from "node:timers/promises";

/** Polls until the condition holds and returns its value; fails with the description at the deadline. */
export async function eventually<T>(what: string, condition: () => Promise<T | null | false> | T | null | false, seconds = 30): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value !== null && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(10);
  }
}
