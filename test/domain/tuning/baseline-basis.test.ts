import { describe, expect, it } from "vitest";
import { type BasisFacts, baselineBasis } from "../../../functions/domain/tuning/baseline-basis.ts";
import { aRelease, releaseParts } from "../../support/builders/release.ts";
import { aTunedAlarm } from "../../support/builders/tuning.ts";
import { aReleaseObservation } from "../../support/builders/workload.ts";

const NOW = "2026-11-20T03:13:30.000Z";
const CHANGE_AT = "2026-11-20T03:12:00.000Z";
const good = aRelease({ hash: "good", lastSeenAt: CHANGE_AT });
const candidate = aRelease({
  hash: "next",
  parts: releaseParts({ templateHash: "t2" }),
  verdict: "candidate",
  verdictBy: null,
  firstSeenAt: "2026-11-20T03:13:00.000Z",
  liveSince: "2026-11-20T03:13:00.000Z",
  lastSeenAt: NOW,
  healthySince: "2026-11-20T03:13:00.000Z",
});
const basis = (overrides: Partial<BasisFacts> = {}) =>
  baselineBasis({
    form: { against: "before", operator: ">" },
    releases: [candidate, good],
    observations: [],
    record: null,
    now: NOW,
    ...overrides,
  });

describe("a baseline before a change", () => {
  it("is the last hour of the good release, until the last look that saw it", () => {
    expect(basis()).toEqual({
      key: `change:good@${CHANGE_AT}`,
      release: "good",
      groups: [[{ from: "2026-11-20T02:12:00.000Z", to: CHANGE_AT }]],
      leastGroups: 1,
      why: "the hour before the change to next",
    });
  });

  it("never reaches behind the good release's own start, nor into a time when it was not healthy", () => {
    const groups = (changes: Partial<typeof good>) => {
      const found = basis({ releases: [candidate, { ...good, ...changes }] });
      return "groups" in found ? found.groups : found.missing;
    };

    expect(groups({ liveSince: "2026-11-20T02:50:00.000Z" })).toEqual([[{ from: "2026-11-20T02:50:00.000Z", to: CHANGE_AT }]]);
    expect(groups({ healthySince: "2026-11-20T03:00:00.000Z" })).toEqual([[{ from: "2026-11-20T03:00:00.000Z", to: CHANGE_AT }]]);
    expect(groups({ healthySince: null })).toBe("the release good was not healthy before the change to next");
  });

  it.each(["candidate", "bad"] as const)("is none where the release before is %s: its time is no measure", (verdict) => {
    expect(basis({ releases: [candidate, { ...good, verdict }] })).toEqual({
      missing: "neither the live release next nor the one before it is known to be good",
    });
  });

  it("is none of a service that has one release which nobody knows to be good, and of one that was never observed", () => {
    expect(basis({ releases: [candidate] })).toHaveProperty("missing");
    expect(basis({ releases: [] })).toEqual({ missing: "no release of the service was observed yet" });
  });

  it("is the last hour of the live release once that was marked good", () => {
    const now = "2026-11-20T05:00:00.000Z";
    const marked = { ...candidate, verdict: "good" as const, lastSeenAt: now };

    expect(basis({ releases: [marked, good], now })).toEqual({
      key: "good:next",
      release: "next",
      groups: [[{ from: "2026-11-20T04:00:00.000Z", to: now }]],
      leastGroups: 1,
      why: "the last hour of the good release next",
    });
    expect(basis({ releases: [{ ...marked, healthySince: null }, good], now })).toEqual({
      missing: "the live release next is not healthy now",
    });
  });

  it("stays as it was when a rollback brings back the release that it was measured of", () => {
    const record = aTunedAlarm({ basis: `change:good@${CHANGE_AT}`, release: "good" });
    const back = { ...good, liveSince: NOW, lastSeenAt: NOW, healthySince: NOW };

    expect(basis({ releases: [{ ...candidate, verdict: "bad" }, back], record })).toMatchObject({ key: record.basis });
  });

  it("rests on observations where no snapshot has named a release", () => {
    const seen = aReleaseObservation({ templateHash: "t1", verdict: "good", lastSeenAt: CHANGE_AT, liveSince: "2026-11-19T09:30:00.000Z" });
    const next = aReleaseObservation({ templateHash: "t2", verdict: "candidate", lastSeenAt: NOW, liveSince: "2026-11-20T03:13:00.000Z" });

    expect(basis({ releases: [], observations: [next, seen] })).toMatchObject({ key: `change:t1@${CHANGE_AT}`, release: "t1" });
    expect(basis({ releases: [good], observations: [next, aReleaseObservation({ templateHash: good.parts.templateHash })] })).toMatchObject(
      {
        release: "good",
      },
    );
  });
});

describe("a baseline of the season", () => {
  const season = (overrides: Partial<BasisFacts> = {}) => basis({ form: { against: "season", operator: "<" }, ...overrides });

  it("is of the same hour of the seven days before, give or take one, and has a key for each hour", () => {
    const found = season();

    expect(found).toMatchObject({ key: "season:2026-11-20T03:00:00.000Z", release: null, leastGroups: 3 });
    expect("groups" in found && found.groups).toHaveLength(7);
    expect("groups" in found && found.groups[0]).toEqual([
      { from: "2026-11-19T02:00:00.000Z", to: "2026-11-19T03:00:00.000Z" },
      { from: "2026-11-19T03:00:00.000Z", to: "2026-11-19T04:00:00.000Z" },
      { from: "2026-11-19T04:00:00.000Z", to: "2026-11-19T05:00:00.000Z" },
    ]);
    expect(season({ now: "2026-11-20T04:00:00.000Z" })).toMatchObject({ key: "season:2026-11-20T04:00:00.000Z" });
  });

  it("takes the mildest of the three hours: the lowest for what must not be less, the highest for what must not be more", () => {
    expect(season()).toMatchObject({ outermost: "lowest" });
    expect(season({ form: { against: "season", operator: ">" } })).toMatchObject({ outermost: "highest" });
    expect(basis()).not.toHaveProperty("outermost");
  });

  it("leaves out what came after a change to a release that is not known to be good", () => {
    const twoDaysAgo = { ...good, liveSince: "2026-11-01T00:00:00.000Z", lastSeenAt: "2026-11-18T03:30:00.000Z" };
    const old = { ...candidate, liveSince: "2026-11-18T03:31:00.000Z" };
    const suspect = season({ releases: [old, twoDaysAgo] });
    const proven = season({ releases: [{ ...old, verdict: "good" }, twoDaysAgo] });

    expect("groups" in suspect && suspect.groups.map(({ length }) => length)).toEqual([1, 3, 3, 3, 3, 3]);
    expect("groups" in proven && proven.groups.map(({ length }) => length)).toEqual([3, 3, 3, 3, 3, 3, 3]);
  });

  it("is none where fewer than three days were before such a change", () => {
    const longAgo = { ...good, liveSince: "2026-11-01T00:00:00.000Z", lastSeenAt: "2026-11-14T12:00:00.000Z" };
    const old = { ...candidate, liveSince: "2026-11-14T12:01:00.000Z" };

    expect(season({ releases: [old, longAgo] })).toEqual({
      missing: "only 2 of the last 7 days were before the change to next, which is not known to be good",
    });
  });
});
