import { describe, expect, it } from "vitest";
import { releaseTargets } from "../../functions/domain/release-targets.ts";
import { aRelease, aReleaseObservation, GOOD_DIGEST, GOOD_HASH, MOMENTS, secondsAfter } from "../support/builders/index.ts";
import { bad, good, plan } from "./support/release-plans.ts";

const quarantine = [{ key: GOOD_DIGEST, service: "checkout", by: "inc-1", at: MOMENTS.closedAt }];

/** Found by the simulated year: a quarantined image came back under a new template, and the look that would have called its snapshot good was lost. */
describe("a quarantined release whose snapshot is still a candidate", () => {
  const candidate = { ...good, verdict: "candidate" as const };

  it("does not come back by its template, which was observed good", () => {
    const { steps, governance } = plan({ releases: [bad, candidate], observations: [aReleaseObservation()], quarantine });

    expect(steps.flatMap(({ target }) => target?.templateHash ?? [])).not.toContain(GOOD_HASH);
    expect(governance.verdict).toBe("denied");
  });

  it("does so when its image is not quarantined", () => {
    const { steps } = plan({ releases: [bad, candidate], observations: [aReleaseObservation()] });

    expect(steps[0]?.target?.templateHash).toBe(GOOD_HASH);
  });

  it("is barred by the quarantine, as is one that was left in ALARM; one that is bad, by that", () => {
    const at = secondsAfter(MOMENTS.openedAt, -3600);
    const left = aRelease({ hash: "left", lastSeenAt: at, alarmAt: at });
    const { barred } = releaseTargets(
      [candidate, left, aRelease({ hash: "bad", verdict: "bad" })],
      { hash: bad.hash, irreversible: null },
      quarantine,
    );

    expect(barred.map(({ hash, rule }) => [hash, rule]).sort()).toEqual(
      [
        [candidate.hash, "quarantine"],
        ["bad", "verdict"],
        ["left", "quarantine"],
      ].sort(),
    );
  });
});
