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

/** Answers by what is asked: of the one vulnerability, and of any. */
const answering = (one: AwsReply, any: AwsReply) => recordedAws(({ body }) => (body.toString().includes("vulnerabilityId") ? one : any));
const inspectorAt = ({ url }: RecordedAws, deadlineMilliseconds = 2_000) =>
  inspectorFindings({ identity: anIdentity(), environment: { AWS_ENDPOINT_URL_INSPECTOR2: url }, deadlineMilliseconds });

describe("inspectorFindings", () => {
  it("asks ListFindings of the image's own region for open findings of the digest, suppressed ones too, of one vulnerability and of any", async () => {
    const inspector = await answering(none, some);

    await inspectorAt(inspector).ask(IMAGE, CVE);

    expect(inspector.calls.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /findings/list", "POST /findings/list"]);
    expect(inspector.calls[0]?.headers.authorization).toContain("/eu-west-1/inspector2/aws4_request");
    const equals = (value: string) => [{ comparison: "EQUALS", value }];
    const open = [...equals("ACTIVE"), ...equals("SUPPRESSED")];
    const bodies = inspector.calls.map(({ body }) => JSON.parse(body.toString()));
    expect(bodies.sort((one, other) => JSON.stringify(other).length - JSON.stringify(one).length)).toEqual([
      { filterCriteria: { ecrImageHash: equals(DIGEST), findingStatus: open, vulnerabilityId: equals(CVE) }, maxResults: 1 },
      { filterCriteria: { ecrImageHash: equals(DIGEST), findingStatus: open }, maxResults: 1 },
    ]);
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

    expect(await inspectorAt(inspector).ask(IMAGE, CVE)).toEqual({ verdict, reason: expect.stringMatching(reason) });
  });

  it("asks in the function's own region about an image elsewhere", async () => {
    const inspector = await answering(none, none);

    await inspectorAt(inspector).ask({ image: "demo/checkout:v1", digest: DIGEST }, CVE);

    expect(inspector.calls[0]?.headers.authorization).toContain("/us-east-1/inspector2/aws4_request");
  });
});
