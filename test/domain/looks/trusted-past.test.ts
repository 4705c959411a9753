import { describe, expect, it } from "vitest";
import { trustedPast, untrustedSpans } from "../../../functions/domain/looks/trusted-past.ts";
import { aRelease, aReleaseObservation } from "../../support/builders/index.ts";

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
    const good = aRelease({ liveSince: iso(0), lastSeenAt: iso(HOUR) });
    const candidate = aRelease({ ...good, hash: "c", verdict: "candidate", liveSince: iso(HOUR), lastSeenAt: iso(2 * HOUR) });
    const live = aRelease({ ...good, hash: "l", liveSince: iso(3 * HOUR), lastSeenAt: iso(4 * HOUR) });
    const template = aReleaseObservation({ templateHash: "t", verdict: "candidate", liveSince: iso(3 * HOUR), lastSeenAt: iso(4 * HOUR) });

    expect(untrustedSpans([good, candidate, live], [])).toEqual(span(1, 3));
    expect(untrustedSpans([good], [template])).toEqual(span(3, 4));
  });
});
