import { describe, expect, it } from "vitest";
import type { FindingPolicy, Target } from "../../../functions/domain/blueprint.ts";
import { candidatesFor, decideFinding } from "../../../functions/domain/findings/finding-decision.ts";
import { parseFindingEvent } from "../../../functions/domain/findings/finding-event.ts";
import type { FindingReport } from "../../../functions/domain/findings/finding-report.ts";
import type { Ledger } from "../../../functions/domain/findings/image-match.ts";
import { observedWorkload } from "../../../functions/domain/release-observation.ts";
import { aBlueprint, aTarget } from "../../support/builders/blueprint.ts";
import { BAD_HASH, GOOD_HASH, MOMENTS } from "../../support/builders/moments.ts";
import { aRelease, BAD_DIGEST, releaseParts } from "../../support/builders/release.ts";
import { aReleaseObservation, aWorkloadState } from "../../support/builders/workload.ts";
import { aFindingEvent, type FindingSample, FOUND_DIGEST, type SampleEvent } from "../../support/events/finding-events.ts";

const HOME = "us-east-1:123456789012";
const all: FindingPolicy = { sources: ["guardduty", "inspector", "security-hub"], minimumSeverity: "high" };
const aService = (findings: FindingPolicy | undefined = all, target: Partial<Target> = {}) =>
  aBlueprint({ findings, target: aTarget(target) });
const reported = (sample: FindingSample, change?: (event: SampleEvent) => void, index = 0): FindingReport => {
  const read = parseFindingEvent(aFindingEvent(sample, change)).findings[index];
  if (read === undefined || !("report" in read)) throw new Error("no report");
  return read.report;
};
const good = aReleaseObservation({ lastSeenAt: "2026-11-20T03:11:10.000Z" });
const bad = aReleaseObservation({
  templateHash: BAD_HASH,
  liveSince: MOMENTS.changeAt,
  lastSeenAt: "2026-11-20T03:16:00.000Z",
  verdict: "candidate",
});
const imageOf = (digest: string | null, image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/checkout:v2") => [
  { container: "app", image, digest },
];
/** v2 is live, v1 was. */
const ledgerOf = (live: ReturnType<typeof imageOf>, before = imageOf(BAD_DIGEST)): Ledger => ({
  observations: [bad, good],
  releases: [
    aRelease({
      hash: "b",
      verdict: "candidate",
      lastSeenAt: "2026-11-20T03:16:00.000Z",
      parts: releaseParts({ templateHash: BAD_HASH, images: live }),
    }),
    aRelease({ parts: releaseParts({ templateHash: GOOD_HASH, images: before }) }),
  ],
});
const decide = (report: FindingReport, ledger: Ledger, blueprint = aService()) =>
  decideFinding(report, { blueprint, ledger }, { source: "aws.x" });

describe("which services a behaviour may be about", () => {
  const named = (name: string, type: string | null) =>
    reported("guardduty-eks-audit", ({ detail }) =>
      Object.assign(detail.resource.kubernetesDetails.kubernetesWorkloadDetails, { name, type }),
    );

  it.each<[string, string | null, Partial<Target>, boolean]>([
    ["checkout", "deployments", {}, true],
    ["checkout", "Deployment", {}, true],
    ["checkout", "statefulsets", {}, false],
    ["checkout", null, {}, true],
    ["checkout-7c9f8d5b94", "replicasets", {}, true],
    ["checkout-7c9f8d5b94-x2x4z", "pods", {}, true],
    ["checkout-7c9f8d5b94-x2x4z", null, {}, true],
    ["checkout-7c9f8d5b94-x2x4z", "pods", { kind: "Rollout" }, true],
    ["checkout-0", "pods", { kind: "StatefulSet" }, true],
    ["checkout-0", "pods", {}, false],
    ["checkout-x2x4z", "pods", { kind: "DaemonSet" }, true],
    ["checkout-worker-7c9f8d5b94-x2x4z", "pods", {}, false],
    ["checkout-worker-7c9f8d5b94-x2x4z", "pods", { kind: "DaemonSet" }, false],
    ["other-checkout", "deployments", {}, false],
  ])("%s as %s of %o: %s", (name, type, target, isIt) => {
    expect(candidatesFor(named(name, type), [aService(all, target)], HOME)).toHaveLength(isIt ? 1 : 0);
  });

  it.each<[string, Partial<Target>]>([
    ["another cluster", { cluster: "other" }],
    ["another namespace", { namespace: "other" }],
    ["another region", { region: "eu-west-1" }],
    ["another account", { roleArn: "arn:aws:iam::999999999999:role/rollguard" }],
  ])("are not those in %s", (_where, target) => {
    expect(candidatesFor(reported("guardduty-eks-audit"), [aService(all, target)], HOME)).toEqual([]);
  });

  it("are none by a tag where a workload is named, and by the tag where none is", () => {
    const tags = [{ key: "rollguard:service", value: "checkout" }];
    const elsewhere = reported("guardduty-eks-audit", ({ detail }) => {
      detail.resource.eksClusterDetails.tags = tags;
      detail.resource.kubernetesDetails.kubernetesWorkloadDetails.name = "other";
    });
    const nowhere = reported("guardduty-eks-audit", ({ detail }) => {
      detail.resource.eksClusterDetails.tags = tags;
      detail.resource.kubernetesDetails.kubernetesWorkloadDetails = null;
    });

    expect(candidatesFor(elsewhere, [aService()], HOME)).toEqual([]);
    expect(candidatesFor(nowhere, [aService()], HOME)).toHaveLength(1);
  });

  it.each<[FindingPolicy["sources"], number]>([
    [["guardduty"], 1],
    [["security-hub"], 1],
    [["inspector"], 0],
    [[], 0],
  ])("are those that list %j: %d, where Security Hub passes on what GuardDuty found", (sources, services) => {
    expect(candidatesFor(reported("security-hub-imported"), [aService({ ...all, sources })], HOME)).toHaveLength(services);
  });
});

describe("a behaviour", () => {
  const ledger: Ledger = { observations: [bad, good], releases: [] };

  it("starts a rollback with the finding, for the release that is live", () => {
    const decision = decide(reported("guardduty-eks-audit"), ledger);

    expect(decision).toMatchObject({
      live: { templateHash: BAD_HASH, since: MOMENTS.changeAt },
      start: { kind: "finding", service: "checkout", source: "aws.x", at: "2026-11-20T03:17:05.000Z", finding: { severity: "high" } },
    });
    expect("start" in decision && decision.start.reason).toBe(
      "PrivilegeEscalation:Kubernetes/PrivilegedContainer (high, guardduty): Privileged container with root level access launched on the EKS cluster.",
    );
  });

  it("starts where nobody has observed the service yet", () => {
    expect(decide(reported("guardduty-eks-audit"), { observations: [], releases: [] })).toMatchObject({
      live: null,
      start: { kind: "finding" },
    });
  });

  it("of the primary that Flagger makes counts for its target where Flagger is known to move it, and nowhere else", () => {
    const primary = reported("guardduty-eks-runtime", ({ detail }) => {
      detail.resource.kubernetesDetails.kubernetesWorkloadDetails.name = "checkout-primary-7c9f8d5b94-x2x4z";
      detail.service.eventLastSeen = "2026-11-20T03:16:00.000Z";
    });
    const moved = observedWorkload("checkout", aWorkloadState({ flagger: "target" }));
    const byOwner = ledgerOf(imageOf(null));
    const [live] = byOwner.releases;
    if (live === undefined) throw new Error("no release");
    const parts = { ...live.parts, scale: { replicas: 3, owner: "Flagger" } };

    expect(decide(primary, ledger)).toEqual({
      ignore: "checkout: nothing says that Flagger makes checkout-primary-7c9f8d5b94-x2x4z of its workload",
      remember: null,
    });
    expect(decide(primary, { ...ledger, observations: [{ ...bad, workload: moved }, good] })).toMatchObject({
      start: { kind: "finding" },
    });
    expect(decide(primary, { ...byOwner, releases: [{ ...live, parts }] })).toMatchObject({ start: { kind: "finding" } });
  });

  it("below the minimum severity is ignored", () => {
    const report = reported("guardduty-eks-audit", ({ detail }) => (detail.severity = 5));

    expect(decide(report, ledger)).toEqual({ ignore: "checkout: severity medium is below high", remember: null });
  });

  it("that was seen last while another release was live is ignored: a repeat that arrives after the rollback", () => {
    const returned = { ...good, liveSince: "2026-11-20T03:20:00.000Z", lastSeenAt: "2026-11-20T03:22:00.000Z" };

    const decision = decide(reported("guardduty-eks-audit"), { observations: [returned, bad], releases: [] });

    expect(decision).toEqual({ ignore: expect.stringContaining("before the release that is live now"), remember: null });
  });

  it("in mode observe is recorded with the reason that the blueprint gives", () => {
    const observe = aService({ ...all, mode: "observe", modeReason: "compare first" });

    expect(decide(reported("guardduty-eks-audit"), ledger, observe)).toMatchObject({
      wouldHave: { kind: "finding" },
      held: { cause: "observe", because: "its mode is observe: compare first" },
    });
  });
});

describe("a vulnerability", () => {
  it("of the image that is live starts a rollback, by the digest that the ledger knows", () => {
    const decision = decide(reported("inspector-ecr"), ledgerOf(imageOf(FOUND_DIGEST)));

    expect(decision).toMatchObject({
      start: { finding: { imageDigest: FOUND_DIGEST, type: "CVE-2024-6119" } },
      remember: { digest: FOUND_DIGEST },
    });
  });

  it("of an image that is live by its tag starts one as long as no container has reported a digest", () => {
    expect(decide(reported("inspector-ecr"), ledgerOf(imageOf(null)))).toHaveProperty("start");
    const byHost = imageOf(null, "999999999999.dkr.ecr.us-east-1.amazonaws.com/shop/checkout:v2");
    expect(decide(reported("inspector-ecr"), ledgerOf(byHost))).toHaveProperty("ignore");
  });

  it("of a tag that has moved on since is not about what is live", () => {
    expect(decide(reported("inspector-ecr"), ledgerOf(imageOf(BAD_DIGEST)))).toEqual({
      ignore: expect.stringContaining("is no image of it"),
      remember: null,
    });
  });

  it("of an earlier release is remembered and starts nothing", () => {
    expect(decide(reported("inspector-ecr"), ledgerOf(imageOf(BAD_DIGEST), imageOf(FOUND_DIGEST)))).toMatchObject({
      ignore: expect.stringContaining("of a release that is not live"),
      remember: { digest: FOUND_DIGEST },
    });
  });

  it("is remembered below the minimum severity too: another release may have it", () => {
    const report = reported("inspector-ecr", ({ detail }) => (detail.severity = "LOW"));

    expect(decide(report, ledgerOf(imageOf(FOUND_DIGEST)))).toMatchObject({
      ignore: expect.stringContaining("below"),
      remember: { digest: FOUND_DIGEST },
    });
  });

  it("counts by the repository's tag only where nothing is known of what is live", () => {
    const tagged = reported("inspector-ecr", ({ detail }) => (detail.resources[0].tags = { "rollguard:service": "checkout" }));

    expect(decide(tagged, { observations: [], releases: [] })).toHaveProperty("start");
    expect(decide(tagged, ledgerOf(imageOf(BAD_DIGEST)))).toHaveProperty("ignore");
  });

  it("may be that of every service that wants such findings: the ledger of each decides", () => {
    const services = [aService(), aBlueprint({ service: "search", findings: all }), aBlueprint({ service: "quiet" })];

    expect(candidatesFor(reported("inspector-ecr"), services, HOME).map(({ service }) => service)).toEqual(["checkout", "search"]);
  });
});
