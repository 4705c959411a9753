import * as z from "zod/mini";
import type { ImageFindings } from "../../ports/image-findings.ts";
import { atEndpoint, type Environment, endpointOf } from "./aws-endpoint.ts";
import { type AwsIdentity, ownIdentity } from "./aws-identity.ts";
import { callAws } from "./call-aws.ts";
import { parseEcrImage } from "./ecr-images.ts";
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

const AnswerSchema = z.object({ findings: z.array(z.looseObject({ findingArn: z.string() })) });

/**
 * Amazon Inspector, asked by ListFindings. A suppressed finding counts as an active one: somebody hid it, and the image has
 * the vulnerability all the same. An image without any is `unknown`: it may never have been scanned, or not be scanned any more
 * (Inspector closes an image's findings then), and neither is a clean bill. Source: Amazon Inspector API Reference, `ListFindings`, `FilterCriteria`.
 */
export function inspectorFindings(options: InspectorFindingsOptions = {}): ImageFindings {
  const { identity = ownIdentity(), environment = process.env, deadlineMilliseconds = 3_000 } = options;

  async function hasOpen(region: string, digest: string, vulnerability: string | null): Promise<boolean> {
    const equals = (value: string) => [{ comparison: "EQUALS", value }];
    const filterCriteria = {
      ecrImageHash: equals(digest),
      findingStatus: OPEN.flatMap(equals),
      ...(vulnerability === null ? {} : { vulnerabilityId: equals(vulnerability) }),
    };
    const { bytes } = await callAws("inspector2:ListFindings", () =>
      signedRequest({
        service: "inspector2",
        region,
        method: "POST",
        url: atEndpoint(endpointOf("inspector2", region, environment), "/findings/list"),
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ filterCriteria, maxResults: 1 }),
        credentials: identity.credentials,
        idempotent: true,
        deadlineMilliseconds,
      }),
    );
    return AnswerSchema.parse(JSON.parse(bytes.toString("utf8"))).findings.length > 0;
  }

  return {
    async ask({ image, digest }, vulnerability) {
      try {
        const region = parseEcrImage(image)?.region ?? (await identity.region());
        const [affected, scanned] = await Promise.all([hasOpen(region, digest, vulnerability), hasOpen(region, digest, null)]);
        if (affected)
          return { verdict: "affected", reason: `Inspector has an open finding of ${vulnerability} for ${digest}, active or suppressed` };
        if (scanned) return { verdict: "not-affected", reason: `Inspector has open findings for ${digest}, and none of ${vulnerability}` };
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
