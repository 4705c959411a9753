import { describe, expect, it } from "vitest";
import { conclude } from "../../functions/domain/conclude.ts";
import type { LiveRelease, Release } from "../../functions/domain/release.ts";
import { suspectChange } from "../../functions/domain/suspect-change.ts";
import {
  aChange,
  aConfig,
  aGoodReplicaSet,
  anAssessment,
  aRelease,
  aReleaseObservation,
  aReplicaSet,
  aRollbackDocument,
  aWorkloadState,
  BAD_DIGEST,
  BAD_HASH,
  BAD_IMAGE,
  GOOD_HASH,
  GOOD_IMAGE,
  MOMENTS,
  releaseParts,
  secondsAfter,
} from "../support/builders/index.ts";

const good = aRelease({ lastSeenAt: "2026-11-20T03:11:50.000Z" });
const liveOf = (release: Pick<Release, "hash" | "parts">): LiveRelease => ({
  hash: release.hash,
  parts: release.parts,
  irreversible: null,
});
const reconfigured = aRelease({
  hash: "ffee00112233",
  verdict: "candidate",
  parts: releaseParts({ configs: [aConfig({ dataHash: "d2" })] }),
  firstSeenAt: MOMENTS.changeAt,
  liveSince: MOMENTS.changeAt,
  lastSeenAt: "2026-11-20T03:12:30.000Z",
});
const unchangedTemplate = {
  workload: aWorkloadState({ templateHash: GOOD_HASH, image: GOOD_IMAGE, replicaSets: [aGoodReplicaSet({ replicas: 3 })] }),
  observations: [aReleaseObservation()],
};
const suspect = (overrides: object) =>
  suspectChange({
    ...unchangedTemplate,
    onsetAt: MOMENTS.onsetAt,
    now: MOMENTS.assessedAt,
    windowHours: 24,
    toleranceSeconds: 60,
    releases: [reconfigured, good],
    live: liveOf(reconfigured),
    ...overrides,
  });

describe("a change of the configuration under the same template", () => {
  it("is suspected when it came before the onset, and says what differs", () => {
    const { change, reasons } = suspect({});

    expect(change).toMatchObject({
      kind: "config",
      earliestAt: good.lastSeenAt,
      startedAt: MOMENTS.changeAt,
      fromRelease: good.hash,
      toRelease: reconfigured.hash,
      parts: ["ConfigMap app-settings"],
      digests: [],
    });
    expect(reasons[0]).toContain("the change of ConfigMap app-settings at");
  });

  it("is seen by what is live alone, before any observer was there", () => {
    const { change } = suspect({ releases: [good] });

    expect(change).toMatchObject({
      kind: "config",
      earliestAt: good.lastSeenAt,
      startedAt: MOMENTS.assessedAt,
      toRelease: reconfigured.hash,
    });
  });

  it("is not suspected when it came after the onset, nor when it is a return to what was good before", () => {
    const late = { ...good, lastSeenAt: secondsAfter(MOMENTS.onsetAt, 120) };
    const returned = { ...reconfigured, verdict: "good" as const, firstSeenAt: secondsAfter(good.firstSeenAt, -3600) };

    expect(suspect({ releases: [late], now: secondsAfter(MOMENTS.onsetAt, 300) }).change).toBeNull();
    expect(suspect({ releases: [returned, good] })).toMatchObject({
      change: null,
      reasons: [expect.stringContaining("a return to a release")],
    });
  });

  it("is none where only what cannot be taken back differs, or no snapshot of what is live could be taken", () => {
    const budget = { ...reconfigured, parts: releaseParts({ pdb: { name: "checkout", specHash: "s" } }) };

    expect(suspect({ releases: [budget, good], live: liveOf(budget) }).change).toBeNull();
    expect(suspect({ live: null })).toEqual({ change: null, reasons: [expect.stringContaining("no change is known")] });
  });

  it("is seen where the same tag brings other content", () => {
    const moved = { ...reconfigured, parts: releaseParts({ images: [{ container: "app", image: GOOD_IMAGE, digest: BAD_DIGEST }] }) };

    expect(suspect({ releases: [moved, good], live: liveOf(moved) }).change).toMatchObject({
      kind: "config",
      parts: [`content behind tag ${GOOD_IMAGE} of container app`],
      digests: [BAD_DIGEST],
    });
  });
});

describe("a deploy with snapshots on both sides", () => {
  it("K8S-41 says that it changed only limits", () => {
    const limited = {
      hash: "ffee00112233",
      parts: releaseParts({ templateHash: BAD_HASH, facets: { "container app": "0a0a", "limits of container app": "2c2c" } }),
    };
    const workload = aWorkloadState({ image: GOOD_IMAGE, replicaSets: [aReplicaSet({ image: GOOD_IMAGE }), aGoodReplicaSet()] });

    const { change, reasons } = suspect({ workload, releases: [good], live: liveOf(limited) });

    expect(change).toMatchObject({
      kind: "deploy",
      fromRelease: good.hash,
      toRelease: limited.hash,
      parts: ["limits of container app"],
      digests: [],
    });
    expect(reasons[0]).toContain(`the deploy of ${GOOD_IMAGE} at ${MOMENTS.changeAt} (changed: limits of container app)`);
  });
});

describe("a deploy that somebody has scaled or configured since", () => {
  const deployed = aRelease({
    hash: "dep10yed0000",
    verdict: "candidate",
    parts: releaseParts({ templateHash: BAD_HASH, images: [{ container: "app", image: BAD_IMAGE, digest: BAD_DIGEST }] }),
    liveSince: MOMENTS.changeAt,
    lastSeenAt: "2026-11-20T03:12:30.000Z",
  });
  const scaled = { hash: "5ca1ed000000", parts: { ...deployed.parts, scale: { replicas: 5, owner: null } } };
  const ofDeploy = (releases: readonly Release[], live = liveOf(scaled)) => suspect({ workload: aWorkloadState(), releases, live }).change;

  it("is told from what was live before it, and its digest is still the one that came with it", () => {
    expect(ofDeploy([deployed, good])).toMatchObject({
      kind: "deploy",
      fromRelease: good.hash,
      toRelease: deployed.hash,
      parts: [`image of container app ${GOOD_IMAGE} -> ${BAD_IMAGE}`, "replicas 3 -> 5"],
      digests: [BAD_DIGEST],
    });
  });

  it("brings no digest that a good release of another template has too", () => {
    const trusted = { ...good, hash: "7ru57ed00000", parts: { ...good.parts, templateHash: "older", images: deployed.parts.images } };

    expect(ofDeploy([deployed, good, trusted])?.digests).toEqual([]);
    expect(ofDeploy([deployed, good, { ...trusted, verdict: "bad" }])?.digests).toEqual([BAD_DIGEST]);
  });
});

describe("pods that were started anew after their configuration came back", () => {
  const restarted = { ...good, parts: { ...good.parts, templateHash: "restarted" } };
  const bad = { ...reconfigured, verdict: "bad" as const, lastSeenAt: "2026-11-20T03:11:55.000Z" };
  const workload = aWorkloadState({
    templateHash: "restarted",
    image: GOOD_IMAGE,
    replicaSets: [aReplicaSet({ templateHash: "restarted", image: GOOD_IMAGE }), aGoodReplicaSet()],
  });

  it("are a return to the release that was good, whatever their template is called", () => {
    const { change, reasons } = suspect({ workload, releases: [bad, good], live: liveOf(restarted) });

    expect(change).toBeNull();
    expect(reasons[0]).toContain("a return to a release");
  });

  it("but not where only the same template had other replicas in between", () => {
    const between = { ...bad, verdict: "good" as const, parts: restarted.parts };

    expect(suspect({ workload, releases: [between, good], live: liveOf(restarted) }).change).toMatchObject({ kind: "deploy" });
  });
});

describe("the ledger after a proven rollback", () => {
  const concluded = (change: Parameters<typeof aChange>[0]) =>
    conclude(aRollbackDocument({ assessment: anAssessment({ change: aChange(change) }) }), MOMENTS.closedAt);

  it("quarantines the digests and the template that came with a bad deploy", () => {
    const { ledger, verdicts } = concluded({ image: BAD_IMAGE, toRelease: "ffee00112233", digests: [BAD_DIGEST] });

    expect(ledger.badRelease).toBe("ffee00112233");
    expect(ledger.quarantine.map(({ key }) => key)).toEqual([BAD_DIGEST, `checkout/${BAD_HASH}`]);
    expect(verdicts).toEqual([{ templateHash: BAD_HASH, verdict: "bad", replicas: null }]);
  });

  it("calls bad the release alone after a change of the configuration: its template was good with another", () => {
    const { ledger, verdicts } = concluded({ kind: "config", toRelease: "ffee00112233", digests: [] });

    expect(ledger).toEqual({ badRelease: "ffee00112233", quarantine: [] });
    expect(verdicts).toEqual([]);
  });

  it("quarantines nothing after a scale, and nothing where the rollback did not help", () => {
    expect(concluded({ kind: "scale", toReplicas: 2, toRelease: "ffee00112233" }).ledger).toEqual({
      badRelease: "ffee00112233",
      quarantine: [],
    });
    const failed = conclude({ ...aRollbackDocument(), failure: { Error: "States.Timeout" }, verification: undefined }, MOMENTS.closedAt);
    expect(failed.ledger).toEqual({ badRelease: null, quarantine: [] });
  });
});
