import { describe, expect, it } from "vitest";
import { type AssessmentFacts, assess } from "../../../functions/domain/assess.ts";
import type { SecurityFinding } from "../../../functions/domain/security-finding.ts";
import {
  aBlueprint,
  aReleaseObservation,
  aRollbackTrigger,
  aWorkloadState,
  BAD_HASH,
  MOMENTS,
  secondsAfter,
} from "../../support/builders/index.ts";
import { aRelease, BAD_DIGEST, GOOD_DIGEST, releaseParts } from "../../support/builders/release.ts";

const behaviour: SecurityFinding = {
  id: "arn:aws:guardduty:us-east-1:123456789012:detector/d/finding/f",
  source: "guardduty",
  severity: "critical",
  type: "CryptoCurrency:Runtime/BitcoinTool.B",
  title: "A Bitcoin-related domain name was queried",
  firstSeenAt: MOMENTS.onsetAt,
  imageDigest: null,
};
const vulnerability: SecurityFinding = {
  ...behaviour,
  source: "inspector",
  severity: "high",
  type: "CVE-2024-6119",
  imageDigest: BAD_DIGEST,
};
const bad = aReleaseObservation({ templateHash: BAD_HASH, liveSince: MOMENTS.changeAt, lastSeenAt: MOMENTS.alarmAt, verdict: "candidate" });
const badParts = (digest: string | null = BAD_DIGEST) =>
  releaseParts({ templateHash: BAD_HASH, images: [{ container: "app", image: "shop/checkout:v2", digest }] });

function assessed(finding: SecurityFinding, overrides: Partial<AssessmentFacts> = {}) {
  return assess({
    trigger: aRollbackTrigger({
      kind: "finding",
      source: "aws.guardduty",
      alarmName: null,
      alarmArn: null,
      datapoints: [],
      threshold: null,
      finding,
    }),
    triggerName: null,
    blueprint: aBlueprint(),
    workload: aWorkloadState(),
    observations: [bad, aReleaseObservation()],
    releases: [aRelease()],
    live: { hash: "b", parts: badParts(), irreversible: null },
    alarms: [],
    onsetAt: null,
    signals: [],
    now: MOMENTS.assessedAt,
    attempt: 1,
    ...overrides,
  });
}

describe("a behaviour", () => {
  it("that was first seen after the change rolls it back, as class security with the finding's severity", () => {
    const assessment = assessed(behaviour);

    expect(assessment).toMatchObject({ decision: "roll-back", severity: "critical", classes: ["security"], onsetAt: MOMENTS.onsetAt });
    expect(assessment.change).toMatchObject({ kind: "deploy", toHash: BAD_HASH });
    expect(assessment.reasons[0]).toBe("CryptoCurrency:Runtime/BitcoinTool.B (critical): A Bitcoin-related domain name was queried");
  });

  it("needs no red alarm, and is not ended by alarms that are OK", () => {
    const alarms = [
      { alarmName: "rollguard-checkout-latency-p95", state: "OK" as const, since: MOMENTS.goodReleaseAt, trigger: "latency-p95" },
    ];

    expect(assessed(behaviour, { alarms }).decision).toBe("roll-back");
  });

  it("that was seen two seconds before the change is not the change's: people are called", () => {
    const assessment = assessed({ ...behaviour, firstSeenAt: secondsAfter(MOMENTS.changeAt, -2) });

    expect(assessment).toMatchObject({ decision: "escalate", change: null, classes: ["security"] });
    expect(assessment.reasons).toContain("no change is to blame for it, so a rollback would not help");
  });

  it("does not blame a scale", () => {
    const scaled = aReleaseObservation({
      templateHash: BAD_HASH,
      liveSince: MOMENTS.goodReleaseAt,
      scales: [
        { replicas: 2, since: MOMENTS.goodReleaseAt, lastSeenAt: MOMENTS.changeAt, healthySince: null, verdict: "good" },
        { replicas: 3, since: secondsAfter(MOMENTS.changeAt, 5), lastSeenAt: MOMENTS.alarmAt, healthySince: null, verdict: "candidate" },
      ],
    });
    const [live] = aWorkloadState().replicaSets;
    const workload = aWorkloadState({
      replicas: 3,
      replicaSets: live === undefined ? [] : [{ ...live, createdAt: MOMENTS.goodReleaseAt }],
    });

    expect(assessed(behaviour, { workload, observations: [scaled], releases: [], live: null }).decision).toBe("escalate");
  });
});

describe("a vulnerability", () => {
  it("whose image came with the change rolls it back, also when Inspector saw it before it ran", () => {
    const assessment = assessed({ ...vulnerability, firstSeenAt: secondsAfter(MOMENTS.changeAt, -600) });

    expect(assessment).toMatchObject({ decision: "roll-back", onsetAt: null, classes: ["security"], severity: "high" });
  });

  it("of an image that is not live any more is over", () => {
    const assessment = assessed({ ...vulnerability, imageDigest: GOOD_DIGEST });

    expect(assessment).toMatchObject({ decision: "stand-down" });
    expect(assessment.reasons).toContain(`image ${GOOD_DIGEST} is not live any more`);
  });

  it("of an image that a good release before had too is not the change's", () => {
    const releases = [aRelease({ parts: releaseParts({ images: [{ container: "app", image: "shop/checkout:v2", digest: BAD_DIGEST }] }) })];

    const assessment = assessed(vulnerability, { releases });

    expect(assessment.decision).toBe("escalate");
    expect(assessment.reasons.join()).toContain("the image was live before the deploy");
  });

  it("is not taken back by a change of the configuration: that would leave the image", () => {
    const before = aRelease({ parts: badParts(GOOD_DIGEST), lastSeenAt: MOMENTS.changeAt });
    const parts = { ...badParts(), configs: badParts().configs.map((config) => ({ ...config, dataHash: "d2" })) };
    const [live] = aWorkloadState().replicaSets;
    const workload = aWorkloadState({ replicaSets: live === undefined ? [] : [{ ...live, createdAt: MOMENTS.goodReleaseAt }] });

    const assessment = assessed(vulnerability, {
      workload,
      releases: [before],
      live: { hash: "b", parts, irreversible: null },
      observations: [{ ...bad, liveSince: MOMENTS.goodReleaseAt }],
    });

    expect(assessment).toMatchObject({ decision: "escalate" });
    expect(assessment.reasons.join()).toContain("so taking that back would not help");
  });

  it("that became known long after the image came calls people: nobody would go back that far by himself", () => {
    const lastMonth = secondsAfter(MOMENTS.changeAt, -30 * 86_400);
    const [live, earlier] = aWorkloadState().replicaSets;
    const replicaSets =
      live === undefined || earlier === undefined
        ? []
        : [
            { ...live, createdAt: lastMonth },
            { ...earlier, createdAt: secondsAfter(lastMonth, -60) },
          ];
    const observations = [
      { ...bad, liveSince: lastMonth },
      aReleaseObservation({ liveSince: secondsAfter(lastMonth, -60), lastSeenAt: secondsAfter(lastMonth, -30) }),
    ];

    const assessment = assessed(vulnerability, { workload: aWorkloadState({ replicaSets }), observations, releases: [], live: null });

    expect(assessment.decision).toBe("escalate");
    expect(assessment.reasons.join()).toContain("outside the suspicion window");
  });
});
