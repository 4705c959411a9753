import { describe, expect, it } from "vitest";
import { inspectorFindings } from "../../../functions/adapters/aws/inspector-findings.ts";
import { type AwsReply, anIdentity, jsonRefusal, type RecordedAws, recordedAws } from "./support/recorded-aws.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const IMAGE = { image: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/checkout:v1`, digest: DIGEST };
const CVE = "CVE-2024-6119";
const some: AwsReply = {
  status: 200,
  body: { findings: [{ findingArn: "arn:aws:inspector2:eu-west-1:123456789012:finding/f", severity: "HIGH" }], nextToken: "n" },
};
const none: AwsReply = { status: 200, body: { findings: [] } };

const SINCE = "2026-11-20T03:16:38.411Z";
const scannedAt = (at: string | null): AwsReply => {
  const times = at === null ? {} : { lastScannedAt: Date.parse(at) / 1000 };
  return { status: 200, body: { coveredResources: [{ resourceType: "AWS_ECR_CONTAINER_IMAGE", scanType: "PACKAGE", ...times }] } };
};
const after = scannedAt("2026-11-20T03:30:00.000Z");

/** Answers by what is asked: of the one vulnerability, of any, and of the last scan. */
const answering = (one: AwsReply, any: AwsReply, coverage = after) =>
  recordedAws(({ path, body }) => {
    if (path === "/coverage/list") return coverage;
    return body.toString().includes("vulnerabilityId") ? one : any;
  });
const inspectorAt = ({ url }: RecordedAws, deadlineMilliseconds = 2_000) =>
  inspectorFindings({ identity: anIdentity(), environment: { AWS_ENDPOINT_URL_INSPECTOR2: url }, deadlineMilliseconds });

describe("inspectorFindings", () => {
  it("asks ListFindings of the image's own region for open findings of the digest, suppressed ones too, of one vulnerability and of any", async () => {
    const inspector = await answering(none, some);

    await inspectorAt(inspector).ask(IMAGE, CVE, SINCE);

    expect(inspector.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /findings/list",
      "POST /findings/list",
      "POST /coverage/list",
    ]);
    expect(inspector.calls[0]?.headers.authorization).toContain("/eu-west-1/inspector2/aws4_request");
    const equals = (value: string) => [{ comparison: "EQUALS", value }];
    const open = [...equals("ACTIVE"), ...equals("SUPPRESSED")];
    const bodies = inspector.calls.slice(0, 2).map(({ body }) => JSON.parse(body.toString()));
    expect(bodies.sort((one, other) => JSON.stringify(other).length - JSON.stringify(one).length)).toEqual([
      { filterCriteria: { ecrImageHash: equals(DIGEST), findingStatus: open, vulnerabilityId: equals(CVE) }, maxResults: 1 },
      { filterCriteria: { ecrImageHash: equals(DIGEST), findingStatus: open }, maxResults: 1 },
    ]);
    expect(JSON.parse(inspector.calls[2]?.body.toString() ?? "")).toEqual({
      filterCriteria: { resourceId: equals(`arn:aws:ecr:eu-west-1:123456789012:repository/shop/checkout/${DIGEST}`) },
      maxResults: 1,
    });
  });

  it.each<[string, AwsReply, string, RegExp]>([
    ["was scanned since", after, "not-affected", /scanned last at 2026-11-20T03:30:00.000Z$/],
    [
      "was scanned before it was known",
      scannedAt("2026-11-20T03:16:38.000Z"),
      "unknown",
      /before that was first seen at 2026-11-20T03:16:38/,
    ],
    ["was scanned nobody knows when", scannedAt(null), "unknown", /does not say when it was scanned/],
    ["is not covered", { status: 200, body: { coveredResources: [] } }, "unknown", /does not say when it was scanned/],
    ["must not be asked about", jsonRefusal(403, "AccessDeniedException"), "unknown", /allow inspector2:ListCoverage/],
  ])("finds nothing in an image that %s", async (_what, coverage, verdict, reason) => {
    const inspector = await answering(none, some, coverage);

    expect(await inspectorAt(inspector).ask(IMAGE, CVE, SINCE)).toEqual({ verdict, reason: expect.stringMatching(reason) });
  });

  it.each<[string, AwsReply, AwsReply, string, RegExp]>([
    ["the vulnerability is there", some, some, "affected", /open finding of CVE-2024-6119/],
    ["others are there, and it is not", none, some, "not-affected", /none of CVE-2024-6119/],
    ["nothing is there: it may never have been scanned", none, none, "unknown", /nobody knows whether it is scanned/],
    ["it must not be asked", jsonRefusal(403, "AccessDeniedException"), some, "unknown", /allow inspector2:ListFindings/],
    ["it throttles", jsonRefusal(429, "ThrottlingException"), some, "unknown", /could not be asked/],
    ["its answer has another shape", { status: 200, body: { findings: 1 } }, some, "unknown", /could not be asked/],
  ])("says of an image what Inspector does: %s", async (_what, one, any, verdict, reason) => {
    const inspector = await answering(one, any);

    expect(await inspectorAt(inspector).ask(IMAGE, CVE, SINCE)).toEqual({ verdict, reason: expect.stringMatching(reason) });
  });

  it("asks in the function's own region about an image elsewhere", async () => {
    const inspector = await answering(none, none);

    await inspectorAt(inspector).ask({ image: "demo/checkout:v1", digest: DIGEST }, CVE, SINCE);

    expect(inspector.calls[0]?.headers.authorization).toContain("/us-east-1/inspector2/aws4_request");
  });
});
