import { describe, expect, it } from "vitest";
import type { Release } from "../../functions/domain/release.ts";
import { aRelease, MOMENTS, releaseParts, secondsAfter } from "../support/builders/index.ts";
import { aLook } from "../support/builders/look.ts";
import { aLookScene, newRelease, steady } from "./support/look-scene.ts";

const MINUTE = 60;
const HOUR = 3_600;
const beforeChange = (seconds: number) => secondsAfter(MOMENTS.changeAt, -seconds);

/** v2 is live from so long before the change until it; nobody has called it good, or somebody bad. */
const slowRelease = (seconds: number, overrides: Partial<Release> = {}) =>
  aRelease({
    hash: "5105105105aa",
    verdict: "candidate",
    verdictBy: null,
    firstSeenAt: beforeChange(seconds),
    liveSince: beforeChange(seconds),
    lastSeenAt: beforeChange(30),
    parts: releaseParts({ templateHash: "slowslow" }),
    ...overrides,
  });

/** Two and a half times as slow since v2, and no better since the release that followed it. */
function aSceneAfter(seconds: number, overrides: Partial<Release> = {}) {
  const scene = aLookScene();
  scene.ledger.seedReleases(aRelease({ lastSeenAt: beforeChange(seconds) }), slowRelease(seconds, overrides), newRelease);
  const slowSince = Date.parse(beforeChange(seconds)) / 1000;
  scene.metrics.setMetric("Latency", (at) => steady(at) * (at >= slowSince ? 2.5 : 1));
  return scene;
}

describe("a release that follows one that nobody has called good", () => {
  it.each([
    ["not called good yet", { verdict: "candidate" }],
    ["called good by the observer alone, before its last look", { verdict: "good", verdictBy: "observe-releases" }],
    ["known to be bad", { verdict: "bad", verdictBy: "inc-1" }],
  ] as const)("is measured by the hour before that one, where that is %s", async (_what, overrides) => {
    for (const seconds of overrides.verdict === "good" ? [31 * MINUTE, HOUR] : [20 * MINUTE, 45 * MINUTE, 2 * HOUR]) {
      const { lookAfter } = aSceneAfter(seconds, overrides);

      expect(await lookAfter(10)).toMatchObject({
        outcome: "started",
        look: { verdict: "fail", reason: expect.stringMatching(/2\.[3-7]\d times higher than expected/) },
      });
    }
  });

  it("is judged neither good nor bad where the last good release is too long ago, even at the last look", async () => {
    const { lookAfter, starter } = aSceneAfter(4 * HOUR);

    for (const minutes of [10, 60]) {
      expect(await lookAfter(minutes)).toMatchObject({
        look: {
          verdict: "inconclusive",
          reason: "latency_p95: inconclusive, no release that is proven good was live in the 3 h before it",
        },
      });
    }
    expect(starter.calls).toBe(0);
  });

  it("passes where it brings the service back to how it was", async () => {
    const { lookAfter, metrics } = aSceneAfter(45 * MINUTE);
    const live = (seconds: number) => Date.parse(beforeChange(seconds)) / 1000;
    metrics.setMetric("Latency", (at) => steady(at) * (at >= live(45 * MINUTE) && at < live(0) ? 2.5 : 1));

    expect(await lookAfter(60)).toMatchObject({ outcome: "kept", look: { verdict: "pass" } });
  });

  it("is measured by the hour before one that has failed a look and is still called good by the observer", async () => {
    const { lookAfter, looks } = aSceneAfter(2 * HOUR, { verdict: "good", verdictBy: "observe-releases" });
    await looks.keep(aLook({ release: "5105105105aa", liveSince: beforeChange(2 * HOUR), mode: "observe" }));

    expect(await lookAfter(10)).toMatchObject({ outcome: "started" });
  });

  it("is measured by the hour before itself where that one is good", async () => {
    const { lookAfter } = aSceneAfter(2 * HOUR, { verdict: "good", verdictBy: "observe-releases" });

    expect(await lookAfter(60)).toMatchObject({ outcome: "kept", look: { verdict: "pass" } });
  });
});
