import { describe, expect, it } from "vitest";
import { judgeLook } from "../../../functions/domain/looks/judge-look.ts";
import type { Signal } from "../../../functions/domain/signal.ts";
import { aSignal } from "../../support/builders/index.ts";

const LIVE = Date.UTC(2026, 10, 20, 12) / 1000;
const HISTORY_MINUTES = 5 * 1_440;
const REQUEST = { service: "shop", release: "r2", liveSince: new Date(LIVE * 1000).toISOString(), minutes: 10 };

/** Between 0 and 1, always the same. */
const random = (n: number) => Math.abs(Math.sin(n * 12.9898) * 43_758.5453) % 1;

/** A look ten minutes after the release: `usual` of each minute before it, `since` of each after it, null = no point. */
function lookAt(signal: Signal, usual: (minute: number) => number | null, since: (minute: number) => number | null) {
  const values = Array.from({ length: HISTORY_MINUTES + 10 }, (_, minute) =>
    minute < HISTORY_MINUTES ? usual(minute) : since(minute - HISTORY_MINUTES),
  );
  const series = { startEpochSeconds: LIVE - HISTORY_MINUTES * 60, periodSeconds: 60, values };
  const judged = { signal: signal.name, class: "health", severity: "high" } as const;
  return judgeLook(REQUEST, [{ signal, judged, series }], []).signals[0];
}

describe("a look at a share that is mostly good", () => {
  const availability = aSignal({ name: "availability", unit: "%", better: "higher" });
  const usual = (minute: number) => 99.9 + 0.05 * (random(minute) - 0.5);

  it.each([99, 95, 90, 84])("fails when it falls to %d %%: what fails has grown many times", (percent) => {
    const look = lookAt(availability, usual, (minute) => percent + 0.05 * (random(minute) - 0.5));

    expect(look).toMatchObject({ verdict: "fail", factor: expect.closeTo((100 - percent) / 0.1, -1) });
    expect(look?.sentence).toMatch(
      /^availability \(100% - availability\): at least half of 10 points since the release are .* higher than expected/,
    );
  });

  it("does not fail while it stays as it was, and says nothing where it never was below 100 %", () => {
    expect(lookAt(availability, usual, usual)).toMatchObject({ verdict: "inconclusive", factor: expect.closeTo(1, 0) });
    expect(
      lookAt(
        availability,
        () => 100,
        () => 90,
      ),
    ).toMatchObject({
      verdict: "inconclusive",
      sentence: expect.stringContaining("never over 0 in its history"),
    });
  });

  it("is judged by itself where it is mostly low, or no percentage", () => {
    const hits = aSignal({ name: "cache_hits", unit: "%", better: "higher" });
    const orders = aSignal({ name: "orders", unit: "count", better: "higher" });

    for (const signal of [hits, orders]) {
      const look = lookAt(
        signal,
        (minute) => 20 + random(minute),
        (minute) => 5 + random(minute),
      );

      expect(look).toMatchObject({
        verdict: "fail",
        sentence: expect.stringMatching(/^\w+: at least half of 10 points .* lower than expected/),
      });
    }
  });
});

describe("a look at events that should be many", () => {
  it("is inconclusive when there is no point: nobody knows whether nothing happened or nothing was measured", () => {
    const orders = aSignal({ name: "orders", unit: "count", better: "higher", publishes: "on-event" });

    expect(
      lookAt(
        orders,
        (minute) => 50 + 5 * random(minute),
        () => null,
      ),
    ).toMatchObject({ verdict: "inconclusive", points: 0 });
  });
});
