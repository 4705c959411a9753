import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { repeat } from "../../local/repeat.ts";

describe("repeat", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("works at once, again after each pause, and not any more once it is stopped", async () => {
    let times = 0;
    const repeating = repeat(
      10,
      async () => void times++,
      () => undefined,
    );

    await vi.advanceTimersByTimeAsync(25_000);
    await repeating.stop();
    await vi.advanceTimersByTimeAsync(25_000);

    expect(times).toBe(3);
  });

  it("reports what goes wrong and goes on", async () => {
    const errors: unknown[] = [];
    let times = 0;
    const work = async () => {
      if (times++ === 0) throw new Error("busy");
    };

    const repeating = repeat(10, work, (error) => errors.push(error));
    await vi.advanceTimersByTimeAsync(15_000);
    await repeating.stop();

    expect(errors).toEqual([new Error("busy")]);
    expect(times).toBe(2);
  });
});
