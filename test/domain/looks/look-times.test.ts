import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import { RELEASE_RULE } from "../../../functions/domain/judging/release-rule.ts";
import { LOOK_DELAY_SECONDS, plannedLooks, wantsLooks } from "../../../functions/domain/looks/look-times.ts";
import type { Release } from "../../../functions/domain/release.ts";
import { aRelease, MOMENTS, secondsAfter } from "../../support/builders/index.ts";

const release: Pick<Release, "service" | "hash" | "liveSince"> = {
  service: "a-service-with-a-name-of-thirty",
  hash: "ffee00112233",
  liveSince: MOMENTS.changeAt,
};
const planned = (now: string, one = release) => plannedLooks(one, now, sha256Hex);

describe("looks at a release that has just gone live", () => {
  it("come at the minutes of the rule, when their points are there", () => {
    expect(planned(MOMENTS.changeAt).map(({ at, request }) => [request.minutes, at])).toEqual(
      RELEASE_RULE.lookMinutes.map((minutes) => [minutes, secondsAfter(MOMENTS.changeAt, minutes * 60 + LOOK_DELAY_SECONDS)]),
    );
  });

  it("are left out where their time is over", () => {
    const late = planned(secondsAfter(MOMENTS.changeAt, 25 * 60 + LOOK_DELAY_SECONDS));

    expect(late.map(({ request }) => request.minutes)).toEqual([40, 60]);
    expect(planned(secondsAfter(MOMENTS.changeAt, 7_200))).toEqual([]);
  });

  it("have the same names whoever plans them, which EventBridge Scheduler takes", () => {
    const names = planned(MOMENTS.changeAt).map(({ name }) => name);

    expect(planned(secondsAfter(MOMENTS.changeAt, 60)).map(({ name }) => name)).toEqual(names);
    for (const name of names) expect(name).toMatch(/^rg-look-a-service-with-a-name-of-thirty-[0-9a-f]{8}-\d+$/);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(64);
    expect(new Set(names).size).toBe(names.length);
  });

  it("have names of their own when the release comes back later", () => {
    const again = planned(MOMENTS.openedAt, { ...release, liveSince: MOMENTS.openedAt });

    expect(again.map(({ name }) => name)).not.toContain(planned(MOMENTS.changeAt)[0]?.name);
  });
});

describe("a release is looked at", () => {
  const since = (liveSince: string, firstSeenAt: string, verdict: "candidate" | "good" | "bad") =>
    aRelease({ liveSince, firstSeenAt, verdict });

  it.each([
    ["new", since(MOMENTS.changeAt, MOMENTS.openedAt, "candidate"), true],
    ["new and called good before its last look", since(MOMENTS.changeAt, MOMENTS.openedAt, "good"), true],
    ["known as good, and put back", since(MOMENTS.changeAt, MOMENTS.goodReleaseAt, "good"), false],
    ["back without ever having been called good", since(MOMENTS.changeAt, MOMENTS.goodReleaseAt, "candidate"), true],
    ["known to be bad", since(MOMENTS.changeAt, MOMENTS.openedAt, "bad"), false],
  ])("or not, when it is %s", (_what, one, wanted) => {
    expect(wantsLooks(one, true)).toBe(wanted);
  });

  it("never when it is the first of its service: nothing could come back", () => {
    expect(wantsLooks(since(MOMENTS.changeAt, MOMENTS.changeAt, "candidate"), false)).toBe(false);
  });
});
