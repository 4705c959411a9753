import * as z from "zod/mini";
import { InvalidInputError, PermissionError, TransientUpstreamError } from "../../domain/errors.ts";
import { atEndpoint, type Environment, endpointOf } from "../aws/aws-endpoint.ts";
import type { AwsCredentials } from "../aws/aws-identity.ts";
import { isTransient } from "../aws/call-aws.ts";
import { signedRequest } from "../aws/signed-request.ts";

/** Where a cluster's API server is and which CA vouches for it (PEM). */
export interface EksCluster {
  readonly name: string;
  readonly endpoint: string;
  readonly certificateAuthority: string;
}

export interface ClusterToDescribe {
  readonly name: string;
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  /** Whose credentials these are, for messages. @default "this function's role" */
  readonly caller?: string;
  readonly environment?: Environment;
}

const DescribeClusterAnswerSchema = z.object({
  cluster: z.object({
    status: z.optional(z.string()),
    endpoint: z.nullish(z.string()),
    certificateAuthority: z.nullish(z.object({ data: z.nullish(z.string()) })),
  }),
});

/**
 * Asks EKS for a cluster's address: public or private, it is the one endpoint. Throws InvalidInputError (no such cluster, or it has no address yet),
 * PermissionError or TransientUpstreamError.
 */
export async function describeCluster(request: ClusterToDescribe): Promise<EksCluster> {
  const { name, region, credentials, environment } = request;
  const url = atEndpoint(endpointOf("eks", region, environment), `/clusters/${encodeURIComponent(name)}`);
  const { bytes } = await signedRequest({ service: "eks", region, method: "GET", url, credentials }).catch((error: Error) => {
    throw translated(error, request);
  });
  const { status = "unknown", endpoint, certificateAuthority } = described(bytes.toString("utf8"), name);
  const authority = certificateAuthority?.data;
  // Without a CA, Node would trust every public one: then we do not connect at all.
  if (!endpoint || !authority) {
    throw new InvalidInputError(
      `EKS cluster ${name} has no ${endpoint ? "certificate authority" : "API endpoint"} (status ${status}): wait until it is ACTIVE`,
      { cluster: name },
    );
  }
  if (!endpoint.startsWith("https://")) {
    throw new InvalidInputError(`the endpoint of EKS cluster ${name} must be https, but is ${endpoint}`, { cluster: name, endpoint });
  }
  return { name, endpoint, certificateAuthority: Buffer.from(authority, "base64").toString("utf8") };
}

function described(text: string, cluster: string): z.infer<typeof DescribeClusterAnswerSchema>["cluster"] {
  try {
    return DescribeClusterAnswerSchema.parse(JSON.parse(text)).cluster;
  } catch (cause) {
    throw new TransientUpstreamError(`EKS answered something else than a description of cluster ${cluster}`, { cluster }, { cause });
  }
}

const CREDENTIALS_REFUSED = new Set([
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "ExpiredTokenException",
  "CredentialsProviderError",
]);

function translated(error: Error, { name, region, caller = "this function's role" }: ClusterToDescribe): Error {
  const details = { cluster: name, region, error: error.name };
  if (error.name === "ResourceNotFoundException") {
    return new InvalidInputError(`there is no EKS cluster ${name} in ${region} of this account: correct the blueprint's target`, details, {
      cause: error,
    });
  }
  if (error.name.startsWith("AccessDenied")) {
    return new PermissionError(`eks:DescribeCluster on cluster ${name} is not allowed: add it to ${caller} (${error.message})`, details, {
      cause: error,
    });
  }
  if (CREDENTIALS_REFUSED.has(error.name)) {
    return new PermissionError(`EKS did not accept the AWS credentials of ${caller} (${error.name}: ${error.message})`, details, {
      cause: error,
    });
  }
  // 4xx other than throttling: our request is wrong, which is a bug and stays one.
  return isTransient(error)
    ? new TransientUpstreamError(`EKS did not describe cluster ${name} (${error.name}: ${error.message})`, details, { cause: error })
    : error;
}
