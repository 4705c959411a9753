import { DescribeClusterCommand, type EKSClient } from "@aws-sdk/client-eks";
import { InvalidInputError, PermissionError, TransientUpstreamError } from "../../domain/errors.ts";

/** Where a cluster's API server is and which CA vouches for it (PEM). */
export interface EksCluster {
  readonly name: string;
  readonly endpoint: string;
  readonly certificateAuthority: string;
}

/** Asks EKS for a cluster's address. Throws InvalidInputError (no such cluster, or it has no address yet), PermissionError or TransientUpstreamError. */
export async function describeCluster(client: EKSClient, name: string): Promise<EksCluster> {
  const { cluster } = await client.send(new DescribeClusterCommand({ name })).catch((error: Error) => {
    throw translated(error, name);
  });
  const endpoint = cluster?.endpoint;
  const authority = cluster?.certificateAuthority?.data;
  // Without a CA, Node would trust every public one: then we do not connect at all.
  if (!endpoint || !authority) {
    throw new InvalidInputError(
      `EKS cluster ${name} has no ${endpoint ? "certificate authority" : "API endpoint"} (status ${cluster?.status ?? "unknown"}): wait until it is ACTIVE`,
      { cluster: name },
    );
  }
  if (!endpoint.startsWith("https://")) {
    throw new InvalidInputError(`the endpoint of EKS cluster ${name} must be https, but is ${endpoint}`, { cluster: name, endpoint });
  }
  return { name, endpoint, certificateAuthority: Buffer.from(authority, "base64").toString("utf8") };
}

const CREDENTIALS_REFUSED = new Set([
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "ExpiredTokenException",
  "CredentialsProviderError",
]);

function translated(error: Error & { $metadata?: { httpStatusCode?: number } }, name: string): Error {
  const details = { cluster: name, error: error.name };
  if (error.name === "ResourceNotFoundException") {
    return new InvalidInputError(
      `there is no EKS cluster ${name} in this account and region: correct the blueprint's target cluster`,
      details,
      { cause: error },
    );
  }
  if (error.name.startsWith("AccessDenied")) {
    return new PermissionError(
      `eks:DescribeCluster on cluster ${name} is not allowed: add it to this function's role (${error.message})`,
      details,
      {
        cause: error,
      },
    );
  }
  if (CREDENTIALS_REFUSED.has(error.name)) {
    return new PermissionError(`EKS did not accept this function's AWS credentials (${error.name}: ${error.message})`, details, {
      cause: error,
    });
  }
  const status = error.$metadata?.httpStatusCode;
  // No status: no answer came. 4xx other than throttling: our request is wrong, which is a bug and stays one.
  if (
    status === undefined ||
    status >= 500 ||
    status === 429 ||
    error.name.includes("Throttl") ||
    error.name === "TooManyRequestsException"
  ) {
    return new TransientUpstreamError(`EKS did not describe cluster ${name} (${error.name}: ${error.message})`, details, { cause: error });
  }
  return error;
}
