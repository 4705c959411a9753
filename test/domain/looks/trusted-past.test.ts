import { describe, expect, it } from "vitest";
import type { Look } from "../../../functions/domain/looks/look.ts";
import { trustedPast, untrustedSpans } from "../../../functions/domain/looks/trusted-past.ts";
import type { Release } from "../../../functions/domain/release.ts";
import { aRelease, aReleaseObservation } from "../../support/builders/index.ts";
import { aLook } from "../../support/builders/look.ts";

const iso = (epochSeconds: number) => new Date(epochSeconds * 1000).toISOString();
const HOUR = 3_600;
const slots = { startEpochSeconds: 0, periodSeconds: 300 };
const past = (hours: number) => Array.from({ length: hours * 12 }, (_, index) => index);
const span = (from: number, to: number) => [{ from: iso(from * HOUR), to: iso(to * HOUR) }];

describe("the past that a release is measured by", () => {
  it("is all of it where every release was good", () => {
    expect(trustedPast(past(6), slots, [])).toEqual(past(6));
    expect(trustedPast(past(6), slots, span(6, 7))).toEqual(past(6));
  });

  it("has no points of an untrusted release, and ends with the last hour of a good one", () => {
    const kept = trustedPast(past(6), slots, [...span(2, 3), ...span(5, 6)]);

    expect(kept).toHaveLength(5 * 12);
    expect(kept?.filter(Number.isNaN)).toHaveLength(12);
    expect([kept?.[2 * 12 - 1], kept?.[2 * 12], kept?.at(-1)]).toEqual([2 * 12 - 1, Number.NaN, 5 * 12 - 1]);
  });

  it("stays where most of the last hour is of a good release, and begins nowhere else for less", () => {
    expect(trustedPast(past(6), slots, span(5, 5.5))).toHaveLength(6 * 12);
    // Of the last hour a quarter: half of an hour is reached only before the untrusted one.
    expect(trustedPast(past(6), slots, span(4, 5.75))).toHaveLength(4 * 12);
  });

  it("is none where the last good hour is too long ago", () => {
    expect(trustedPast(past(9), slots, span(6, 9))).toHaveLength(6 * 12);
    expect(trustedPast(past(9), slots, span(5.9, 9))).toBeNull();
    expect(trustedPast(past(9), slots, span(0, 9))).toBeNull();
  });
});

describe("what is not trusted", () => {
  it("is a candidate until the next release is live, also one that only its template is known of, and never a good one", () => {
    const good = aRelease({ firstSeenAt: iso(-HOUR), liveSince: iso(0), lastSeenAt: iso(HOUR) });
    const candidate = aRelease({ ...good, hash: "c", verdict: "candidate", liveSince: iso(HOUR), lastSeenAt: iso(2 * HOUR) });
    const live = aRelease({ ...good, hash: "l", liveSince: iso(3 * HOUR), lastSeenAt: iso(4 * HOUR) });
    const template = aReleaseObservation({ templateHash: "t", verdict: "candidate", liveSince: iso(3 * HOUR), lastSeenAt: iso(4 * HOUR) });

    expect(untrustedSpans({ releases: [good, candidate, live], observations: [], looks: [] })).toEqual(span(1, 3));
    expect(untrustedSpans({ releases: [good], observations: [template], looks: [] })).toEqual(span(3, 4));
  });

  it("is a release that only the observer calls good, until its last look is over, and for a day where a look has failed", () => {
    const next = aRelease({ hash: "next", verdict: "candidate", liveSince: iso(30 * HOUR), lastSeenAt: iso(30 * HOUR) });
    const liveFor = (hours: number, overrides: Partial<Release> = {}, looks: readonly Look[] = []) => {
      const from = iso((30 - hours) * HOUR);
      const release = aRelease({ hash: "r", firstSeenAt: from, liveSince: from, lastSeenAt: iso(30 * HOUR), ...overrides });
      return untrustedSpans({ releases: [release, next], observations: [], looks }).filter(({ to, from: since }) => since !== to);
    };
    const failed = (hours: number) => [aLook({ release: "r", liveSince: iso((30 - hours) * HOUR), verdict: "fail" })];

    expect(liveFor(1)).toEqual(span(29, 30));
    expect(liveFor(1.1)).toEqual([]);
    expect(liveFor(1, { verdictBy: "ada@desk" })).toEqual([]);
    expect(liveFor(1, { firstSeenAt: iso(0) })).toEqual([]);
    expect(liveFor(23, {}, failed(23))).toEqual(span(7, 30));
    expect(liveFor(23, {}, failed(5))).toEqual([]);
    expect(liveFor(23, { verdictBy: "ada@desk" }, failed(23))).toEqual([]);
    expect(liveFor(24, {}, failed(24))).toEqual([]);
  });
});
