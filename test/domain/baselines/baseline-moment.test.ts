import { describe, expect, it } from "vitest";
import { baselineMoments, isTaken, isTriedNow } from "../../../functions/domain/baselines/baseline-moment.ts";
import type { Release } from "../../../functions/domain/release.ts";
import { aBaselineItem } from "../../support/builders/baseline.ts";
import { aRelease, releaseParts } from "../../support/builders/release.ts";

const at = (time: string) => `2026-11-20T${time}:00.000Z`;
const old = aRelease({ hash: "old", liveSince: at("00:00"), lastSeenAt: at("03:12"), healthySince: at("00:00") });
const live = (overrides: Partial<Release> = {}) =>
  aRelease({
    ...{ hash: "new", parts: releaseParts({ templateHash: "t2" }), verdict: "candidate", verdictBy: null },
    ...{ liveSince: at("03:13"), lastSeenAt: at("03:13"), healthySince: null },
    ...overrides,
  });
const moments = (releases: readonly Release[], now = at("03:13")) => baselineMoments({ releases, observations: [], now });

describe("the moments of a baseline", () => {
  it("are the last hour of the release before, when a change is first seen: never a minute of the suspect", () => {
    expect(moments([live(), old])).toEqual([
      {
        ...{ kind: "before-change", release: "old", basis: `change:old@${at("03:12")}`, why: "the hour before the change to new" },
        ...{ from: at("02:12"), to: at("03:12"), since: at("03:13") },
      },
    ]);
  });

  it("begin no earlier than the release before did", () => {
    expect(moments([live(), { ...old, liveSince: at("02:50") }])).toMatchObject([{ from: at("02:50"), to: at("03:12") }]);
  });

  it("are none of a bad release, and none of a service that was never changed", () => {
    expect(moments([live(), { ...old, verdict: "bad" }])).toEqual([]);
    expect(moments([live()])).toEqual([]);
    expect(moments([])).toEqual([]);
  });

  it("are the last hour of the live release once it is good, as far as it was healthy", () => {
    const good = live({ verdict: "good", healthySince: at("03:20") });

    expect(moments([good, old], at("03:45")).slice(1)).toMatchObject([
      { kind: "good", release: "new", basis: "good:new", from: at("03:20"), to: at("03:45") },
    ]);
    expect(moments([good, old], at("09:00")).slice(1)).toMatchObject([{ from: at("08:00"), to: at("09:00") }]);
    expect(moments([live({ verdict: "good" }), old])).toHaveLength(1);
  });
});

describe("a moment", () => {
  const [change] = moments([live(), old]);
  const good = (minutes: number) => ({
    ...(change ?? expect.fail()),
    kind: "good" as const,
    basis: "good:new",
    from: at("03:00"),
    to: new Date(Date.parse(at("03:00")) + minutes * 60_000).toISOString(),
  });

  it("is tried at every look for a quarter of an hour, then in the first minute of each hour, and when the release was just marked", () => {
    if (change === undefined) throw new Error("there is a change");
    const tried = ["03:12", "03:13", "03:27", "03:28", "03:59", "04:00", "04:01"].map((time) => isTriedNow(change, at(time), false));

    expect(tried).toEqual([false, true, true, false, false, true, false]);
    expect(isTriedNow(change, at("03:40"), true)).toBe(true);
  });

  it("before a change is taken once: the next change is another one", () => {
    if (change === undefined) throw new Error("there is a change");

    expect(isTaken(change, undefined)).toBe(false);
    expect(isTaken(change, aBaselineItem({ basis: change.basis }))).toBe(true);
    expect(isTaken(change, aBaselineItem({ basis: "good:old", moment: "good" }))).toBe(false);
    expect(isTaken(change, aBaselineItem({ basis: `change:old@${at("01:00")}` }))).toBe(false);
  });

  it("of a good release is taken with its first points, and once more when its hour is whole", () => {
    const first = aBaselineItem({ moment: "good", basis: "good:new", from: at("03:00"), to: at("03:12") });

    expect([good(12), good(30), good(60)].map((moment) => isTaken(moment, first))).toEqual([true, true, false]);
    expect(isTaken(good(60), { ...first, to: at("04:00") })).toBe(true);
    expect(isTaken(good(60), { ...first, moment: "before-change" })).toBe(true);
  });
});
