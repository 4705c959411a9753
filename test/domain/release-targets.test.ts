import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Release } from "../../functions/domain/release.ts";
import { pruningDue, releasesToForget } from "../../functions/domain/release-retention.ts";
import { lastKnownGood, quarantineKeys, releaseTargets } from "../../functions/domain/release-targets.ts";
import { aRelease, GOOD_DIGEST, releaseParts, secondsAfter } from "../support/builders/index.ts";

const NOW = "2026-11-20T04:00:00.000Z";
const seen = (hash: string, daysAgo: number, overrides: Partial<Release> = {}) =>
  aRelease({
    hash,
    lastSeenAt: secondsAfter(NOW, -86_400 * daysAgo),
    parts: releaseParts({ templateHash: `t-${hash}`, images: [] }),
    ...overrides,
  });
const live = { hash: "live", irreversible: null };
const hashes = (releases: readonly Release[]) => releases.map(({ hash }) => hash);

describe("where to go back to", () => {
  it("K8S-05 is the newest good release, never the live one, a bad one, one left in ALARM or a quarantined one", () => {
    const ill = seen("ill", 1, { alarmAt: secondsAfter(NOW, -86_400) });
    const poisoned = seen("poisoned", 2, { parts: releaseParts({ images: [{ container: "app", image: "x", digest: GOOD_DIGEST }] }) });
    const releases = [
      seen("live", 0),
      ill,
      poisoned,
      seen("bad", 3, { verdict: "bad" }),
      seen("new", 3, { verdict: "candidate" }),
      seen("a", 5),
      seen("b", 9),
    ];
    const quarantine = [{ key: GOOD_DIGEST, service: "other", by: "inc-1", at: NOW }];

    const { allowed, barred } = releaseTargets(releases, live, quarantine);

    expect(hashes(allowed)).toEqual(["a", "b"]);
    expect(barred.map(({ hash, rule }) => [hash, rule])).toEqual([
      ["ill", "alarm"],
      ["poisoned", "quarantine"],
      ["bad", "verdict"],
      ["new", "verdict"],
    ]);
    expect(lastKnownGood(releases, "live", quarantine)?.hash).toBe("a");
  });

  it("does not go behind a release that says it cannot be undone, and says why", () => {
    const migrated = { irreversible: "schema 42" };
    const releases = [seen("live", 0, migrated), seen("m2", 1, migrated), seen("m1", 2, migrated), seen("old", 3)];

    const { allowed, barred } = releaseTargets(releases, { hash: "live", ...migrated }, []);

    expect(hashes(allowed)).toEqual(["m2", "m1"]);
    expect(barred).toEqual([
      { hash: "old", rule: "one-way", reason: "going back behind live is not safe: schema 42 (annotation rollguard.dev/irreversible)" },
    ]);
  });

  it("sees a one-way release in between also when the live one does not carry its word any more", () => {
    const releases = [seen("live", 0), seen("migrated", 1, { irreversible: "schema 42" }), seen("old", 2)];

    expect(hashes(releaseTargets(releases, live, []).allowed)).toEqual(["migrated"]);
  });

  it("names every digest and the template of a release in the quarantine, each once", () => {
    const images = ["app", "proxy"].map((container) => ({ container, image: "demo/x", digest: GOOD_DIGEST }));

    expect(quarantineKeys(aRelease({ parts: releaseParts({ images, templateHash: "t1" }) }))).toEqual([GOOD_DIGEST, "checkout/t1"]);
  });

  it("allows good ones alone, whatever the ledger holds (property)", () => {
    const release = fc.record({
      daysAgo: fc.integer({ min: 0, max: 90 }),
      verdict: fc.constantFrom("good", "bad", "candidate"),
      oneWay: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(release, { maxLength: 12 }), (many) => {
        const releases = many.map(({ daysAgo, verdict, oneWay }, index) =>
          seen(`h${index}`, daysAgo, { verdict: verdict as Release["verdict"], irreversible: oneWay ? `m${index}` : null }),
        );
        const { allowed, barred } = releaseTargets(releases, live, []);

        expect(allowed.every(({ verdict }) => verdict === "good")).toBe(true);
        expect(allowed.length + barred.length).toBe(releases.length);
      }),
    );
  });
});

describe("what the ledger forgets", () => {
  it("is what was neither live, nor last good, nor in an open incident for 30 days; the newest three good ones never", () => {
    const releases = [
      seen("live", 0, { verdict: "candidate" }),
      seen("recent", 29, { verdict: "bad" }),
      ...["g1", "g2", "g3", "g4"].map((hash, index) => seen(hash, 40 + index)),
      seen("old-bad", 31, { verdict: "bad" }),
      seen("in-incident", 50, { verdict: "bad" }),
    ];

    expect(hashes(releasesToForget({ releases, inOpenIncident: ["in-incident"], now: NOW }))).toEqual(["g4", "old-bad"]);
  });

  it("is a good one only 30 days after the next good one was last live: until then it was last good", () => {
    const releases = [seen("live", 0), seen("g1", 3), seen("g2", 4), seen("g3", 29), seen("g4", 200), seen("g5", 201)];

    expect(hashes(releasesToForget({ releases, inOpenIncident: [], now: NOW }))).toEqual(["g5"]);
  });

  it("is never the newest release of a one-way door", () => {
    const releases = [
      seen("live", 0),
      ...["g1", "g2", "g3"].map((hash, index) => seen(hash, 40 + index)),
      seen("door-again", 50, { irreversible: "schema 42" }),
      seen("door", 60, { irreversible: "schema 42" }),
    ];

    expect(hashes(releasesToForget({ releases, inOpenIncident: [], now: NOW }))).not.toContain("door-again");
    expect(hashes(releasesToForget({ releases, inOpenIncident: [], now: NOW }))).toContain("door");
  });

  it("is never the live release, nor one of the newest three good, whatever their ages (property)", () => {
    const release = fc.record({ daysAgo: fc.integer({ min: 0, max: 400 }), verdict: fc.constantFrom("good", "bad", "candidate") });
    fc.assert(
      fc.property(fc.array(release, { minLength: 1, maxLength: 15 }), (many) => {
        const releases = many.map(({ daysAgo, verdict }, index) =>
          seen(`h${index}`, daysAgo + index / 1000, { verdict: verdict as Release["verdict"] }),
        );
        const gone = new Set(hashes(releasesToForget({ releases, inOpenIncident: [], now: NOW })));
        const newestFirst = [...releases].sort((a, b) => Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt));
        const needed = [newestFirst[0], ...newestFirst.filter(({ verdict }) => verdict === "good").slice(0, 3)];

        expect(needed.some((one) => one !== undefined && gone.has(one.hash))).toBe(false);
      }),
    );
  });
});

describe("the day's turn to look through copies", () => {
  const sha256 = (text: string) => (text === "checkout" ? "0000003c" : "000005a0");
  const due = (lookedAt: string | null, now: string, service = "checkout") => pruningDue({ service, lookedAt, now }, sha256);

  it("comes at the minute that the service's name gives, once, and is made up for after a missed look", () => {
    expect(due("2026-11-20T00:59:30.000Z", "2026-11-20T01:00:30.000Z")).toBe(true);
    expect(due("2026-11-20T01:00:30.000Z", "2026-11-20T01:01:30.000Z")).toBe(false);
    expect(due("2026-11-20T00:10:00.000Z", "2026-11-20T09:00:00.000Z")).toBe(true);
    expect(due("2026-11-20T00:59:30.000Z", "2026-11-20T01:00:30.000Z", "search")).toBe(false);
    expect(due("2026-11-19T23:59:30.000Z", "2026-11-20T00:00:10.000Z", "search")).toBe(true);
  });

  it("is none for the first look at a service", () => {
    expect(due(null, "2026-11-20T01:00:00.000Z")).toBe(false);
  });

  it("comes exactly once a day, however looks are spread (property)", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1439 }), { minLength: 20, maxLength: 200 }), (gaps) => {
        const start = Date.parse("2026-11-20T00:59:00.000Z");
        const times = [start];
        for (const gap of gaps) times.push((times.at(-1) ?? start) + gap * 60_000);
        const iso = (time: number) => new Date(time).toISOString();
        const turns = times.slice(1).filter((time, index) => due(iso(times[index] ?? 0), iso(time)));
        const days = Math.floor(((times.at(-1) ?? start) - Date.parse("2026-11-20T01:00:00.000Z")) / 86_400_000) + 1;

        expect(turns).toHaveLength(days);
      }),
    );
  });
});
