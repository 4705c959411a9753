import * as z from "zod/mini";
import type { ImageFindings, ImageFindingVerdict } from "../../ports/image-findings.ts";
import { atEndpoint, type Environment, endpointOf } from "./aws-endpoint.ts";
import { type AwsIdentity, ownIdentity } from "./aws-identity.ts";
import { callAws } from "./call-aws.ts";
import { type EcrImage, parseEcrImage } from "./ecr-images.ts";
import { signedRequest } from "./signed-request.ts";

/** What tests and callers of other accounts set. */
export interface InspectorFindingsOptions {
  /** @default this function's role */
  readonly identity?: AwsIdentity;
  /** Where AWS_ENDPOINT_URL and its like are read. @default process.env */
  readonly environment?: Environment;
  /** Both questions are asked at once. @default 3 seconds */
  readonly deadlineMilliseconds?: number;
}

/** `CLOSED` is what is mended, or of an image that is not scanned any more. */
const OPEN = ["ACTIVE", "SUPPRESSED"];

const FindingsSchema = z.object({ findings: z.array(z.looseObject({ findingArn: z.string() })) });
/** `lastScannedAt` in seconds since the epoch. */
const CoverageSchema = z.object({ coveredResources: z.array(z.looseObject({ lastScannedAt: z.nullish(z.number()) })) });

/**
 * Amazon Inspector, asked by ListFindings. A suppressed finding counts as an active one: somebody hid it, and the image has
 * the vulnerability all the same. An image without any is `unknown`: it may never have been scanned, or not be scanned any more
 * (Inspector closes an image's findings then), and neither is a clean bill. Nor is one whose last scan was before the vulnerability was known. Source:
 * Amazon Inspector API Reference, `ListFindings`, `FilterCriteria`, `ListCoverage`, `CoveredResource`. Unmeasured: that an image's resource id there is its ARN.
 */
export function inspectorFindings(options: InspectorFindingsOptions = {}): ImageFindings {
  const { identity = ownIdentity(), environment = process.env, deadlineMilliseconds = 3_000 } = options;

  async function hasOpen(region: string, digest: string, vulnerability: string | null): Promise<boolean> {
    const filterCriteria = {
      ecrImageHash: equals(digest),
      findingStatus: OPEN.flatMap(equals),
      ...(vulnerability === null ? {} : { vulnerabilityId: equals(vulnerability) }),
    };
    return FindingsSchema.parse(await list("ListFindings", "/findings/list", region, filterCriteria)).findings.length > 0;
  }

  /** Milliseconds since the epoch; null where nobody says. */
  async function lastScannedAt({ account, region, repository }: EcrImage, digest: string): Promise<number | null> {
    const filterCriteria = { resourceId: equals(`arn:${partitionOf(region)}:ecr:${region}:${account}:repository/${repository}/${digest}`) };
    const { coveredResources } = CoverageSchema.parse(await list("ListCoverage", "/coverage/list", region, filterCriteria));
    const at = coveredResources[0]?.lastScannedAt;
    return at == null ? null : at * 1000;
  }

  async function list(operation: string, path: string, region: string, filterCriteria: object): Promise<unknown> {
    const { bytes } = await callAws(`inspector2:${operation}`, () =>
      signedRequest({
        service: "inspector2",
        region,
        method: "POST",
        url: atEndpoint(endpointOf("inspector2", region, environment), path),
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ filterCriteria, maxResults: 1 }),
        credentials: identity.credentials,
        idempotent: true,
        deadlineMilliseconds,
      }),
    );
    return JSON.parse(bytes.toString("utf8"));
  }

  /** Nothing was found: was it looked for since it is known? */
  async function notFound(image: EcrImage | null, digest: string, vulnerability: string, knownSince: string): Promise<ImageFindingVerdict> {
    const none = `Inspector has open findings for ${digest}, and none of ${vulnerability}`;
    const scannedAt = image === null ? null : await lastScannedAt(image, digest);
    if (scannedAt === null) return { verdict: "unknown", reason: `${none}, but does not say when it was scanned` };
    const scanned = `it was scanned last at ${new Date(scannedAt).toISOString()}`;
    if (scannedAt < Date.parse(knownSince))
      return { verdict: "unknown", reason: `${none}, but ${scanned}, before that was first seen at ${knownSince}` };
    return { verdict: "not-affected", reason: `${none}; ${scanned}` };
  }

  return {
    async ask({ image, digest }, vulnerability, knownSince) {
      try {
        const ofEcr = parseEcrImage(image);
        const region = ofEcr?.region ?? (await identity.region());
        const [affected, scanned] = await Promise.all([hasOpen(region, digest, vulnerability), hasOpen(region, digest, null)]);
        if (affected)
          return { verdict: "affected", reason: `Inspector has an open finding of ${vulnerability} for ${digest}, active or suppressed` };
        if (scanned) return await notFound(ofEcr, digest, vulnerability, knownSince);
        return {
          verdict: "unknown",
          reason: `Inspector has no open finding at all for ${digest}, so nobody knows whether it is scanned`,
        };
      } catch (error) {
        return { verdict: "unknown", reason: `Inspector could not be asked about ${digest} (${(error as Error).message})` };
      }
    },
  };
}

function equals(value: string): readonly object[] {
  return [{ comparison: "EQUALS", value }];
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
