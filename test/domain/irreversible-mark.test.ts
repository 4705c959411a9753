import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { Release } from "../../functions/domain/release.ts";
import { recordRelease } from "../../functions/domain/release-record.ts";
import { aConfig, aReleaseObservation, aSnapshot, aWorkloadState, MOMENTS, releaseParts, secondsAfter } from "../support/builders/index.ts";

/** What the ledger gets from a look at a live content, whose objects say `irreversible`. */
function look(content: string, irreversible: string | null, minute: number, releases: readonly Release[]): Release {
  const facts = { alarmsInAlarm: [], withoutData: false, lockHeld: false, goodAfterSeconds: 600 };
  const snapshot = aSnapshot({ parts: releaseParts({ configs: [aConfig({ dataHash: content })] }), irreversible });
  const now = new Date(secondsAfter(MOMENTS.openedAt, minute * 60));
  const live = {
    service: "checkout",
    state: aWorkloadState(),
    observations: [],
    observation: aReleaseObservation(),
    snapshot,
    releases,
    now,
  };
  const release = recordRelease({ ...facts, ...live }, sha256Hex);
  if (release === null) throw new Error("the scene names no release");
  return release;
}

/** Looks a minute apart; the releases as the ledger has them afterwards, by content. */
function looks(...seen: readonly (readonly [content: string, irreversible: string | null])[]): Map<string, Release> {
  const ledger = new Map<string, Release>();
  for (const [minute, [content, irreversible]] of seen.entries()) {
    ledger.set(content, look(content, irreversible, minute, [...ledger.values()]));
  }
  return ledger;
}

describe("the mark of a one-way door", () => {
  it("stays with a release that got it while it was live, after another one has gone live", () => {
    const ledger = looks(["v1", null], ["v1", "schema 42"], ["v2", null]);

    expect([ledger.get("v1")?.irreversible, ledger.get("v2")?.irreversible]).toEqual(["schema 42", null]);
  });

  it.each([
    ["removed", null],
    ["corrected", "schema 43"],
  ])("is %s while the release is live", (_what, corrected) => {
    expect(looks(["v1", "schema 42"], ["v1", "schema 42"], ["v1", corrected]).get("v1")?.irreversible).toBe(corrected);
  });

  it("is not passed on to an earlier release that came back under the annotation of the later one", () => {
    const ledger = looks(["v1", null], ["v2", "schema 42"], ["v1", "schema 42"], ["v1", "schema 42"]);

    expect([ledger.get("v1")?.irreversible, ledger.get("v2")?.irreversible]).toEqual([null, "schema 42"]);
  });

  it("stays an earlier release's own when that comes back without the annotation, and can be changed from there", () => {
    expect(looks(["v1", "schema 41"], ["v2", null], ["v1", null], ["v1", null]).get("v1")?.irreversible).toBe("schema 41");
    expect(looks(["v1", "schema 41"], ["v2", null], ["v1", null], ["v1", "schema 42"]).get("v1")?.irreversible).toBe("schema 42");
  });

  it("is taken of a release that was written before looks were noted, unless that may have been away", () => {
    const { irreversibleSeen: _seen, ...noted } = look("v1", null, 0, []);
    const marked = (firstSeenAt: string) => look("v1", "schema 42", 1, [{ ...noted, firstSeenAt }]).irreversible;

    expect([marked(noted.liveSince), marked("2026-01-01T00:00:00.000Z")]).toEqual(["schema 42", null]);
  });
});
